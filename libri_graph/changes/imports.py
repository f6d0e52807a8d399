"""The import of whole sources as one write, which keeps what was changed here since the last import."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store

from libri_graph.changes.delta import Delta, Listed, between, difference_in
from libri_graph.changes.entities import name_of, owner, said_of
from libri_graph.changes.merging import Merging, settled
from libri_graph.changes.writes import as_stored
from libri_graph.errors import LibriError
from libri_graph.journal.payloads import PIECE, WRITING, Payloads
from libri_graph.journal.versions import Version
from libri_graph.store.generations import BUILDING, FOLDER

ACTOR: Final = "import"
LARGE: Final = 200_000
"""Quads of one source; one with more is one event that points at a file."""
LARGE_AT_FIRST: Final = 20_000
"""The same for a source of which nothing is there yet, where a file says no less than an event for each entity."""
LITTLE: Final = 20_000
"""Quads in which a large source may differ from what is there, and be journalled entity by entity all the same."""


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

    def plain_lines(self) -> int:
        """Return of how many quads it is known, before any is read, that `load` is the quick way."""

    def load(self, store: Store) -> None:
        """Put what `quads` yields into `store`, part by part."""


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

    versions: list[Version] = field(default_factory=list)
    """What is to be noted of the files' versions of such entities."""

    def apply(self, store: Store, before: Callable[[], Store]) -> Delta:  # noqa: ARG002  # compared graph by graph
        """Bring `store` there; see `Write`."""
        delta = Delta()
        for proposal in self.proposals:
            found = self._replace(store, proposal)
            if found:
                self.replaced.append(proposal.name)
            delta = delta.then(found)
        for graph in self.withdrawn:
            delta = delta.then(self._withdraw(store, graph))
        self.versions += settled(self.data_dir, self.withdrawn, self.actor)
        return delta

    def _withdraw(self, store: Store, graph: NamedNode) -> Delta:
        """Have `graph` be gone; a large one is journalled as a payload of nothing."""
        dropped = frozenset({graph})
        if _is_large(store, graph):
            store.remove_graph(graph)
            return Delta(dropped=dropped, payloads=((graph, Payloads(self.data_dir).keep([])),))
        gone = frozenset(store.quads_for_pattern(None, None, None, graph))
        return Delta(removed=gone, dropped=dropped).apply(store)

    def _replace(self, store: Store, proposal: Proposal) -> Delta:
        merging = Merging.of(self.data_dir, proposal.graph, self.actor)
        most = min(LARGE, LARGE_AT_FIRST) if _is_empty(store, proposal.graph) else LARGE
        if proposal.plain_lines() > most:
            delta = self._replace_large(store, merging, proposal.load)
            self._tell(proposal, merging)
            return delta
        quads = _demand_own(proposal)
        first = list(islice(quads, most + 1))
        if len(first) > most or _is_large(store, proposal.graph):
            delta = self._replace_large(store, merging, lambda fresh: fresh.bulk_extend(chain(first, quads)))
        else:
            self.written += first
            there = frozenset(store.quads_for_pattern(None, None, None, proposal.graph))
            wanted = _merged(merging, there, as_stored(first))
            delta = between(store, wanted - there, there - wanted).apply(store)
        self._tell(proposal, merging)
        return delta

    def _tell(self, proposal: Proposal, merging: Merging) -> None:
        if merging.held:
            self.held[proposal.name] = merging.held
        self.versions += merging.versions

    def _replace_large(self, store: Store, merging: Merging, load: Callable[[Store], None]) -> Delta:
        """Have the source be what `load` loads; journalled as a payload, or by entity where little of it changes.

        Where there is something to compare it with, it is loaded aside: to clear a graph takes longer than all else.
        """
        graph = merging.graph
        payloads = Payloads(self.data_dir)
        if _is_empty(store, graph):
            load(store)
            _let_stay(store, merging, {})
            with _dumped(store, graph, payloads.room()) as news:
                checksum = payloads.keep(iter(lambda: news.read(PIECE), b""))
            return Delta(payloads=((graph, checksum),), arrived=frozenset({graph}))
        with tempfile.TemporaryDirectory(
            dir=self.data_dir / FOLDER, prefix=BUILDING, ignore_cleanup_errors=True
        ) as room:
            found = _compared(store, merging, load, payloads, Path(room))
        if isinstance(found, Delta):
            return found.apply(store)
        store.clear_graph(graph)
        payloads.load(found, store, graph)
        return Delta(payloads=((graph, found),))


def _compared(
    store: Store, merging: Merging, load: Callable[[Store], None], payloads: Payloads, room: Path
) -> Delta | str:
    """Return how the graph differs from what `load` loads, if that is little; else the payload of it."""
    graph, fresh = merging.graph, Store(str(room / "aside"))
    load(fresh)
    _let_stay(fresh, merging, {entity: said_of(store, entity, graph) for entity in merging.changed})
    with _dumped(store, graph, room) as olds, _dumped(fresh, graph, room) as news:
        little = difference_in(graph, store, fresh, olds, news, LITTLE)
        news.seek(0)
        return payloads.keep(iter(lambda: news.read(PIECE), b"")) if little is None else little


def _let_stay(store: Store, merging: Merging, ours: Mapping[str, set[Quad]]) -> None:
    """Have the entities that stay as they are here be so in `store`, which holds what the files say."""
    for entity in sorted(merging.changed):
        mine, new = ours.get(entity, set()), said_of(store, entity, merging.graph)
        if merging.stays(entity, mine, new):
            between(store, mine - new, new - mine).apply(store)


@contextmanager
def _dumped(store: Store, graph: NamedNode, room: Path) -> Iterator[BinaryIO]:
    """Give the triples of a graph as an open file for the length of the block."""
    with tempfile.NamedTemporaryFile(dir=room, prefix=WRITING) as file:
        store.dump(file.name, format=RdfFormat.N_TRIPLES, from_graph=graph)
        yield cast("BinaryIO", file)


def _is_large(store: Store, graph: NamedNode) -> bool:
    """Return whether too much is there to be held in memory."""
    return next(islice(store.quads_for_pattern(None, None, None, graph), LARGE, None), None) is not None


def _is_empty(store: Store, graph: NamedNode) -> bool:
    return next(iter(store.quads_for_pattern(None, None, None, graph)), None) is None


def _merged(merging: Merging, there: frozenset[Quad], wanted: frozenset[Quad]) -> frozenset[Quad]:
    """Return `wanted`, but the entities that stay as they are here as they are `there`."""
    if not merging.changed:
        return wanted
    theirs, ours = by_entity(wanted), by_entity(there)
    for entity in sorted(merging.changed):
        mine, new = ours.get(entity, set()), theirs.get(entity, set())
        if merging.stays(entity, mine, new):
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
