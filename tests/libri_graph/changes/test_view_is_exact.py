"""Whatever is written to sources that overlap, the deduplicated view is what one would make of them by hand."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from libri_graph.changes.delta import Delta
from libri_graph.changes.update import Update
from libri_graph.changes.writes import AddToGraph, ReplaceGraph, Write
from libri_graph.namespaces import GRAPHS, term
from libri_graph.store import view

SOURCES = [NamedNode(GRAPHS + name) for name in ("library", "partner", "drafts", "held")]
THINGS = [NamedNode(f"https://example.org/{name}") for name in "ab"]
SAYS, DRAFTED = term("dcterms:description"), term("libri:draftTranslationIn")
ENTERS, MACHINE_MADE = term("libri:entersView"), term("libri:machineMade")
TEXTS = [Literal(words, language=language) for words in ("one", "two") for language in ("en", "lv")]
VALUES = [*TEXTS, Literal("plain"), THINGS[0]]

things = st.sampled_from(THINGS)
triples = st.one_of(
    st.builds(Triple, things, st.just(SAYS), st.sampled_from(VALUES)),
    st.builds(Triple, things, st.just(DRAFTED), st.sampled_from([Literal("en"), Literal("lv")])),
)


@st.composite
def quads(draw: st.DrawFn) -> list[Quad]:
    """Quads of one source, with what it says of itself now and then."""
    graph = draw(st.sampled_from(SOURCES))
    said = [Quad(t.subject, t.predicate, t.object, graph) for t in draw(st.lists(triples, max_size=5))]
    said += [Quad(graph, ENTERS, Literal(True), graph)] * draw(st.integers(0, 1))
    said += [Quad(graph, MACHINE_MADE, Literal(True), graph)] * draw(st.integers(0, 1))
    return said or [Quad(THINGS[0], SAYS, TEXTS[0], graph)]


def graph_of(said: Sequence[Quad]) -> NamedNode:
    graph = said[0].graph_name
    assert isinstance(graph, NamedNode)
    return graph


def updated(removed: Sequence[Quad], added: Sequence[Quad]) -> Update:
    """An update that removes some quads and adds others, of two sources."""

    def block(said: Sequence[Quad]) -> str:
        return f"GRAPH {graph_of(said)} {{ {' '.join(f'{quad.triple} .' for quad in said)} }}"

    return Update("test", f"DELETE {{ {block(removed)} }} INSERT {{ {block(added)} }} WHERE {{}}")


writes = st.one_of(
    quads().map(lambda said: ReplaceGraph("test", graph_of(said), said)),
    quads().map(lambda said: AddToGraph("test", graph_of(said), said)),
    st.sampled_from(SOURCES).map(lambda graph: ReplaceGraph("test", graph, exists=False)),
    st.builds(updated, quads(), quads()),
)


def by_hand(store: Store) -> set[Triple]:
    """Return the view as the rules say it, source by source, without any of the product's code."""
    of_source = {graph: {q.triple for q in store.quads_for_pattern(None, None, None, graph)} for graph in SOURCES}
    entering = [graph for graph in SOURCES if Triple(graph, ENTERS, Literal(True)) in of_source[graph]]
    machines = [graph for graph in entering if Triple(graph, MACHINE_MADE, Literal(True)) in of_source[graph]]
    shown = {triple for graph in entering if graph not in machines for triple in of_source[graph]}
    written = {(t.subject, t.predicate, _language(t)) for t in shown if _language(t)}
    for graph in machines:
        kept = {t for t in of_source[graph] if (t.subject, t.predicate, _language(t)) not in written}
        drafted = {(t.subject, _language(t)) for t in kept if _language(t)}
        shown |= {t for t in kept if t.predicate != DRAFTED or (t.subject, t.object.value) in drafted}
    return shown


def _language(triple: Triple) -> str | None:
    return triple.object.language if isinstance(triple.object, Literal) else None


def seen(store: Store) -> set[Triple]:
    found = [quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())]
    assert len(found) == len(set(found)), "each triple once"
    return set(found)


def apply(write: Write, store: Store) -> Delta:
    """Do a write. Stores in memory yield no common order, so what an update changes is found by sets here."""
    if not isinstance(write, Update):
        return write.apply(store, Store)
    before, graphs = set(store), set(store.named_graphs())
    store.update(write.text)
    after, made = set(store), {g for g in store.named_graphs() if isinstance(g, NamedNode) and g not in graphs}
    return Delta(frozenset(after - before), frozenset(before - after), frozenset(made))


@given(st.lists(writes, min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_the_view_is_exact_after_any_writes(chosen: list[Write]) -> None:
    store = Store()
    for write in chosen:
        before = seen(store)
        delta = apply(write, store)
        told = view.follow(store, delta.added | delta.removed)
        after = seen(store)
        assert after == by_hand(store)
        if told is not None:
            assert told == (after - before, before - after)
    followed = set(store)
    view.rebuild(store)
    assert set(store) == followed, "following gives what filling anew gives"


@given(st.lists(writes, min_size=1, max_size=6), writes)
@settings(max_examples=40, deadline=None)
def test_a_write_taken_back_leaves_no_trace_in_the_view(chosen: list[Write], last: Write) -> None:
    store = Store()
    for write in chosen:
        delta = apply(write, store)
        view.follow(store, delta.added | delta.removed)
    before, graphs = set(store), set(store.named_graphs())
    delta = apply(last, store)
    view.follow(store, delta.added | delta.removed)
    delta.inverse.apply(store)
    view.follow(store, delta.added | delta.removed)
    assert set(store) == before
    assert set(store.named_graphs()) == graphs


@given(st.lists(writes, min_size=1, max_size=6), writes)
@settings(max_examples=40, deadline=None)
def test_a_write_done_twice_changes_nothing_the_second_time(chosen: list[Write], last: Write) -> None:
    store = Store()
    for write in [*chosen, last]:
        apply(write, store)
    assert isinstance(last, Update) or not apply(last, store)


@given(st.lists(quads(), min_size=1, max_size=5), st.lists(quads(), min_size=1, max_size=3), st.booleans())
@settings(max_examples=100, deadline=None)
def test_the_view_is_exact_after_graphs_have_arrived_as_a_whole(
    old: list[list[Quad]], new: list[list[Quad]], beside: bool
) -> None:
    store = Store()
    arriving = {graph_of(said) for said in new}
    for said in old:
        if graph_of(said) not in arriving:
            store.extend(said)
    view.rebuild(store)
    there = {graph for graph in SOURCES if graph not in arriving}
    extra = [quad for said in old if beside and graph_of(said) in there for quad in said[:1]]
    for quad in extra:
        store.remove(quad)
    for said in new:
        store.extend(said)
    for graph in arriving:
        if view.enters(store, graph):
            store.extend(view.as_shown(quad.triple) for quad in store.quads_for_pattern(None, None, None, graph))
    view.take_in(store, arriving, extra)
    assert seen(store) == by_hand(store)
