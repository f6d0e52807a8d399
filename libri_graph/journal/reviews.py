"""What waits in review: entities that were changed here and, otherwise, in the files of their source."""

from __future__ import annotations

from libri_graph.journal.journal import Journal
from libri_graph.journal.versions import Verdict, Version


def known(journal: Journal) -> dict[tuple[str, str], Version]:
    """Return graph and entity -> the last version of the files that was noted of it."""
    return {(version.graph, version.entity): version for version in journal.versions()}


def waiting(journal: Journal) -> list[Version]:
    """Return the versions about which nobody has decided yet, in the order in which they came."""
    found = known(journal).values()
    return sorted((one for one in found if one.verdict is Verdict.waits), key=lambda one: one.number)


def waiting_for(journal: Journal, iri: str) -> list[Version]:
    """Return what waits of `iri` and its parts (IRIs that are its own plus ``#...``)."""
    return [one for one in waiting(journal) if one.entity == iri or one.entity.startswith(f"{iri}#")]
