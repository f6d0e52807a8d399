"""The view: every published triple once, as the default graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
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
    for the same subject, predicate and language. Linear in the quads of those sources; memory grows with those that
    are machine-made alone.
    """
    sources = _Sources.of(store)
    store.clear_graph(DefaultGraph())
    for graph in sorted(sources.by_people, key=str):
        store.bulk_extend(as_shown(quad.triple) for quad in store.quads_for_pattern(None, None, None, graph))
    drafts = {triple for graph in sources.machine_made for triple in _yielding(store, graph)}
    store.bulk_extend(map(as_shown, drafts))


def enters(store: pyoxigraph.Store, graph: NamedNode) -> bool:
    """Return whether all of `graph` is in the view."""
    return graph in _Sources.of(store).by_people


def take_in(store: pyoxigraph.Store, arrived: Collection[NamedNode], changed: Collection[Quad]) -> None:
    """Bring the default graph up to date after graphs `arrived` that were empty, beside other quads `changed`.

    Those of `arrived` that enter as they are (`enters`) must have been put into the default graph already. Gives what
    `rebuild` gives, in a time that depends on the change, and on the sources that are machine-made.
    """
    old = [quad for quad in changed if quad.graph_name not in arrived]
    if len(old) > MOST or any(quad.predicate in RULING for quad in old):
        rebuild(store)
        return
    sources = _Sources.of(store)
    drafts = (quad.triple for graph in sources.machine_made for quad in _quads(store, graph))
    _bring(store, sources, {*_affected(store, sources, {quad.triple for quad in old}), *drafts})


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
    return _bring(store, sources, _affected(store, sources, {quad.triple for quad in quads}))


def _bring(store: pyoxigraph.Store, sources: _Sources, affected: Iterable[Triple]) -> tuple[set[Triple], set[Triple]]:
    """Have the default graph hold those of `affected` that belong there; return what it won and lost."""
    won, lost = set(), set()
    for triple in affected:
        quad = as_shown(triple)
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


def as_shown(triple: Triple) -> Quad:
    """Return `triple` as a quad of the default graph."""
    return Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())


def _quads(store: pyoxigraph.Store, graph: NamedNode) -> Iterator[Quad]:
    return iter(store.quads_for_pattern(None, None, None, graph))


def _slot(triple: Triple) -> Slot | None:
    value = triple.object
    if isinstance(value, Literal) and value.language:
        return triple.subject, triple.predicate, value.language
    return None


def _yielding(store: pyoxigraph.Store, graph: NamedNode) -> Iterator[Triple]:
    """Yield what enters of a machine-made `graph`, the default graph holding what people say and nothing else."""
    kept = [q.triple for q in _quads(store, graph) if not _has_text(store, DefaultGraph(), _slot(q.triple))]
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


def _of(
    store: pyoxigraph.Store, graph: NamedNode | DefaultGraph, subject: object, predicate: NamedNode | None
) -> list[Triple]:
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
    return any(_has_text(store, graph, slot) for graph in sources.by_people)


def _has_text(store: pyoxigraph.Store, graph: NamedNode | DefaultGraph, slot: Slot | None) -> bool:
    return slot is not None and any(slot == _slot(triple) for triple in _of(store, graph, slot[0], slot[1]))


def _drafts(store: pyoxigraph.Store, sources: _Sources, graph: NamedNode, marker: Triple) -> bool:
    """Return whether a text that `marker` marks, of the same graph, is shown."""
    texts = (slot for triple in _of(store, graph, marker.subject, None) if (slot := _slot(triple)))
    return any(slot[2] == _word(marker) and not _is_written(store, sources, slot) for slot in texts)
