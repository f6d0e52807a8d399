"""No shape and no data make a validation hang or crash: it ends soon, with results or a clean refusal."""

from __future__ import annotations

from itertools import pairwise

import pyoxigraph
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from libri_graph.errors import ShapeInvalid
from libri_graph.namespaces import term
from libri_graph.validation import Validator, read_shapes

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <https://example.org/model#> . "
MODEL = "https://example.org/model#"
TYPE, TOWN, NEAR = term("rdf:type"), NamedNode(MODEL + "Town"), NamedNode(MODEL + "near")

pytestmark = pytest.mark.timeout(10)


def validator(turtle: str) -> Validator:
    return Validator.of(read_shapes(pyoxigraph.parse(PREFIXES + turtle, format=RdfFormat.TURTLE)))


def chain(length: int) -> Store:
    """Towns in a row, each near the next."""
    towns = [NamedNode(f"{MODEL}town-{number}") for number in range(length)]
    store = Store()
    store.extend(Quad(town, TYPE, TOWN, DefaultGraph()) for town in towns)
    store.extend(Quad(one, NEAR, other, DefaultGraph()) for one, other in pairwise(towns))
    return store


def test_a_pattern_with_nested_quantifiers_takes_no_longer_than_another() -> None:
    store = Store()
    store.add(Quad(TOWN, NEAR, Literal("a" * 5000 + "!"), DefaultGraph()))
    made = validator(
        ':s a sh:NodeShape ; sh:targetSubjectsOf :near ; sh:property [ sh:path :near ; sh:pattern "^(a+)+$" ] .'
    )
    assert len(made.validate(store).results) == 1


def test_shapes_nested_by_the_hundred_are_refused() -> None:
    nested = " ".join(f":s{number} sh:node :s{number + 1} ." for number in range(400))
    with pytest.raises(ShapeInvalid):
        validator(f":s0 a sh:NodeShape ; sh:targetClass :Town . {nested} :s400 a sh:NodeShape .")


@pytest.mark.parametrize("inner", ["sh:node :s", "sh:property [ sh:path :near ; sh:not [ sh:node :s ] ]"])
def test_a_shape_inside_itself_is_refused(inner: str) -> None:
    with pytest.raises(ShapeInvalid):
        validator(f":s a sh:NodeShape ; sh:targetClass :Town ; sh:property [ sh:path :near ; {inner} ] .")


def test_a_repeated_path_over_a_long_chain_ends() -> None:
    made = validator(
        """:s a sh:NodeShape ; sh:targetNode :town-0 ;
            sh:property [ sh:path [ sh:zeroOrMorePath :near ] ; sh:class :Town ] ."""
    )
    assert made.validate(chain(1500)).conforms


def test_a_list_inside_itself_is_refused() -> None:
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."
    ring = "_:one rdf:first :a ; rdf:rest _:one ."
    with pytest.raises(ShapeInvalid):
        validator(f"{rdf} :s a sh:NodeShape ; sh:targetClass :Town ; sh:in _:one . {ring}")


def test_ten_thousand_allowed_values_are_looked_through() -> None:
    allowed = " ".join(f":town-{number}" for number in range(10_000))
    made = validator(f":s a sh:NodeShape ; sh:targetClass :Town ; sh:in ( {allowed} ) .")
    assert made.validate(chain(500)).conforms
