"""What the view says, subject by subject: read once for all that is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, Store

VIEW: Final = DefaultGraph()
SUBJECTS: Final = "SELECT DISTINCT ?subject WHERE { ?subject ?predicate ?value }"

Said = Mapping[NamedNode, Sequence[object]]
"""Predicate -> its values for one subject."""


def said_of(store: Store, node: NamedNode) -> Said:
    """Return what the view says of `node`; nothing for one that it does not know."""
    found: dict[NamedNode, list[object]] = {}
    for quad in store.quads_for_pattern(node, None, None, VIEW):
        found.setdefault(quad.predicate, []).append(quad.object)
    return found


def everything(store: Store) -> Iterator[tuple[str, Said]]:
    """Yield the IRI of every subject of the view, each once, with what is said of it."""
    subjects = store.query(SUBJECTS)
    assert isinstance(subjects, QuerySolutions)  # noqa: S101  # our own SELECT
    for row in subjects:
        node = row["subject"]
        if isinstance(node, NamedNode):
            yield node.value, said_of(store, node)
