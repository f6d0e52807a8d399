"""Every quad belongs to one entity, and the events of a change bring the state before to the state after."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from pyoxigraph import BlankNode, Quad

from libri_graph.changes import entities
from libri_graph.changes.delta import Delta, Graph, Listed
from libri_graph.changes.entities import description, entries, name_of, owner
from libri_graph.changes.imports import by_entity
from libri_graph.journal.events import Entry, Kind
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.replay import apply
from tests.libri_graph.changes.graphs import BLANKS, GRAPH, OTHER, THINGS, WORDS, contents, quad_sets, store_of

NOWHERE = Payloads(Path("/nonexistent"))
BOTH = quad_sets(GRAPH, OTHER)
P = THINGS[0]


def changed(before: frozenset[Quad], after: frozenset[Quad]) -> Delta:
    """Return the change, with the graphs that come and go by it."""
    old, new = ({quad.graph_name for quad in found} for found in (before, after))
    return Delta(after - before, before - after, frozenset(new - old), frozenset(old - new))


def nodes(found: frozenset[Quad]) -> list[entities.Node]:
    ends = {end for quad in found for end in (quad.subject, quad.object)}
    return [end for end in ends if isinstance(end, BlankNode | type(P))]


@given(quad_sets())
def test_each_quad_belongs_to_one_entity(found: frozenset[Quad]) -> None:
    state = Listed(found)
    owners = {owner(state, node, GRAPH) for node in nodes(found)}
    described = [(quad, entity) for entity in owners for quad in description(state, entity, GRAPH)]
    assert len({quad for quad, _ in described}) == len(described)
    assert {quad for quad, _ in described} == {quad.triple for quad in found}
    for triple, entity in described:
        assert owner(state, triple.subject, GRAPH) == entity


@given(quad_sets())
def test_two_ways_to_part_a_graph_agree(found: frozenset[Quad]) -> None:
    state = Listed(found)
    parted = by_entity(found)
    owners = {owner(state, node, GRAPH) for node in nodes(found)}
    described = {name_of(entity): description(state, entity, GRAPH) for entity in owners}
    assert {name: {quad.triple for quad in part} for name, part in parted.items()} == {
        name: part for name, part in described.items() if part
    }


class Counted(Listed):
    """Counts how often it is asked."""

    asked = 0

    def of_subject(self, subject: entities.Node, graph: Graph) -> list[Quad]:
        self.asked += 1
        return super().of_subject(subject, graph)


@pytest.mark.parametrize("ring", [False, True], ids=["chain", "ring"])
def test_the_work_grows_with_the_blank_nodes_that_hang_together_and_not_with_their_square(ring: bool) -> None:
    ends = [BlankNode(f"n{number}") for number in range(500)]
    pairs = [*pairwise(ends), *([(ends[-1], ends[0])] if ring else [])]
    state = Counted(Quad(one, P, other, GRAPH) for one, other in pairs)
    assert len({owner(state, end, GRAPH) for end in ends}) == 1
    assert len(description(state, owner(state, ends[0], GRAPH), GRAPH)) == len(pairs)
    assert state.asked <= 3 * len(ends)


@given(quad_sets())
def test_blank_nodes_that_hang_together_belong_together(found: frozenset[Quad]) -> None:
    state = Listed(found)
    for quad in found:
        if isinstance(quad.subject, BlankNode) and isinstance(quad.object, BlankNode):
            assert owner(state, quad.subject, GRAPH) == owner(state, quad.object, GRAPH)


@given(BOTH, BOTH)
@settings(max_examples=200)
def test_the_events_of_a_change_bring_the_state_before_to_the_state_after(
    before: frozenset[Quad], after: frozenset[Quad]
) -> None:
    one, other = store_of(before), store_of(after)
    told = list(entries(other, changed(before, after)))
    apply(told, one, NOWHERE)
    assert contents(one) == contents(other)
    assert len({(entry.graph, entry.entity) for entry in told}) == len(told)


@given(BOTH, BOTH)
def test_an_event_holds_the_whole_description_before_and_after(before: frozenset[Quad], after: frozenset[Quad]) -> None:
    for entry in entries(store_of(after), changed(before, after)):
        if not entry.entity:
            continue
        graph = GRAPH if entry.graph == GRAPH.value else OTHER
        was, is_ = ({"".join(entities.lines([t])) for t in state_of(found, entry, graph)} for found in (before, after))
        kept = set(entry.kept.splitlines(keepends=True))
        assert set(entry.removed.splitlines(keepends=True)) | kept == was
        assert set(entry.added.splitlines(keepends=True)) | kept == is_
        assert entry.kind == (Kind.create if not was else Kind.update if is_ else Kind.delete)


def state_of(found: frozenset[Quad], entry: Entry, graph: object) -> set[entities.Triple]:
    state = Listed(found)
    entity = BlankNode(entry.entity[2:]) if entry.entity.startswith("_:") else type(P)(entry.entity)
    return description(state, entity, graph)


@given(BOTH, BOTH)
def test_a_large_change_makes_the_same_events_as_a_small_one(before: frozenset[Quad], after: frozenset[Quad]) -> None:
    now = store_of(after)
    delta = changed(before, after)
    small = list(entries(now, delta))
    many, entities.MANY = entities.MANY, 0
    try:
        assert list(entries(now, delta)) == small
    finally:
        entities.MANY = many


def test_no_change_makes_no_event() -> None:
    assert list(entries(store_of([]), Delta())) == []


def test_a_blank_node_passes_from_one_thing_to_another_in_two_events() -> None:
    inside = Quad(BLANKS[0], P, WORDS[0], GRAPH)
    before, after = (frozenset({Quad(thing, P, BLANKS[0], GRAPH), inside}) for thing in THINGS[1:])
    told = {entry.entity: entry.kind for entry in entries(store_of(after), changed(before, after))}
    assert told == {THINGS[1].value: Kind.delete, THINGS[2].value: Kind.create}


def test_a_graph_that_comes_and_goes_is_an_event_of_its_own() -> None:
    delta = Delta(made=frozenset({OTHER}), dropped=frozenset({GRAPH}))
    told = [(entry.graph, entry.entity, entry.kind) for entry in entries(store_of([], [OTHER]), delta)]
    assert told == [(GRAPH.value, "", Kind.delete), (OTHER.value, "", Kind.create)]
