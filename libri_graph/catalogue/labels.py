"""What things are called, in every language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from libri_graph.catalogue.reading import text_of
from libri_graph.languages import Text
from libri_graph.store.protocol import Store


def labels_of(store: Store, terms: Sequence[NamedNode]) -> dict[str, list[Text]]:
    """Return IRI -> its labels in every language. One query however many there are."""
    found: dict[str, list[Text]] = defaultdict(list)
    if terms:
        for row in store.select("label/labels", thing=list(dict.fromkeys(terms))):
            thing, label = row["thing"], row["label"]
            if isinstance(thing, NamedNode) and isinstance(label, Literal):
                found[thing.value].append(text_of(label))
    return found
