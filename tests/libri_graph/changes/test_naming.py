"""Blank nodes keep their names as long as what they say stays, whatever they were called and in whatever order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad

from libri_graph.changes.naming import steady
from tests.libri_graph.changes.graphs import BLANKS, GRAPH, THINGS, WORDS, quad_sets

P, Q = NamedNode("https://example.org/p"), NamedNode("https://example.org/q")


def canonical(found: object) -> set[Quad]:
    dataset = Dataset(found)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def renamed(found: object, names: dict[BlankNode, BlankNode]) -> list[Quad]:
    def of(term: object) -> object:
        return names.get(term, term) if isinstance(term, BlankNode) else term

    return [Quad(of(q.subject), q.predicate, of(q.object), q.graph_name) for q in found]


@given(quad_sets())
def test_a_graph_stays_the_same_graph(found: frozenset[Quad]) -> None:
    assert canonical(steady(found)) == canonical(found)


@given(quad_sets())
def test_naming_again_changes_nothing_about_the_graph(found: frozenset[Quad]) -> None:
    once = steady(found)
    assert canonical(steady(once)) == canonical(once)


@st.composite
def trees(draw: st.DrawFn) -> list[Quad]:
    """Blank nodes below things, none shared and none in a circle: what Turtle writes with brackets."""
    found: list[Quad] = []
    nodes: list[NamedNode | BlankNode] = list(THINGS)
    for node in BLANKS:
        found.append(Quad(draw(st.sampled_from(nodes)), draw(st.sampled_from([P, Q])), node, GRAPH))
        nodes.append(node)
        if draw(st.booleans()):
            found.append(Quad(node, P, draw(st.sampled_from(WORDS)), GRAPH))
    return found


@given(trees(), st.permutations(range(len(BLANKS))), st.randoms(use_true_random=False))
def test_names_are_steady_under_relabelling_and_reordering(found: list[Quad], order: list[int], chance: object) -> None:
    names = {node: BlankNode(f"other{number}") for node, number in zip(BLANKS, order, strict=True)}
    shuffled = renamed(found, names)
    chance.shuffle(shuffled)
    assert set(steady(shuffled)) == set(steady(found))


@given(trees(), st.sampled_from(THINGS))
def test_editing_one_record_renames_no_blank_node_of_another(found: list[Quad], edited: NamedNode) -> None:
    before = set(steady(found))
    extra = [Quad(edited, P, BlankNode("fresh"), GRAPH), Quad(BlankNode("fresh"), Q, Literal("new"), GRAPH)]
    after = set(steady([*found, *extra]))
    below = {edited}
    grown = True
    while grown:
        more = {q.object for q in before if q.subject in below and isinstance(q.object, BlankNode)} - below
        below |= more
        grown = bool(more)
    assert {quad for quad in before if quad.subject not in below} <= after


def test_two_that_say_the_same_at_the_same_place_stay_two() -> None:
    twins = [Quad(THINGS[0], P, node, GRAPH) for node in BLANKS[:2]] + [
        Quad(node, P, WORDS[0], GRAPH) for node in BLANKS[:2]
    ]
    assert len({quad.object for quad in steady(twins)} - set(WORDS)) == 2


def test_a_circle_and_a_shared_node_are_named_too() -> None:
    circle = [Quad(BLANKS[0], P, BLANKS[1], GRAPH), Quad(BLANKS[1], P, BLANKS[0], GRAPH)]
    shared = [Quad(thing, P, BLANKS[2], GRAPH) for thing in THINGS]
    named = steady([*circle, *shared])
    assert not {str(node) for quad in named for node in (quad.subject, quad.object)} & {str(node) for node in BLANKS}
    assert set(steady([*circle, *shared])) == set(named)


def test_a_graph_without_blank_nodes_is_left_alone() -> None:
    found = [Quad(THINGS[0], P, WORDS[0], GRAPH)]
    assert steady(found) == found


def test_a_very_deep_nest_is_named() -> None:
    nest = [Quad(BlankNode(f"n{n}"), P, BlankNode(f"n{n + 1}"), GRAPH) for n in range(2000)]
    assert len(steady([Quad(THINGS[0], P, BlankNode("n0"), GRAPH), *nest])) == 2001


def test_a_blank_node_of_which_nothing_is_said_is_named_below_one_that_nothing_points_at() -> None:
    tops = [Quad(BlankNode(), THINGS[0], BlankNode(), GRAPH) for _ in range(50)]
    assert len({quad.object for quad in steady(tops)}) == 50
