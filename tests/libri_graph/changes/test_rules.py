"""A write that breaks a mandatory rule is refused with what it broke, and one that breaks none passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from libri_graph.changes.rules import Rules, RulesBroken
from libri_graph.namespaces import term

THING = NamedNode("https://w3id.org/libri/id/practice/nameless")
A = term("rdf:type")


@pytest.fixture(scope="module")
def rules(knowledge: Path) -> Rules:
    return Rules.read(knowledge / "shapes")


def store_with(*triples: tuple[NamedNode, object]) -> Store:
    store = Store()
    store.extend(Quad(THING, predicate, value, DefaultGraph()) for predicate, value in triples)
    return store


def test_a_record_without_what_it_must_say_is_refused_and_named(rules: Rules) -> None:
    store = store_with((A, term("libri:Practice")))
    won = {quad.triple for quad in store}
    with pytest.raises(RulesBroken) as broken:
        rules.demand(store, (won, set()))
    assert not broken.value.report.conforms
    assert {result.focus_node for result in broken.value.report.results} == {THING}


def test_looking_at_all_of_it_finds_the_same(rules: Rules) -> None:
    store = store_with((A, term("libri:Practice")))
    won = {quad.triple for quad in store}
    faults = []
    for view in (None, (won, set())):
        with pytest.raises(RulesBroken) as broken:
            rules.demand(store, view)
        faults.append({(result.focus_node, result.path) for result in broken.value.report.results})
    assert faults[0] == faults[1]


def test_what_no_rule_speaks_of_passes(rules: Rules) -> None:
    store = store_with((term("skos:note"), Literal("anything")))
    rules.demand(store, ({quad.triple for quad in store}, set()))
    rules.demand(store, None)


def test_what_the_refused_state_says_of_the_faulty_thing_is_kept_for_the_report(rules: Rules) -> None:
    store = store_with((A, term("libri:Practice")), (term("skos:note"), Literal("kept")))
    with pytest.raises(RulesBroken) as broken:
        rules.demand(store, ({quad.triple for quad in store}, set()))
    assert Literal("kept") in {quad.object for quad in broken.value.named}
