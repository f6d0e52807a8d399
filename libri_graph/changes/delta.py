"""What one write changes, quad by quad, and the state before it seen from the state after it."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, Protocol, Self

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

Term = NamedNode | BlankNode | Literal | Triple
Graph = NamedNode | BlankNode | DefaultGraph


MANY: Final = 1000
"""Quads; so many are written past the engine's own log, which no unpublished generation needs."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Quads that a write adds and removes; none was there before it, or was missing."""

    added: frozenset[Quad] = frozenset()
    removed: frozenset[Quad] = frozenset()
    made: frozenset[NamedNode] = frozenset()
    """Graphs that exist after it without having existed before."""
    dropped: frozenset[NamedNode] = frozenset()
    """Graphs that do not exist any more."""
    payloads: tuple[tuple[NamedNode, str], ...] = field(default=())
    """Graphs replaced as a whole by a payload file, too many quads to list."""
    arrived: frozenset[NamedNode] = frozenset()
    """Those of them that were empty before."""

    def __bool__(self) -> bool:
        """Return whether anything changes."""
        return bool(self.added or self.removed or self.made or self.dropped or self.payloads)

    @property
    def graphs(self) -> set[Graph]:
        """All graphs that it touches."""
        return {
            *(quad.graph_name for quad in self.added | self.removed),
            *self.made,
            *self.dropped,
            *(graph for graph, _ in self.payloads),
        }

    @property
    def inverse(self) -> Delta:
        """The change that takes this one back. A replacement by a payload has none."""
        return Delta(self.removed, self.added, self.dropped, self.made)

    def then(self, after: Delta) -> Delta:
        """Return this change and `after` as one."""
        return Delta(
            (self.added - after.removed) | (after.added - self.removed),
            (self.removed - after.added) | (after.removed - self.added),
            (self.made - after.dropped) | (after.made - self.dropped),
            (self.dropped - after.made) | (after.dropped - self.made),
            self.payloads + after.payloads,
            self.arrived | after.arrived,
        )

    def apply(self, store: Store) -> Self:
        """Bring `store` to the state after it; return itself. Payloads are for `journal.replay`."""
        for quad in self.removed:
            store.remove(quad)
        (store.bulk_extend if len(self.added) > MANY else store.extend)(self.added)
        for graph in self.dropped:
            store.remove_graph(graph)
        for graph in self.made:
            store.add_graph(graph)
        return self


def between(store: Store, added: Iterable[Quad] = (), removed: Iterable[Quad] = ()) -> Delta:
    """Return what changes in `store` when `removed` goes and then `added` comes."""
    coming = frozenset(added)
    going = frozenset(quad for quad in removed if quad in store) - coming
    fresh = frozenset(quad for quad in coming if quad not in store)
    return _with_graphs(store, Delta(fresh, going))


def difference(before: Store, after: Store) -> Delta:
    """Return what `after` has more and less than `before`. Linear in the quads; constant memory beside the difference.

    Both stores write their quads in the same order, that of their keys; so what they write is read side by side,
    line by line, and only a quad that the other does not write at that place is looked up.
    """
    with (
        tempfile.TemporaryDirectory(prefix="libri-") as folder,
        _written(before, Path(folder) / "before") as olds,
        _written(after, Path(folder) / "after") as news,
    ):
        found = _collected(_differing(before, after, olds, news))
    old, new = set(before.named_graphs()), set(after.named_graphs())
    named = {graph for graph in (new ^ old) if isinstance(graph, NamedNode)}
    return Delta(found.added, found.removed, frozenset(named & new), frozenset(named & old))


def difference_in(
    graph: NamedNode, before: Store, after: Store, olds: BinaryIO, news: BinaryIO, most: int
) -> Delta | None:
    """Return what `after` has more and less than `before` in a graph that both have; `None` for over `most` quads.

    `olds` and `news` are what the stores write of it in N-Triples.
    """
    found = _collected(islice(_differing(before, after, olds, news, graph), most + 1))
    return found if len(found.added) + len(found.removed) <= most else None


