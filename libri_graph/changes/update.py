"""SPARQL 1.1 Update as a write: run by the engine, compared afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph
from pyoxigraph import NamedNode, Quad, Store

from libri_graph.changes.delta import Delta, between, difference
from libri_graph.changes.templates import Operation, taken_apart
from libri_graph.changes.writes import SOURCES_ONLY, Policy, as_stored
from libri_graph.errors import QueryInvalid, QueryRefused, RequestInvalid
from libri_graph.workers.precheck import loads
from libri_graph.workers.tokens import scan

PLACE: Final = re.compile(r"\bat (\d+):(\d+)")
DATA_ONLY: Final = frozenset({"PREFIX", "BASE", "INSERT", "DELETE", "DATA", "GRAPH", "A", "TRUE", "FALSE"})
"""Words of updates that only name quads."""


@dataclass(frozen=True, slots=True)
class Update:
    """One update request, all of its operations or none. Its text has passed `precheck.checked_update`."""

    actor: str
    text: str
    policy: Policy = SOURCES_ONLY
    using: Sequence[str] = ()
    """Graphs that `using-graph-uri` names."""
    using_named: Sequence[str] = ()
    """Graphs that `using-named-graph-uri` names."""
    base: str = ""
    """What relative IRIs are relative to."""

    @property
    def alone(self) -> bool:
        """Whether its WHERE must be evaluated, so that the outcome is known only by comparing two states."""
        return not self._only_inserts

    @property
    def _only_inserts(self) -> bool:
        words = [token.text.upper() for token in scan(self.text) if token.kind == "word"]
        return words.count("INSERT") == words.count("DATA") == 1 and set(words) <= DATA_ONLY - {"DELETE"}

    def apply(self, store: Store, before: Callable[[], Store]) -> Delta:
        """Bring `store` there; see `Write`. Raises `QueryInvalid` with the place of the fault."""
        if self._only_inserts and not self.using and not self.using_named:
            return self._insert(store)
        text = self._with_using() if self.using or self.using_named else self.text
        operation = None if self.using or self.using_named else taken_apart(text, self.base)
        if operation is None:
            _run(store, text, self.base)
            delta = difference(before(), store)
        else:
            delta = self._carry_out(operation, store, before())
        self.policy.demand(delta.graphs)
        self.policy.demand_terms(delta.added)
        return delta

    def _carry_out(self, operation: Operation, store: Store, before: Store) -> Delta:
        """Run an operation of which it is known where it may change something, and look there."""
        try:
            removed, added = operation.candidates(before, self.base)
        except (SyntaxError, ValueError, RuntimeError):
            _run(store, self.text, self.base)
            return difference(before, store)
        _run(store, self.text, self.base)
        gone = _spelt(quad for quad in removed if quad in before and quad not in store)
        come = _spelt(quad for quad in added if quad in store and quad not in before)
        made = {quad.graph_name for quad in come if isinstance(quad.graph_name, NamedNode)}
        return Delta(come, gone, frozenset(graph for graph in made if not before.contains_named_graph(graph)))

    def _insert(self, store: Store) -> Delta:
        scratch = pyoxigraph.Store()
        _run(scratch, self.text, self.base)
        by_graph: dict[object, list[Quad]] = {}
        for quad in scratch:
            by_graph.setdefault(quad.graph_name, []).append(quad)
        self.policy.demand({quad.graph_name for quad in scratch})
        self.policy.demand_terms(scratch)
        shared = _shared_blanks(by_graph.values())
        coming = frozenset(scratch) if shared else frozenset().union(*map(as_stored, by_graph.values()))
        return between(store, coming).apply(store)

    def _with_using(self) -> str:
        """Return the text with the data set of the request put into it.

        Source: SPARQL 1.1 Protocol, section 2.2.3; it is an error where the text names one itself.
        """
        found = list(scan(self.text))
        words = {token.text.upper() for token in found if token.kind == "word"}
        if words & {"USING", "WITH"}:
            raise RequestInvalid("the update names its data set itself, so the request may not name another")
        named = [f"USING {_graph(iri)}" for iri in self.using]
        named += [f"USING NAMED {_graph(iri)}" for iri in self.using_named]
        places = [token.start for token in found if token.kind == "word" and token.text.upper() == "WHERE"]
        text = self.text
        for place in reversed(places):
            text = f"{text[:place]}{' '.join(named)} {text[place:]}"
        return text


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as fault:
        raise RequestInvalid(f"{iri!r} is no IRI, so no graph can be called so") from fault


def _spelt(quads: Iterable[Quad]) -> frozenset[Quad]:
    """Return quads as the store gives them back."""
    scratch = pyoxigraph.Store()
    scratch.extend(quads)
    return frozenset(scratch)


def _shared_blanks(graphs: object) -> bool:
    """Return whether a blank node stands in several graphs; such ones keep the name that the engine gave them."""
    seen: set[object] = set()
    for quads in graphs:  # type: ignore[attr-defined]  # a view of lists
        here = {end for quad in quads for end in (quad.subject, quad.object) if isinstance(end, pyoxigraph.BlankNode)}
        if here & seen:
            return True
        seen |= here
    return False


def _run(store: Store, text: str, base: str) -> None:
    try:
        store.update(text, base_iri=base or None)
    except SyntaxError as fault:
        place = PLACE.search(str(fault))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        lines = text.splitlines()
        excerpt = lines[line - 1] if line and line <= len(lines) else ""
        told = f"the update cannot be understood from line {line}, column {column} on" if place else str(fault)
        raise QueryInvalid(told, line=line, column=column, excerpt=excerpt) from fault
    except (RuntimeError, ValueError, OSError) as fault:
        if loads(text):
            raise QueryRefused("LOAD fetches from another server, which is not allowed here") from fault
        if isinstance(fault, OSError):
            raise  # the disk's fault, not the request's
        raise RequestInvalid(f"the update cannot be carried out: {fault}") from fault
