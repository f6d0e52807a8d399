"""A change says just what is new and what is gone, can be taken back, and lets the state before be seen."""

from __future__ import annotations

from hypothesis import given, settings
from pyoxigraph import DefaultGraph, Quad, Store

from libri_graph.changes import delta as deltas
from libri_graph.changes.delta import Delta, Listed, Past, between, difference
from tests.libri_graph.changes.conftest import KeptStore
from tests.libri_graph.changes.graphs import BLANKS, GRAPH, OTHER, THINGS, WORDS, contents, quad_sets, store_of

BOTH = quad_sets(GRAPH, OTHER)
few = settings(max_examples=25)
"""Stores on disk take their time."""


@few
@given(BOTH, BOTH)
def test_the_difference_applied_to_the_one_gives_the_other(
    kept: KeptStore, before: frozenset[Quad], after: frozenset[Quad]
) -> None:
    one, other = kept(before), kept(after)
    found = difference(one, other)
    assert found.added == after - before
    assert found.removed == before - after
    found.apply(one)
    assert contents(one) == contents(other)


@few
@given(BOTH, BOTH)
def test_a_change_taken_back_leaves_no_trace(kept: KeptStore, before: frozenset[Quad], after: frozenset[Quad]) -> None:
    one, other = kept(before), kept(after)
    found = difference(one, other)
    found.inverse.apply(other)
    assert contents(other) == contents(one)


@few
@given(BOTH, BOTH, BOTH)
def test_two_changes_are_one(
    kept: KeptStore, first: frozenset[Quad], second: frozenset[Quad], third: frozenset[Quad]
) -> None:
    stores = [kept(found) for found in (first, second, third)]
    together = difference(stores[0], stores[1]).then(difference(stores[1], stores[2]))
    assert together == difference(stores[0], stores[2])


@given(BOTH, BOTH, BOTH)
def test_what_comes_and_goes_is_told_without_what_changes_nothing(
    there: frozenset[Quad], coming: frozenset[Quad], going: frozenset[Quad]
) -> None:
    store, wanted = store_of(there), (there - going) | coming
    found = between(store, coming, going)
    assert (found.added, found.removed) == (wanted - there, there - wanted)
    found.apply(store)
    assert set(store) == wanted
    assert not between(store, coming)


@given(BOTH, BOTH)
def test_the_past_is_seen_through_the_present(before: frozenset[Quad], after: frozenset[Quad]) -> None:
    now = store_of(after)
    delta = Delta(after - before, before - after)
    past, listed = Past(now, delta), Listed(before)
    for graph in (GRAPH, OTHER, DefaultGraph()):
        for node in (*THINGS, *BLANKS):
            assert set(past.of_subject(node, graph)) == set(listed.of_subject(node, graph))
        for value in (*THINGS, *BLANKS, *WORDS):
            assert set(past.of_object(value, graph)) == set(listed.of_object(value, graph))


def test_a_graph_that_comes_to_be_or_ends_is_told_and_one_that_runs_empty_stays(kept: KeptStore) -> None:
    one, other = kept(graphs=[GRAPH]), kept(graphs=[OTHER])
    found = difference(one, other)
    assert (found.made, found.dropped, bool(found)) == ({OTHER}, {GRAPH}, True)
    quad = Quad(THINGS[0], THINGS[0], WORDS[0], GRAPH)
    emptied = between(store_of([quad]), removed=[quad])
    assert not emptied.dropped


def test_large_changes_are_written_too() -> None:
    many = {Quad(THINGS[0], THINGS[1], deltas.Literal(str(n)), GRAPH) for n in range(deltas.MANY + 1)}
    store = Store()
    between(store, many).apply(store)
    assert set(store) == many


def test_no_change_is_none() -> None:
    assert not Delta()
    assert Delta(payloads=((GRAPH, "checksum"),))
    assert Delta(payloads=((GRAPH, "checksum"),)).graphs == {GRAPH}
