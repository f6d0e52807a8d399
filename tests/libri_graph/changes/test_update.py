"""An update does what SPARQL says, tells what that changed, and touches only what it may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad, Store

from libri_graph.changes.delta import Delta
from libri_graph.changes.update import Update
from libri_graph.changes.writes import Policy
from libri_graph.errors import GraphRefused, QueryInvalid, QueryRefused, RequestInvalid, WriteRefused
from tests.libri_graph.changes.conftest import KeptStore
from tests.libri_graph.changes.graphs import GRAPH, OTHER, PREDICATES, THINGS, WORDS, contents, quad_sets, store_of

A, P, ONE, TWO = str(THINGS[0]), str(PREDICATES[0]), str(GRAPH), str(OTHER)
TEXTS = [
    f'INSERT DATA {{ GRAPH {ONE} {{ {A} {P} "x" }} }}',
    f'INSERT DATA {{ GRAPH {ONE} {{ {A} {P} "x" }} GRAPH {TWO} {{ {A} {P} 1 , true }} }}',
    f'DELETE DATA {{ GRAPH {ONE} {{ {A} {P} "x" }} }}',
    f"DELETE WHERE {{ GRAPH {ONE} {{ ?s {P} ?o }} }}",
    f"INSERT {{ GRAPH {TWO} {{ ?s ?p ?o }} }} WHERE {{ GRAPH {ONE} {{ ?s ?p ?o }} }}",
    f"WITH {ONE} DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p {A} }} WHERE {{ ?s ?p ?o }}",
    f"CLEAR GRAPH {ONE}",
    f"DROP SILENT GRAPH {TWO}",
    f"CREATE SILENT GRAPH {ONE}",
    f"COPY {ONE} TO {TWO}",
    f"MOVE {ONE} TO {TWO}",
    f"ADD {ONE} TO {TWO}",
    f'INSERT DATA {{ GRAPH {ONE} {{ {A} {P} "x" }} }} ; CLEAR GRAPH {ONE}',
]

Applied = Callable[..., tuple[Store, Delta]]


@pytest.fixture(scope="session")
def applied(kept: KeptStore) -> Applied:
    """Return the store after a text on a copy of a store, and what it says that it changed."""

    def apply(store: Store, text: str, **more: object) -> tuple[Store, Delta]:
        before, after = (kept(store, store.named_graphs()) for _ in range(2))
        return after, Update("somebody", text, **more).apply(after, lambda: before)

    return apply


@settings(max_examples=50)
@given(quad_sets(GRAPH, OTHER), st.sampled_from(TEXTS))
def test_an_update_does_what_the_engine_does_and_tells_the_difference(
    applied: Applied, there: frozenset[Quad], text: str
) -> None:
    store = store_of(there, [GRAPH])
    expected = store_of(there, [GRAPH])
    expected.update(text)
    after, told = applied(store, text)
    assert contents(after) == contents(expected)
    before, wanted = set(store), set(expected)
    assert (told.added, told.removed) == (wanted - before, before - wanted)


@pytest.mark.parametrize(("text", "alone"), [(text, number > 1) for number, text in enumerate(TEXTS)])
def test_only_an_update_that_just_adds_is_grouped_with_others(text: str, alone: bool) -> None:
    assert Update("somebody", text).alone is alone


@pytest.mark.parametrize(
    "text",
    [
        f'INSERT DATA {{ GRAPH {ONE} {{ {A} {P} "x" }} }} ; DELETE DATA {{ GRAPH {ONE} {{ {A} {P} "x" }} }}',
        f'INSERT DATA {{ GRAPH {ONE} {{ {A} {P} "x" }} }} ; INSERT DATA {{ GRAPH {ONE} {{ {A} {P} "y" }} }}',
        f'INSERT {{ GRAPH {ONE} {{ {A} {P} "x" }} }} WHERE {{}}',
        f'# INSERT DATA\nDELETE {{ GRAPH {ONE} {{ {A} {P} "INSERT DATA" }} }} WHERE {{}}',
    ],
)
def test_what_looks_like_mere_adding_and_is_more_goes_alone(text: str) -> None:
    assert Update("somebody", text).alone


def test_adding_the_same_blank_node_again_adds_nothing(applied: Applied) -> None:
    text = f'INSERT DATA {{ GRAPH {ONE} {{ {A} {P} [ {P} "x" ] }} }}'
    once, first = applied(Store(), text)
    twice, second = applied(once, text)
    assert (bool(first), bool(second), contents(twice)) == (True, False, contents(once))


def test_a_blank_node_in_two_graphs_stays_one(applied: Applied) -> None:
    text = f'INSERT DATA {{ GRAPH {ONE} {{ _:b {P} "x" }} GRAPH {TWO} {{ _:b {P} "y" }} }}'
    after, _ = applied(Store(), text)
    assert len({quad.subject for quad in after}) == 1


def test_a_relative_address_begins_at_the_base(applied: Applied) -> None:
    after, _ = applied(Store(), f"INSERT DATA {{ GRAPH {ONE} {{ <a> {P} <b> }} }}", base="https://example.org/")
    (quad,) = after
    assert str(quad.subject) == A


def test_using_of_the_request_is_where_the_pattern_looks(applied: Applied) -> None:
    store = store_of(
        [Quad(THINGS[0], PREDICATES[0], word, graph) for word, graph in zip(WORDS, (GRAPH, OTHER), strict=True)]
    )
    text = f"DELETE {{ GRAPH {ONE} {{ ?s ?p ?o }} }} INSERT {{ GRAPH {ONE} {{ ?s ?p {A} }} }} WHERE {{ ?s ?p ?o }}"
    after, _ = applied(store, text, using=[GRAPH.value])
    assert {quad.object for quad in after.quads_for_pattern(None, None, None, GRAPH)} == {THINGS[0]}
    nothing, told = applied(store, text)
    assert (contents(nothing), bool(told)) == (contents(store), False)


def test_using_of_the_request_reaches_every_operation(applied: Applied) -> None:
    store = store_of([Quad(THINGS[0], PREDICATES[0], WORDS[0], GRAPH)])
    copy = f"INSERT {{ GRAPH {TWO} {{ ?s ?p {{}} }} }} WHERE {{ ?s ?p ?o }}"
    text = " ; ".join(copy.replace("{}", f'"{word}"') for word in ("first", "second"))
    after, _ = applied(store, text, using=[GRAPH.value])
    assert {quad.object.value for quad in after.quads_for_pattern(None, None, None, OTHER)} == {"first", "second"}


@pytest.mark.parametrize("clause", ["USING", "USING NAMED", "WITH"])
def test_a_data_set_is_named_once(applied: Applied, clause: str) -> None:
    head, tail = (f"{clause} {ONE} ", "") if clause == "WITH" else ("", f"{clause} {ONE} ")
    text = f"{head}DELETE {{ GRAPH {ONE} {{ ?s ?p ?o }} }} {tail}WHERE {{ ?s ?p ?o }}"
    with pytest.raises(RequestInvalid, match="itself"):
        applied(Store(), text, using=[GRAPH.value])


def test_an_address_that_is_none_cannot_be_smuggled_into_the_text(applied: Applied) -> None:
    text = f"INSERT {{ GRAPH {ONE} {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    with pytest.raises(RequestInvalid, match="is no IRI"):
        applied(Store(), text, using=["x> WHERE {} ; DROP ALL #"])
    with pytest.raises(RequestInvalid, match="is no IRI"):
        Update("x", text, using_named=["not an IRI"]).apply(Store(), Store)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f'INSERT DATA {{ {A} {P} "x" }}', WriteRefused),
        (f'INSERT {{ {A} {P} "x" }} WHERE {{}}', WriteRefused),
        (f'INSERT DATA {{ GRAPH <https://example.org/g> {{ {A} {P} "x" }} }}', GraphRefused),
        ("CREATE GRAPH <https://example.org/g>", GraphRefused),
        (f"COPY {ONE} TO DEFAULT", WriteRefused),
    ],
)
def test_a_graph_that_may_not_be_touched_is_refused(applied: Applied, text: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        applied(store_of([Quad(THINGS[0], PREDICATES[0], WORDS[0], GRAPH)]), text)


def test_one_graph_alone_may_be_the_limit(applied: Applied) -> None:
    applied(Store(), TEXTS[0], policy=Policy(only=GRAPH))
    with pytest.raises(WriteRefused):
        applied(Store(), TEXTS[1], policy=Policy(only=GRAPH))


def test_a_fault_says_line_column_and_what_stands_there(applied: Applied) -> None:
    with pytest.raises(QueryInvalid) as fault:
        applied(Store(), f"INSERT DATA {{\n  GRAPH {ONE} {{ oops }}\n}}")
    assert (fault.value.line, fault.value.excerpt) == (2, f"  GRAPH {ONE} {{ oops }}")
    assert (fault.value.column or 0) > 1


@pytest.mark.parametrize("text", ["LOAD <http://127.0.0.1:9/>", f"LOAD <http://127.0.0.1:9/> INTO GRAPH {ONE}"])
def test_load_is_refused_where_it_fails(applied: Applied, text: str) -> None:
    with pytest.raises(QueryRefused):
        applied(Store(), text)


def test_dropping_what_there_is_not_is_told_as_a_fault_of_the_request(applied: Applied) -> None:
    with pytest.raises(RequestInvalid):
        applied(Store(), f"DROP GRAPH {ONE}")
