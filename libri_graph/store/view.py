"""The view: every published triple once, as the default graph."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from libri_graph.namespaces import GRAPHS, term

ONTOLOGY = NamedNode(GRAPHS + "ontology")
SHAPES = NamedNode(GRAPHS + "shapes")
DRAFT_IN = term("libri:draftTranslationIn")
TRUE = Literal(True)


def rebuild(store: pyoxigraph.Store) -> None:
    """Fill the default graph of `store` anew from its named graphs.

    A source enters where its own graph says ``libri:entersView true``; the ontology always does.
    A text of a source that is ``libri:machineMade`` enters only where no other source of the view has one
    for the same subject, predicate and language. Linear in the quads of those sources.
    """
    store.clear_graph(DefaultGraph())
    store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in _triples(store))


def _triples(store: pyoxigraph.Store) -> set[Triple]:
    entering = _graphs_saying(store, "libri:entersView") | {ONTOLOGY}
    machine_made = _graphs_saying(store, "libri:machineMade") & entering
    view = {quad.triple for graph in entering - machine_made for quad in _quads(store, graph)}
    written = {slot for triple in view if (slot := _slot(triple))}
    for graph in machine_made:
        view |= set(_yielding(store, graph, written))
    return view


def _graphs_saying(store: pyoxigraph.Store, name: str) -> set[NamedNode]:
    stated = store.quads_for_pattern(None, term(name), TRUE, None)
    return {q.graph_name for q in stated if isinstance(q.graph_name, NamedNode) and q.subject == q.graph_name}


def _quads(store: pyoxigraph.Store, graph: NamedNode) -> Iterator[Quad]:
    return iter(store.quads_for_pattern(None, None, None, graph))


def _slot(triple: Triple) -> tuple[object, NamedNode, str] | None:
    value = triple.object
    if isinstance(value, Literal) and value.language:
        return triple.subject, triple.predicate, value.language
    return None


def _yielding(
    store: pyoxigraph.Store, graph: NamedNode, written: set[tuple[object, NamedNode, str]]
) -> Iterator[Triple]:
    kept = [q.triple for q in _quads(store, graph) if _slot(q.triple) not in written]
    shown = {(slot[0], slot[2]) for triple in kept if (slot := _slot(triple))}
    for triple in kept:
        stale = triple.predicate == DRAFT_IN and (triple.subject, _word(triple)) not in shown
        if not stale:
            yield triple


def _word(triple: Triple) -> str:
    return triple.object.value if isinstance(triple.object, Literal) else ""
