"""The import of whole sources as one write, which keeps what was changed here since the last import."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Final, Protocol

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store

from libri_graph.changes.delta import Delta, Listed, between
from libri_graph.changes.entities import name_of, owner
from libri_graph.changes.writes import as_stored
from libri_graph.errors import LibriError
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import WRITING, Payloads
from libri_graph.journal.replay import quads as parsed

ACTOR: Final = "import"
LARGE: Final = 200_000
"""Quads of one source; one with more is one event that points at a file."""


class Proposal(Protocol):
    """New content for one named graph."""

    @property
    def name(self) -> str:
        """Id of the source."""

    @property
    def graph(self) -> NamedNode:
        """The graph that it replaces."""

    @property
    def checksum(self) -> str:
        """Of the files that it comes from."""

    def quads(self) -> Iterator[Quad]:
        """Yield what the graph shall hold."""


@dataclass(slots=True)
class ImportSources:
    """All of `proposals` shall be what their graphs hold, and the graphs `withdrawn` be empty."""

    data_dir: Path
    proposals: Sequence[Proposal]
    withdrawn: Sequence[NamedNode] = ()
    actor: str = ACTOR
    alone: bool = True
    replaced: list[str] = field(default_factory=list)
    """Ids of the sources that something changed in."""
    held: dict[str, list[str]] = field(default_factory=dict)
    """Id of a source -> entities that were changed here and, otherwise, in its files; they stay as they are here."""
    written: list[Quad] = field(default_factory=list)
    """What was parsed, of the sources that are not large."""

    def apply(self, store: Store, before: Callable[[], Store]) -> Delta:  # noqa: ARG002  # compared graph by graph
        """Bring `store` there; see `Write`."""
        delta = Delta()
        for proposal in self.proposals:
            found = self._replace(store, proposal)
            if found:
                self.replaced.append(proposal.name)
            delta = delta.then(found)
        for graph in self.withdrawn:
            gone = frozenset(store.quads_for_pattern(None, None, None, graph))
            delta = delta.then(Delta(removed=gone, dropped=frozenset({graph})).apply(store))
        return delta

    def _replace(self, store: Store, proposal: Proposal) -> Delta:
        quads = _demand_own(proposal)
        first = list(islice(quads, LARGE + 1))
        if len(first) > LARGE:
            return self._replace_large(store, proposal.graph, chain(first, quads))
        self.written += first
        there = frozenset(store.quads_for_pattern(None, None, None, proposal.graph))
        wanted = self._merged(store, proposal, as_stored(first))
        return between(store, wanted - there, there - wanted).apply(store)

    def _replace_large(self, store: Store, graph: NamedNode, quads: Iterator[Quad]) -> Delta:
        store.clear_graph(graph)
        store.bulk_extend(quads)
        payloads = Payloads(self.data_dir)
        with tempfile.NamedTemporaryFile(dir=payloads.room(), prefix=WRITING) as file:
            store.dump(file.name, format=RdfFormat.N_TRIPLES, from_graph=graph)
            checksum = payloads.keep(file)
        return Delta(payloads=((graph, checksum),))

    def _merged(self, store: Store, proposal: Proposal, wanted: frozenset[Quad]) -> frozenset[Quad]:
        """Return `wanted` with the entities that were changed here since the last import as they are here."""
        graph = proposal.graph
        with Journal.reading(self.data_dir) as journal:
            changed = journal.entities_by_others(graph.value, self.actor) if journal else set()
            imported = journal.latest(graph.value, self.actor) if journal and changed else {}
        if not changed:
            return wanted
        theirs, ours = by_entity(wanted), by_entity(store.quads_for_pattern(None, None, None, graph))
        for entity in sorted(changed):
            last = imported.get(entity)
            before = set(parsed(last.entry.added + last.entry.kept, graph)) if last else set()
            mine, new = ours.get(entity, set()), theirs.get(entity, set())
            if new not in (before, mine):
                self.held.setdefault(proposal.name, []).append(entity)
            wanted = (wanted - new) | mine
        return wanted


def by_entity(quads: Iterable[Quad]) -> Mapping[str, set[Quad]]:
    """Return the quads of one graph by the entity that they belong to."""
    listed = list(quads)
    state = Listed(listed)
    found: dict[str, set[Quad]] = {}
    for quad in listed:
        if isinstance(quad.subject, NamedNode | BlankNode):
            found.setdefault(name_of(owner(state, quad.subject, quad.graph_name)), set()).add(quad)
    return found


def _demand_own(proposal: Proposal) -> Iterator[Quad]:
    for quad in proposal.quads():
        if quad.graph_name != proposal.graph:
            raise LibriError(f"{proposal.name} holds quads of another graph: {quad.graph_name}")
        yield quad
