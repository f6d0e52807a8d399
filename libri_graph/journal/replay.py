"""From events to the state that they describe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from libri_graph.journal.events import Entry, Event, Kind
from libri_graph.journal.payloads import Payloads


def replay(events: Iterable[Event], store: Store, payloads: Payloads) -> int:
    """Bring `store` from the state before `events` to the state after them; return the last sequence, or 0.

    `events` are whole change sets. The view is not touched. Replaying a second time changes nothing.
    """
    last = 0
    for _, change in groupby(events, key=lambda event: event.change):
        found = list(change)
        apply([event.entry for event in found], store, payloads)
        last = found[-1].sequence
    return last


def apply(entries: Sequence[Entry], store: Store, payloads: Payloads) -> None:
    """Bring `store` to the state after a change set.

    All that it removes goes before anything comes: a blank node that passes from one entity to another does both.
    """
    for entry in entries:
        for quad in quads(entry.removed, graph_name(entry.graph)):
            store.remove(quad)
    for entry in entries:
        graph = graph_name(entry.graph)
        if entry.file:
            store.clear_graph(graph)
            payloads.load(entry.file, store, graph)
        elif entry.entity:
            store.extend(quads(entry.added, graph))
        elif isinstance(graph, NamedNode):
            _exist(store, graph, entry.kind is not Kind.delete)


def _exist(store: Store, graph: NamedNode, wanted: bool) -> None:
    if wanted:
        store.add_graph(graph)
    else:
        store.remove_graph(graph)


def quads(lines: str, graph: NamedNode | DefaultGraph) -> list[Quad]:
    """Return the quads of N-Triples in `graph`; blank nodes keep their labels."""
    parsed = pyoxigraph.parse(lines, format=RdfFormat.N_TRIPLES)
    return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]


def graph_name(iri: str) -> NamedNode | DefaultGraph:
    """Return the graph that an event calls `iri`."""
    return NamedNode(iri) if iri else DefaultGraph()
