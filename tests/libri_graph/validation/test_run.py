"""A validator judges a whole graph or some of its nodes."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from libri_graph.namespaces import term
from libri_graph.validation import Shapes, ValidationReport, Validator, validate
from libri_graph.validation.run import MOST_NAMED
from libri_graph.validation.shapes import INFO, VIOLATION, WARNING

MODEL = "https://example.org/model#"
IDS = "https://example.org/id/"
TALKING = NamedNode(IDS + "talking")


def test_no_focus_nodes_is_an_error_and_no_approval(validator: Validator, store: Store) -> None:
    with pytest.raises(ValueError, match="no focus nodes"):
        validator.validate(store, set())


def test_only_the_named_nodes_are_judged(validator: Validator, store: Store) -> None:
    for name in ("talking", "reading"):
        store.add(Quad(NamedNode(IDS + name), NamedNode(MODEL + "partner"), TALKING, DefaultGraph()))
    assert {result.focus_node for result in validator.validate(store, {TALKING}).results} == {TALKING}


def test_a_blank_node_is_judged_like_any_other(validator: Validator, store: Store) -> None:
    blank = BlankNode("new")
    store.add(Quad(blank, term("rdf:type"), NamedNode(MODEL + "Initiative"), DefaultGraph()))
    alone = validator.validate(store, {blank}).results
    assert alone == tuple(one for one in validator.validate(store).results if one.focus_node == blank) != ()


def test_named_graphs_are_not_judged(validator: Validator, store: Store) -> None:
    store.add(Quad(TALKING, NamedNode(MODEL + "partner"), TALKING, NamedNode(IDS + "graph")))
    assert validator.validate(store).conforms


def test_repeated_names_are_shown_with_the_result(validator: Validator, store: Store) -> None:
    store.add(Quad(TALKING, term("skos:prefLabel"), Literal("Runāsim", language="lv"), DefaultGraph()))
    (result,) = validator.validate(store).results
    assert result.value is None
    assert [value.value for value in result.shown if isinstance(value, Literal)] == ["Runājam kopā", "Runāsim"]


def test_warnings_and_advice_do_not_block(validator: Validator, store: Store) -> None:
    store.add(Quad(TALKING, NamedNode(MODEL + "status"), Literal("unknown"), DefaultGraph()))
    report = validator.validate(store)
    assert report.conforms
    assert report.counts() == {VIOLATION: 0, WARNING: 0, INFO: 1}


def test_a_report_without_results_conforms() -> None:
    assert ValidationReport().conforms


def test_spelling_is_judged_beside_the_shapes(shapes: Shapes, store: Store) -> None:
    library = NamedNode(IDS + "town-library")
    before = [quad for quad in store if quad.predicate != NamedNode(MODEL + "long")]
    written = Quad(library, NamedNode(MODEL + "long"), Literal("124.10", datatype=term("xsd:decimal")), DefaultGraph())
    store.clear()
    store.extend([*before, written])
    (result,) = validate(store, shapes, written=[*before, written]).results
    assert result.value == written.object
    assert result.component == term("sh:MaxExclusiveConstraintComponent")


def test_many_named_nodes_are_judged_like_few(validator: Validator, store: Store) -> None:
    store.add(Quad(TALKING, NamedNode(MODEL + "partner"), TALKING, DefaultGraph()))
    many = {TALKING, *(NamedNode(f"{IDS}{number}") for number in range(MOST_NAMED))}
    assert validator.validate(store, many).results == validator.validate(store, {TALKING}).results != ()