def _collected(differing: Iterable[tuple[Quad, bool]]) -> Delta:
    added: set[Quad] = set()
    removed: set[Quad] = set()
    for quad, is_new in differing:
        (added if is_new else removed).add(quad)
    return Delta(frozenset(added), frozenset(removed))


def _written(store: Store, path: Path) -> BinaryIO:
    """Return an open file of all quads of `store`, a line each."""
    store.dump(str(path), format=RdfFormat.N_QUADS)
    return path.open("rb")


def _differing(
    before: Store, after: Store, olds: BinaryIO, news: BinaryIO, graph: NamedNode | None = None
) -> Iterator[tuple[Quad, bool]]:
    old, new = olds.readline(), news.readline()
    while old or new:
        if old == new:
            old, new = olds.readline(), news.readline()
        elif new and (quad := _quad(new, graph)) not in before:
            yield quad, True
            new = news.readline()
        elif old and (quad := _quad(old, graph)) not in after:
            yield quad, False
            old = olds.readline()
        else:
            raise RuntimeError("two stores write common quads in different orders")


def _quad(line: bytes, graph: NamedNode | None) -> Quad:
    quad: Quad = next(iter(pyoxigraph.parse(line, format=RdfFormat.N_QUADS)))
    return quad if graph is None else Quad(quad.subject, quad.predicate, quad.object, graph)


def _with_graphs(store: Store, delta: Delta) -> Delta:
    """Return `delta` with the graphs that come to be by it; one that runs empty stays, as in SPARQL Update."""
    named = {quad.graph_name for quad in delta.added if isinstance(quad.graph_name, NamedNode)}
    made = frozenset(graph for graph in named if not store.contains_named_graph(graph))
    return Delta(delta.added, delta.removed, made, delta.dropped, delta.payloads)


Cluster = tuple[frozenset[BlankNode], NamedNode | BlankNode]
"""Blank nodes that hang together, and the entity to which they belong."""


class State(Protocol):
    """A state of graphs in which quads are found by subject and by object; nobody changes it while it is asked."""

    @property
    def clusters(self) -> dict[tuple[Graph, BlankNode], Cluster]:
        """What was found out of it before: to look again for each node of a cluster would take the square of that."""

    def of_subject(self, subject: NamedNode | BlankNode, graph: Graph) -> list[Quad]:
        """Return the quads of `subject` in `graph`."""

    def of_object(self, value: Term, graph: Graph) -> list[Quad]:
        """Return the quads in `graph` that have `value` as object."""


class Listed:
    """A state given by all its quads, which are few enough to be held in memory."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._by_subject: dict[tuple[Graph, Term], list[Quad]] = defaultdict(list)
        self._by_object: dict[tuple[Graph, Term], list[Quad]] = defaultdict(list)
        self.clusters: dict[tuple[Graph, BlankNode], Cluster] = {}
        for quad in quads:
            self._by_subject[quad.graph_name, quad.subject].append(quad)
            self._by_object[quad.graph_name, quad.object].append(quad)

    def of_subject(self, subject: NamedNode | BlankNode, graph: Graph) -> list[Quad]:
        """Return the quads of `subject` in `graph`."""
        return self._by_subject.get((graph, subject), [])

    def of_object(self, value: Term, graph: Graph) -> list[Quad]:
        """Return the quads in `graph` that have `value` as object."""
        return self._by_object.get((graph, value), [])


class Past:
    """The state before a change, read through the store that holds the state after it."""

    def __init__(self, after: Store, delta: Delta) -> None:
        self._after = after
        self._added = delta.added
        self._removed = Listed(delta.removed)
        self.clusters: dict[tuple[Graph, BlankNode], Cluster] = {}

    def of_subject(self, subject: NamedNode | BlankNode, graph: Graph) -> list[Quad]:
        """Return the quads of `subject` in `graph`."""
        there = self._after.quads_for_pattern(subject, None, None, graph)
        return [quad for quad in there if quad not in self._added] + self._removed.of_subject(subject, graph)

    def of_object(self, value: Term, graph: Graph) -> list[Quad]:
        """Return the quads in `graph` that have `value` as object."""
        there = self._after.quads_for_pattern(None, None, value, graph)
        return [quad for quad in there if quad not in self._added] + self._removed.of_object(value, graph)
