"""The view holds each published triple once, and a person's text before a machine's."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from libri_graph.namespaces import GRAPHS, term
from libri_graph.store import view

THING, SAYS = NamedNode("https://example.org/thing"), term("dcterms:description")
TRUE = Literal(True)


def graph(name: str) -> NamedNode:
    return NamedNode(GRAPHS + name)


def source(name: str, *triples: Triple, enters: bool = True, machine: bool = False) -> list[Quad]:
    own = graph(name)
    quads = [Quad(t.subject, t.predicate, t.object, own) for t in triples]
    quads.append(Quad(own, term("libri:entersView"), Literal(enters), own))
    return [*quads, Quad(own, term("libri:machineMade"), TRUE, own)] if machine else quads


def text(words: str, language: str) -> Triple:
    return Triple(THING, SAYS, Literal(words, language=language))


def view_of(*sources: list[Quad]) -> set[Triple]:
    store = Store()
    for quads in sources:
        store.extend(quads)
    view.rebuild(store)
    found = store.quads_for_pattern(None, None, None, DefaultGraph())
    return {quad.triple for quad in found if quad.subject == THING}


def test_a_triple_of_two_sources_counts_once_without_graph_and_twice_with() -> None:
    store = Store()
    store.extend([*source("one", text("same", "en")), *source("two", text("same", "en"))])
    view.rebuild(store)
    counts = [
        next(iter(store.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")))[0].value
        for pattern in (f"{THING} ?p ?o", f"GRAPH ?g {{ {THING} ?p ?o }}")
    ]
    assert counts == ["1", "2"]


def test_a_source_that_does_not_enter_stays_outside() -> None:
    assert view_of(source("held", text("hidden", "en"), enters=False)) == set()


def test_a_draft_is_shown_where_nobody_wrote_a_text() -> None:
    draft = text("melnraksts", "lv")
    assert draft in view_of(source("own", text("text", "en")), source("drafts", draft, machine=True))


def test_a_persons_text_takes_the_place_of_the_draft() -> None:
    own, draft = text("teksts", "lv"), text("melnraksts", "lv")
    assert view_of(source("own", own), source("drafts", draft, machine=True)) == {own}


def test_the_mark_of_drafts_goes_with_the_last_draft() -> None:
    mark = Triple(THING, term("libri:draftTranslationIn"), Literal("lv"))
    drafts = source("drafts", text("melnraksts", "lv"), mark, machine=True)
    assert mark in view_of(drafts)
    assert mark not in view_of(source("own", text("teksts", "lv")), drafts)


TEXTS = st.builds(text, st.sampled_from("abc"), st.sampled_from(["en", "lv"]))
SOURCES = st.lists(st.tuples(st.lists(TEXTS), st.booleans(), st.booleans()), max_size=4)


@given(SOURCES)
@settings(max_examples=100, deadline=None)
def test_the_view_is_the_union_but_for_drafts_that_yield(parts: list[tuple[list[Triple], bool, bool]]) -> None:
    sources = [source(f"s{n}", *texts, enters=e, machine=m) for n, (texts, e, m) in enumerate(parts)]
    written = {t for texts, enters, machine in parts if enters and not machine for t in texts}
    taken = {t.object.language for t in written}
    drafts = {
        t for texts, enters, machine in parts if enters and machine for t in texts if t.object.language not in taken
    }
    assert view_of(*sources) == written | drafts


@given(SOURCES)
@settings(max_examples=30, deadline=None)
def test_building_the_view_twice_changes_nothing(parts: list[tuple[list[Triple], bool, bool]]) -> None:
    store = Store()
    for number, (texts, enters, machine) in enumerate(parts):
        store.extend(source(f"s{number}", *texts, enters=enters, machine=machine))
    view.rebuild(store)
    once = set(store)
    view.rebuild(store)
    assert set(store) == once
