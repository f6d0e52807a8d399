"""A write says which graphs it may touch, touches no others, and tells just what it changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from pyoxigraph import BaseDirection, BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from libri_graph.changes.delta import Delta
from libri_graph.changes.update import Update
from libri_graph.changes.writes import RESERVED, AddToGraph, Condition, Policy, ReplaceGraph, Write, as_stored
from libri_graph.errors import GenerationGone, GraphRefused, PreconditionFailed, SyntaxInvalid, WriteRefused
from libri_graph.namespaces import GRAPHS
from tests.libri_graph.changes.graphs import GRAPH, OTHER, PREDICATES, THINGS, WORDS, contents, quad_sets, store_of

PLAIN = Policy(plain=True)
INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def never() -> Store:
    raise AssertionError("the state before is not needed")


@given(quad_sets(GRAPH, OTHER), quad_sets(GRAPH))
def test_a_graph_replaced_holds_what_was_sent_and_the_others_stay(
    there: frozenset[Quad], sent: frozenset[Quad]
) -> None:
    store = store_of(there)
    found = ReplaceGraph("somebody", GRAPH, list(sent)).apply(store, never)
    after = set(store.quads_for_pattern(None, None, None, GRAPH))
    assert after == as_stored(sent)
    assert set(store.quads_for_pattern(None, None, None, OTHER)) == {q for q in there if q.graph_name == OTHER}
    assert (found.added, found.removed) == (after - there, {q for q in there if q.graph_name == GRAPH} - after)


@given(quad_sets(GRAPH, OTHER), quad_sets(GRAPH))
def test_a_graph_added_to_loses_nothing(there: frozenset[Quad], sent: frozenset[Quad]) -> None:
    store = store_of(there)
    found = AddToGraph("somebody", GRAPH, list(sent)).apply(store, never)
    assert set(store) == there | as_stored(sent)
    assert not found.removed


@given(quad_sets(GRAPH))
def test_sending_the_same_again_changes_nothing(sent: frozenset[Quad]) -> None:
    store = Store()
    write = ReplaceGraph("somebody", GRAPH, list(sent))
    write.apply(store, never)
    before = contents(store)
    assert not write.apply(store, never)
    assert contents(store) == before


def test_an_empty_graph_exists_until_it_is_deleted() -> None:
    store = Store()
    assert ReplaceGraph("somebody", GRAPH).apply(store, never) == Delta(made=frozenset({GRAPH}))
    assert store.contains_named_graph(GRAPH)
    gone = ReplaceGraph("somebody", GRAPH, exists=False)
    assert gone.apply(store, never) == Delta(dropped=frozenset({GRAPH}))
    assert not store.contains_named_graph(GRAPH)
    assert not gone.apply(store, never)


def test_adding_nothing_makes_the_graph() -> None:
    store = Store()
    assert AddToGraph("somebody", GRAPH, []).apply(store, never).made == {GRAPH}
    assert not AddToGraph("somebody", GRAPH, []).apply(store, never)


def test_a_plain_store_writes_its_default_graph() -> None:
    store, quad = Store(), Quad(THINGS[0], PREDICATES[0], WORDS[0], DefaultGraph())
    assert ReplaceGraph("somebody", DefaultGraph(), [quad], PLAIN).apply(store, never).added == {quad}
    with pytest.raises(WriteRefused):
        ReplaceGraph("somebody", DefaultGraph(), [quad]).apply(Store(), never)


@pytest.mark.parametrize(
    ("graph", "fault"),
    [
        (DefaultGraph(), WriteRefused),
        (NamedNode(GRAPHS + "view"), WriteRefused),
        *((NamedNode(name), WriteRefused) for name in sorted(RESERVED)),
        *(
            (NamedNode(GRAPHS + name), GraphRefused)
            for name in ("", "..", "../view", "a/./b", "a//b", "a/", "a?b", "a#b")
        ),
        (NamedNode("https://example.org/graph"), GraphRefused),
        (NamedNode("file:///etc/passwd"), GraphRefused),
    ],
)
def test_only_graphs_of_sources_may_be_touched(graph: NamedNode, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        Policy().demand([GRAPH, graph])
    PLAIN.demand([graph])


@pytest.mark.parametrize(
    "value", [Triple(THINGS[0], PREDICATES[0], WORDS[0]), Literal("x", language="ar", direction=BaseDirection.RTL)]
)
def test_what_only_rdf_1_2_can_say_is_not_kept_in_a_source(value: Triple | Literal) -> None:
    quad = Quad(THINGS[0], PREDICATES[0], value, GRAPH)
    spelt = f"<<( {value} )>>" if isinstance(value, Triple) else str(value)
    text = f"INSERT DATA {{ GRAPH {GRAPH} {{ {THINGS[0]} {PREDICATES[0]} {spelt} }} }}"
    for policy in (Policy(), PLAIN):
        writes: list[Write] = [ReplaceGraph("x", GRAPH, [quad], policy), AddToGraph("x", GRAPH, [quad], policy)]
        for write in (*writes, Update("x", text, policy)):
            if policy.plain:
                assert write.apply(Store(), never).added == {quad}
            else:
                with pytest.raises(SyntaxInvalid, match=r"RDF 1\.2"):
                    write.apply(Store(), never)


def test_a_policy_for_one_graph_refuses_every_other() -> None:
    Policy(only=GRAPH).demand([GRAPH])
    with pytest.raises(WriteRefused, match="only write"):
        Policy(only=GRAPH).demand([GRAPH, OTHER])


def test_literals_are_compared_as_the_engine_keeps_them() -> None:
    (kept,) = as_stored([Quad(THINGS[0], PREDICATES[0], Literal("01", datatype=INTEGER), GRAPH)])
    assert kept.object == Literal("1", datatype=INTEGER)
    store = store_of([kept])
    again = [Quad(THINGS[0], PREDICATES[0], Literal("01", datatype=INTEGER), GRAPH)]
    assert not ReplaceGraph("somebody", GRAPH, again).apply(store, never)


def test_a_blank_node_sent_again_is_the_one_that_is_there() -> None:
    def sent(label: str) -> list[Quad]:
        node = BlankNode(label)
        return [Quad(THINGS[0], PREDICATES[0], node, GRAPH), Quad(node, PREDICATES[1], WORDS[0], GRAPH)]

    store = Store()
    ReplaceGraph("somebody", GRAPH, sent("one")).apply(store, never)
    assert not ReplaceGraph("somebody", GRAPH, sent("two")).apply(store, never)
    assert not AddToGraph("somebody", GRAPH, sent("three")).apply(store, never)


@given(quad_sets(GRAPH, OTHER), quad_sets(GRAPH, OTHER))
def test_a_graph_that_was_changed_since_is_not_written(then: frozenset[Quad], now: frozenset[Quad]) -> None:
    store = store_of(now)
    mine = [{q for q in state if q.graph_name == GRAPH} for state in (then, now)]
    write = ReplaceGraph("somebody", GRAPH, condition=Condition(as_in=lambda: store_of(then)))
    if mine[0] == mine[1] and mine[1]:
        write.apply(store, never)
        assert set(store) == now - mine[1]
    else:
        with pytest.raises(PreconditionFailed):
            write.apply(store, never)
        assert set(store) == now


def test_a_graph_must_be_there_or_not() -> None:
    store = store_of(frozenset())
    with pytest.raises(PreconditionFailed, match="not there"):
        AddToGraph("somebody", GRAPH, [], condition=Condition(there=True)).apply(store, never)
    AddToGraph("somebody", GRAPH, [], condition=Condition(there=False)).apply(store, never)
    with pytest.raises(PreconditionFailed, match="there already"):
        AddToGraph("somebody", GRAPH, [], condition=Condition(there=False)).apply(store, never)
    Condition(there=True).demand(store, DefaultGraph())


def test_a_state_that_is_not_kept_is_none_that_a_graph_can_be_compared_with() -> None:
    def gone() -> Store:
        raise GenerationGone(3, (4,))

    store = store_of(frozenset())
    store.add_graph(GRAPH)
    with pytest.raises(PreconditionFailed, match="fetch the graph again"):
        AddToGraph("somebody", GRAPH, [], condition=Condition(as_in=gone)).apply(store, never)
