"""Import whole sources: what the checkout knows, whenever it differs from what is published, or what somebody gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from libri_graph.changes.house import House
from libri_graph.changes.imports import ImportSources
from libri_graph.changes.publish import Tell, open_house, publish
from libri_graph.ingest.folder import Source, read_knowledge
from libri_graph.journal.journal import Import, Journal
from libri_graph.namespaces import GRAPHS


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    generation: int
    replaced: tuple[str, ...] = ()
    """Ids of the sources in which something changed."""
    withdrawn: tuple[str, ...] = ()
    """Ids of the sources that were removed."""
    held: tuple[str, ...] = ()
    """Entities that were changed here and, otherwise, in the files; they stay as they are here, and
    the files' versions wait in review."""


def import_knowledge(house: House, folder: Path, *, tell: Tell = lambda _text: None) -> Imported:
    """Publish the ontology, the shapes and every source of `folder` as one change set; nothing when all is there.

    A source whose folder was taken away leaves the graph.
    Raises `SyntaxInvalid`, `SourceInvalid` or `RulesBroken`; then the current generation goes on as before.
    """
    return _import(house, read_knowledge(folder), followed=True, tell=tell)


def import_sources(house: House, sources: Sequence[Source], *, tell: Tell = lambda _text: None) -> Imported:
    """Publish `sources` as one change set."""
    return _import(house, sources, followed=False, tell=tell)


def _import(house: House, sources: Sequence[Source], *, followed: bool, tell: Tell) -> Imported:
    generation = open_house(house, tell).number
    with Journal.reading(house.data_dir) as journal:
        known = journal.imports() if journal else {}
    names = {source.name for source in sources}
    changed = [s for s in sources if s.name not in known or known[s.name].checksum != s.checksum]
    gone = [name for name, found in known.items() if followed and found.followed and name not in names]
    if not changed and not gone:
        return Imported(generation)
    write = ImportSources(house.data_dir, changed, [NamedNode(GRAPHS + name) for name in gone])
    notes: dict[str, Import | None] = {s.name: Import(s.checksum, followed or _followed(known, s)) for s in changed}
    notes |= dict.fromkeys(gone)
    (outcome,) = publish(house, [write], imports=notes, written=write.written, versions=write.versions, tell=tell)
    held = tuple(entity for entities in write.held.values() for entity in entities)
    return Imported(outcome.generation, tuple(write.replaced), tuple(gone), held)


def _followed(known: Mapping[str, Import], source: Source) -> bool:
    return source.name in known and known[source.name].followed
