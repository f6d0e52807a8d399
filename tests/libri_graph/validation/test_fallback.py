"""What has no query goes to pySHACL, and nothing is skipped."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from libri_graph.errors import ShapeInvalid
from libri_graph.validation import ChangeValidator, Validator, read_shapes

MODEL = "https://example.org/model#"
PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <https://example.org/model#> . "
TOWNS = f"PREFIX : <{MODEL}> INSERT DATA {{ :a a :Town ; :near :b ; :name 'A' . :b a :Town ; :near :c , :d , :e }}"
LEFT = {
    "look-ahead": "sh:property [ sh:path :name ; sh:pattern '^(?!A)' ]",
    "kinds of integer": "sh:property [ sh:path :name ; sh:datatype <http://www.w3.org/2001/XMLSchema#byte> ]",
    "counting inside": "sh:not [ sh:property [ sh:path :near ; sh:minCount 3 ] ]",
}


def validator(constraint: str) -> Validator:
    turtle = f"{PREFIXES} :shape a sh:NodeShape ; sh:targetClass :Town ; {constraint} ."
    return Validator.of(read_shapes(pyoxigraph.parse(turtle, format=RdfFormat.TURTLE)))


@pytest.fixture
def towns() -> Store:
    store = Store()
    store.update(TOWNS)
    return store


@pytest.mark.parametrize("kind", LEFT)
def test_what_is_not_compiled_is_still_checked(kind: str, towns: Store) -> None:
    made = validator(LEFT[kind])
    assert [left.reason for left in made.compiled.left]
    assert made.validate(towns).results


def test_the_compiled_neighbour_is_reported_once(towns: Store) -> None:
    made = validator("sh:property [ sh:path :name ; sh:minCount 1 ; sh:pattern '^(?!A)' ]")
    found = sorted(result.component.value.rpartition("#")[2] for result in made.validate(towns).results)
    assert found == ["MinCountConstraintComponent", "PatternConstraintComponent"]


def test_one_change_is_checked_by_the_other_engine_too(towns: Store) -> None:
    made = ChangeValidator.of(validator(LEFT["look-ahead"]))
    name = next(quad.triple for quad in towns if quad.predicate == NamedNode(MODEL + "name"))
    assert [result.focus_node for result in made.validate(towns, {name}, ()).results] == [name.subject]


def test_a_target_that_is_a_query_is_left_to_the_other_engine(towns: Store) -> None:
    turtle = f"""{PREFIXES}
        : sh:declare [ sh:prefix "m" ; sh:namespace "{MODEL}" ] .
        :shape a sh:NodeShape ; sh:property [ sh:path :name ; sh:maxCount 0 ] ;
            sh:target [ a sh:SPARQLTarget ; sh:prefixes : ; sh:select "SELECT ?this {{ ?this m:near ?near }}" ] ."""
    made = Validator.of(read_shapes(pyoxigraph.parse(turtle, format=RdfFormat.TURTLE)))
    assert [result.focus_node for result in made.validate(towns).results] == [NamedNode(MODEL + "a")]


def test_a_shape_that_neither_engine_can_run_is_refused(towns: Store) -> None:
    with pytest.raises(ShapeInvalid):
        validator("sh:sparql [ sh:select 'SELECT $this { GRAPH $shapesGraph { $this ?p ?o } }' ]").validate(towns)
