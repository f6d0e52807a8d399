"""Constraints that are queries: what is refused, what is filled in, what is sent on."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from libri_graph.errors import ShapeInvalid
from libri_graph.validation import ValidationReport, Validator, read_shapes, sparql

MODEL = "https://example.org/model#"
SHAPE = """
    @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <https://example.org/model#> .
    :shape a sh:NodeShape ; sh:targetClass :Town ; sh:sparql [
        sh:message "{?value} is not the town"@en ; sh:prefixes : ; sh:select '''%s''' ] .
    : sh:declare [ sh:prefix "m" ; sh:namespace "https://example.org/model#" ] .
"""
TOWNS = f"""
    PREFIX m: <{MODEL}>
    INSERT DATA {{ m:a a m:Town ; m:near m:b . m:b a m:Town . m:c m:near m:a }}
"""


def validator(query: str) -> Validator:
    return Validator.of(read_shapes(pyoxigraph.parse(SHAPE % query, format=RdfFormat.TURTLE)))


def report(query: str, only: set[NamedNode] | None = None) -> ValidationReport:
    store = Store()
    store.update(TOWNS)
    return validator(query).validate(store, only)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this { $this ?p ?o MINUS { $this m:near ?o } }",
        "SELECT $this { $this ?p ?o FILTER EXISTS { ?o ?q ?r MINUS { $this m:near ?o } } }",
        "SELECT $this { $this ?p ?o . SERVICE <https://example.org/> { ?o ?q ?r } }",
        "SELECT $this { $this ?p ?o . VALUES ?o { m:b } }",
        "SELECT $this FROM <https://example.org/> { $this ?p ?o }",
        "SELECT $this { $this ?p ?o . BIND(?o AS $this) }",
        "SELECT $this { $this ?p ?o . { SELECT ?o { ?o ?q ?r } } }",
        "SELECT $this { nonsense",
        "SELECT $this { $this unknown:prefix ?o }",
    ],
)
def test_a_query_that_shacl_forbids_is_refused(query: str) -> None:
    with pytest.raises(ShapeInvalid):
        validator(query)


def test_only_targets_are_reported_though_the_query_finds_more() -> None:
    found = report("SELECT $this ?value { $this m:near ?value }").results
    assert [result.focus_node for result in found] == [NamedNode(MODEL + "a")]


def test_a_message_names_the_values_of_the_row() -> None:
    (result,) = report("SELECT $this ?value { $this m:near ?value }").results
    assert result.messages == {"en": f"{MODEL}b is not the town"}


def test_a_query_can_be_asked_about_one_node() -> None:
    query = "# {braces} in a comment\nSELECT $this ?value { ?value m:near $this }"
    assert len(report(query).results) == 2
    assert len(report(query, {NamedNode(MODEL + "b")}).results) == 1


def test_values_are_written_after_the_first_brace_that_is_no_text() -> None:
    select = validator('SELECT ("{" AS ?x) $this { $this a ?t }').compiled.questions[0].asked
    assert select.about([NamedNode("https://example.org/a")]).endswith(
        "{ VALUES ?this { <https://example.org/a> }  $this a ?t }"
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this { FILTER(isIRI($this)) }",
        "SELECT $this { $this ?p ?o . OPTIONAL { ?o ?q ?r BIND($this AS ?same) } FILTER(BOUND(?same)) }",
        "SELECT $this { { $this m:near ?o } UNION { ?o m:near m:a FILTER(?o != $this) } }",
    ],
)
def test_a_query_that_needs_its_node_first_is_sent_to_the_other_engine(query: str) -> None:
    assert [left.constraint.name for left in validator(query).compiled.left if left.constraint] == ["sparql"]


def test_a_placeholder_without_a_value_stays() -> None:
    assert sparql.filled({"": "{$a} {?b}"}, {"a": Literal("x")}) == {"": "x {?b}"}
