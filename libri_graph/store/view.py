"""The view: every published triple once, as the default graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from libri_graph.namespaces import GRAPHS, term

ONTOLOGY = NamedNode(GRAPHS + "ontology")
SHAPES = NamedNode(GRAPHS + "shapes")
DRAFT_IN = term("libri:draftTranslationIn")
RULING = frozenset({term("libri:entersView"), term("libri:machineMade")})
"""What a source says of itself that decides about all of it."""
TRUE = Literal(True)
MOST = 5000
"""Changed triples; of more, filling the view anew is quicker."""

Slot = tuple[object, NamedNode, str]
"""Subject, predicate and language of a text."""


def rebuild(store: pyoxigraph.Store) -> None:
    """Fill the default graph of `store` anew from its named graphs.

    A source enters where its own graph says ``libri:entersView true``; the ontology always does.
    A text of a source that is ``libri:machineMade`` enters only where no other source of the view has one
    for the same subject, predicate and language. Linear in the quads of those sources.
    """
    store.clear_graph(DefaultGraph())
    store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in _triples(store))


def follow(store: pyoxigraph.Store, changed: Iterable[Quad]) -> tuple[set[Triple], set[Triple]] | None:
    """Bring the default graph up to date after the quads `changed` came to or went from named graphs.

    Returns the triples that the view won and lost; `None` where it had to be filled anew.
    Gives what `rebuild` gives, in a time that depends on the change alone.
    """
    quads = list(changed)
    if len(quads) > MOST or any(quad.predicate in RULING for quad in quads):
        rebuild(store)
        return None
    sources = _Sources.of(store)
    won, lost = set(), set()
    for triple in _affected(store, sources, {quad.triple for quad in quads}):
        quad = Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())
        shown, wanted = quad in store, _belongs(store, sources, triple)
        if wanted and not shown:
            store.add(quad)
            won.add(triple)
        elif shown and not wanted:
            store.remove(quad)
            lost.add(triple)
    return won, lost


@dataclass(frozen=True, slots=True)
class _Sources:
    """The graphs that make the view."""

    by_people: frozenset[NamedNode]
    machine_made: frozenset[NamedNode]

    @classmethod
    def of(cls, store: pyoxigraph.Store) -> _Sources:
        entering = _graphs_saying(store, "libri:entersView") | {ONTOLOGY}
        machine_made = _graphs_saying(store, "libri:machineMade") & entering
        return cls(frozenset(entering - machine_made), frozenset(machine_made))


def _graphs_saying(store: pyoxigraph.Store, name: str) -> set[NamedNode]:
    stated = store.quads_for_pattern(None, term(name), TRUE, None)
    return {q.graph_name for q in stated if isinstance(q.graph_name, NamedNode) and q.subject == q.graph_name}


def _triples(store: pyoxigraph.Store) -> set[Triple]:
    sources = _Sources.of(store)
    view = {quad.triple for graph in sources.by_people for quad in _quads(store, graph)}
    written = {slot for triple in view if (slot := _slot(triple))}
    for graph in sources.machine_made:
        view |= set(_yielding(store, graph, written))
    return view


def _quads(store: pyoxigraph.Store, graph: NamedNode) -> Iterator[Quad]:
    return iter(store.quads_for_pattern(None, None, None, graph))


def _slot(triple: Triple) -> Slot | None:
    value = triple.object
    if isinstance(value, Literal) and value.language:
        return triple.subject, triple.predicate, value.language
    return None


def _yielding(store: pyoxigraph.Store, graph: NamedNode, written: set[Slot]) -> Iterator[Triple]:
    kept = [q.triple for q in _quads(store, graph) if _slot(q.triple) not in written]
    shown = {(slot[0], slot[2]) for triple in kept if (slot := _slot(triple))}
    for triple in kept:
        stale = triple.predicate == DRAFT_IN and (triple.subject, _word(triple)) not in shown
        if not stale:
            yield triple


def _word(triple: Triple) -> str:
    return triple.object.value if isinstance(triple.object, Literal) else ""


def _affected(store: pyoxigraph.Store, sources: _Sources, changed: set[Triple]) -> set[Triple]:
    """Return the triples whose place in the view may differ: the changed ones, and drafts of what they say."""
    affected = set(changed)
    texts = {slot for triple in changed if (slot := _slot(triple))}
    for graph in sources.machine_made:
        for subject, predicate, language in texts:
            same = _of(store, graph, subject, predicate)
            affected |= {triple for triple in same if _slot(triple) == (subject, predicate, language)}
        for subject, language in {(slot[0], slot[2]) for slot in texts}:
            affected |= {triple for triple in _of(store, graph, subject, DRAFT_IN) if _word(triple) == language}
    return affected


def _of(store: pyoxigraph.Store, graph: NamedNode, subject: object, predicate: NamedNode | None) -> list[Triple]:
    if not isinstance(subject, NamedNode | BlankNode):
        return []
    return [quad.triple for quad in store.quads_for_pattern(subject, predicate, None, graph)]


def _belongs(store: pyoxigraph.Store, sources: _Sources, triple: Triple) -> bool:
    if any(_holds(store, graph, triple) for graph in sources.by_people):
        return True
    drafting = [graph for graph in sources.machine_made if _holds(store, graph, triple)]
    if not drafting or _is_written(store, sources, _slot(triple)):
        return False
    return triple.predicate != DRAFT_IN or any(_drafts(store, sources, graph, triple) for graph in drafting)


def _holds(store: pyoxigraph.Store, graph: NamedNode, triple: Triple) -> bool:
    return Quad(triple.subject, triple.predicate, triple.object, graph) in store


def _is_written(store: pyoxigraph.Store, sources: _Sources, slot: Slot | None) -> bool:
    """Return whether people have written a text for `slot`."""
    if slot is None:
        return False
    subject, predicate, _ = slot
    return any(slot == _slot(t) for graph in sources.by_people for t in _of(store, graph, subject, predicate))


def _drafts(store: pyoxigraph.Store, sources: _Sources, graph: NamedNode, marker: Triple) -> bool:
    """Return whether a text that `marker` marks, of the same graph, is shown."""
    texts = (slot for triple in _of(store, graph, marker.subject, None) if (slot := _slot(triple)))
    return any(slot[2] == _word(marker) and not _is_written(store, sources, slot) for slot in texts)
