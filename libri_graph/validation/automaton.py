"""Property paths as an automaton, walked over a graph forwards from nodes or backwards to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import Literal, NamedNode, Triple

from libri_graph.validation.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence
from libri_graph.validation.shapes_graph import Term

Spot = tuple[Term, int]
"""A node of the graph in a state of the automaton."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A step from one state to another over a triple; `predicate` is `None` for any."""

    source: int
    predicate: NamedNode | None
    forward: bool
    """Whether the step goes from subject to object."""
    target: int


class TooMany(Exception):
    """More nodes than the limit are reached: a change of something that everybody shares."""


class Automaton:
    """States, the edges between them, and steps that need no triple."""

    def __init__(self) -> None:
        self._states = 0
        self._free_on: dict[int, set[int]] = defaultdict(set)
        self._free_back: dict[int, set[int]] = defaultdict(set)
        self._leaving: dict[int, set[Edge]] = defaultdict(set)
        self._arriving: dict[int, set[Edge]] = defaultdict(set)
        self._reading: dict[NamedNode | None, set[Edge]] = defaultdict(set)

    def fresh(self) -> int:
        """Return a new state."""
        self._states += 1
        return self._states

    def walk(self, path: Path, start: int, end: int) -> None:
        """Let `path` lead from `start` to `end`."""
        match path:
            case Predicate():
                self._edge(Edge(start, path.iri, True, end))
            case Inverse(Predicate() as inner):
                self._edge(Edge(start, inner.iri, False, end))
            case Inverse():
                self.walk(_turned(path.path), start, end)
            case Sequence():
                stops = [start, *(self.fresh() for _ in path.paths[1:]), end]
                for step, one, other in zip(path.paths, stops, stops[1:], strict=False):
                    self.walk(step, one, other)
            case Alternative():
                for step in path.paths:
                    self.walk(step, start, end)
            case Repeated():
                self._repeat(path, start, end)

    def walked(self, path: Path, start: int) -> int:
        """Return a new state that `path` leads to from `start`."""
        end = self.fresh()
        self.walk(path, start, end)
        return end

    def walk_any(self, start: int, end: int, *, forward: bool = True) -> None:
        """Let any one triple lead from `start` to `end`."""
        self._edge(Edge(start, None, forward, end))

    def _repeat(self, path: Repeated, start: int, end: int) -> None:
        middle = self.fresh()
        self.walk(path.path, start, middle)
        if path.sign != "?":
            self.walk(path.path, middle, middle)
        if path.sign != "+":
            self._free(start, middle)
        self._free(middle, end)

    def _edge(self, edge: Edge) -> None:
        self._leaving[edge.source].add(edge)
        self._arriving[edge.target].add(edge)
        self._reading[edge.predicate].add(edge)

    def _free(self, start: int, end: int) -> None:
        self._free_on[start].add(end)
        self._free_back[end].add(start)

    def spots(self, triple: Triple) -> set[Spot]:
        """Return the node and state from which each edge that reads `triple` sets out."""
        edges = chain(self._reading.get(triple.predicate, ()), self._reading.get(None, ()))
        return {(triple.subject if edge.forward else triple.object, edge.source) for edge in edges}

    def back(self, spots: Iterable[Spot], find: Callable[..., Iterable[Triple]], most: int) -> set[Spot]:
        """Return every spot from which one of `spots` can be reached, themselves too.

        `find` gives the triples that match a subject, predicate and object. Raises `TooMany` beyond `most` spots.
        """
        seen = set(spots)
        waiting = list(seen)
        while waiting:
            node, state = waiting.pop()
            before: set[Spot] = {(node, free) for free in self._free_back[state]}
            for edge in self._arriving[state]:
                if edge.forward:
                    before |= {(t.subject, edge.source) for t in find(None, edge.predicate, node)}
                elif not isinstance(node, Literal):
                    before |= {(t.object, edge.source) for t in find(node, edge.predicate, None)}
            waiting += before - seen
            seen |= before
            if len(seen) > most:
                raise TooMany
        return seen

    def read(self, spots: Iterable[Spot], find: Callable[..., Iterable[Triple]]) -> set[Triple]:
        """Return every triple that is read when setting out from `spots`."""
        seen, found = set(spots), set[Triple]()
        waiting = list(seen)
        while waiting:
            node, state = waiting.pop()
            beyond: set[Spot] = {(node, free) for free in self._free_on[state]}
            for edge in self._leaving[state]:
                if edge.forward and isinstance(node, Literal):
                    continue
                triples = find(node, edge.predicate, None) if edge.forward else find(None, edge.predicate, node)
                for triple in triples:
                    found.add(triple)
                    beyond.add((triple.object if edge.forward else triple.subject, edge.target))
            waiting += beyond - seen
            seen |= beyond
        return found


def _turned(path: Path) -> Path:
    """Return the path that leads back."""
    match path:
        case Inverse():
            return path.path
        case Sequence():
            return Sequence(tuple(_turned(step) for step in reversed(path.paths)))
        case Alternative():
            return Alternative(tuple(_turned(step) for step in path.paths))
        case Repeated():
            return Repeated(_turned(path.path), path.sign)
        case Predicate():
            return Inverse(path)
