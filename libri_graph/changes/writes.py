"""The kinds of write. Each says what it changes in the graph at hand and brings it there; all else is `publish`'s."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from libri_graph.changes.delta import Delta, Graph, between
from libri_graph.changes.naming import steady
from libri_graph.changes.terms import demand_rdf_1_1
from libri_graph.errors import GenerationGone, GraphRefused, PreconditionFailed, WriteRefused
from libri_graph.namespaces import GRAPHS

RESERVED = frozenset({GRAPHS + name for name in ("ontology", "shapes", "view")})
"""Graphs that come from the checkout, or from all others."""


class Write(Protocol):
    """One write, not done yet."""

    @property
    def actor(self) -> str:
        """Who writes: a token's name, or a command."""

    @property
    def alone(self) -> bool:
        """Whether it makes a generation of its own, because it may be large or must see the last one unchanged."""

    def apply(self, store: Store, before: Callable[[], Store]) -> Delta:
        """Bring `store` to the state after the write and return what that changed.

        `before` opens the state before, where `alone`. Raises a `LibriError` with `store` as it was.
        """


@dataclass(frozen=True, slots=True)
class Policy:
    """Which graphs a write may touch."""

    plain: bool = False
    """A bare SPARQL store: every graph, the default graph too."""
    only: NamedNode | None = None
    """The one graph that it may touch."""

    def demand(self, graphs: Iterable[Graph]) -> None:
        """Raise `WriteRefused` or `GraphRefused` for a graph that may not be touched."""
        for graph in graphs:
            if not self.plain:
                self._demand(graph)

    def demand_terms(self, quads: Iterable[Quad]) -> None:
        """Raise `SyntaxInvalid` for what only RDF 1.2 has a word for, which a bare store keeps."""
        for quad in () if self.plain else quads:
            demand_rdf_1_1(quad)

    def _demand(self, graph: Graph) -> None:
        if isinstance(graph, DefaultGraph) or graph.value == GRAPHS + "view":
            raise WriteRefused("the default graph is the view of all sources; write to a source's graph instead")
        if not graph.value.startswith(GRAPHS) or not _is_id(graph.value.removeprefix(GRAPHS)):
            raise GraphRefused(f"a graph here is called {GRAPHS} and the id of a source, not {graph.value}")
        if graph.value in RESERVED:
            raise WriteRefused(f"{graph.value} comes with the software and is not written from outside")
        if self.only is not None and graph != self.only:
            raise WriteRefused(f"this token may only write {self.only.value}")


def _is_id(name: str) -> bool:
    """Return whether a graph can be called so, which no client then takes for the address of something else."""
    return not {"", ".", ".."} & set(name.split("/")) and not set("?#") & set(name)


SOURCES_ONLY: Final = Policy()


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of a graph when a write of it begins. Source: RFC 9110, section 13.1."""

    there: bool | None = None
    """Whether the graph must be there, or must not; the default graph always is."""
    as_in: Callable[[], Store] | None = None
    """Opens a state of the store in which the graph must have been as it is now. Raises `GenerationGone`."""

    def demand(self, store: Store, graph: Graph) -> None:
        """Raise `PreconditionFailed` where it does not hold."""
        there = isinstance(graph, DefaultGraph) or store.contains_named_graph(graph)
        if self.there is not None and there != self.there:
            raise PreconditionFailed("the graph is there already" if there else "the graph is not there")
        if self.as_in is not None and not (there and _content(store, graph) == _content_then(self.as_in, graph)):
            raise PreconditionFailed("the graph was changed since; fetch it again")


ALWAYS: Final = Condition()


def _content(store: Store, graph: Graph) -> frozenset[Quad]:
    return frozenset(store.quads_for_pattern(None, None, None, graph))


def _content_then(state: Callable[[], Store], graph: Graph) -> frozenset[Quad]:
    try:
        return _content(state(), graph)
    except GenerationGone as gone:
        raise PreconditionFailed("the state that was fetched is not kept any more; fetch the graph again") from gone


@dataclass(frozen=True, slots=True)
class ReplaceGraph:
    """A graph shall hold just these quads; without `exists`, it shall not exist any more."""

    actor: str
    graph: NamedNode | DefaultGraph
    quads: Sequence[Quad] = ()
    policy: Policy = SOURCES_ONLY
    exists: bool = True
    condition: Condition = ALWAYS
    alone: bool = False

    def apply(self, store: Store, before: Callable[[], Store]) -> Delta:  # noqa: ARG002  # not needed: all is named
        """Bring `store` there; see `Write`."""
        self.condition.demand(store, self.graph)
        self.policy.demand([self.graph])
        self.policy.demand_terms(self.quads)
        wanted = as_stored(self.quads)
        there = _content(store, self.graph)
        return between(store, wanted - there, there - wanted).then(self._existence(store, bool(wanted))).apply(store)

    def _existence(self, store: Store, filled: bool) -> Delta:
        if not isinstance(self.graph, NamedNode):
            return Delta()
        there, named = store.contains_named_graph(self.graph), frozenset({self.graph})
        if self.exists:
            return Delta() if there or filled else Delta(made=named)
        return Delta(dropped=named) if there else Delta()


@dataclass(frozen=True, slots=True)
class AddToGraph:
    """A graph shall hold these quads too."""

    actor: str
    graph: NamedNode | DefaultGraph
    quads: Sequence[Quad]
    policy: Policy = SOURCES_ONLY
    condition: Condition = ALWAYS
    alone: bool = False

    def apply(self, store: Store, before: Callable[[], Store]) -> Delta:  # noqa: ARG002  # not needed: all is named
        """Bring `store` there; see `Write`."""
        self.condition.demand(store, self.graph)
        self.policy.demand([self.graph])
        self.policy.demand_terms(self.quads)
        delta = between(store, as_stored(self.quads))
        if isinstance(self.graph, NamedNode) and not self.quads and not store.contains_named_graph(self.graph):
            delta = Delta(made=frozenset({self.graph}))
        return delta.apply(store)


def as_stored(quads: Iterable[Quad]) -> frozenset[Quad]:
    """Return quads of one graph as the store gives them back: literals in canonical form, blank nodes named by content.

    Source: the engine rewrites literals when it stores them; see DESIGN, decision 1.
    """
    scratch = pyoxigraph.Store()
    scratch.extend(steady(quads))
    return frozenset(scratch)
