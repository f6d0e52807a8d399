"""Shapes are read as they are written, and refused where SHACL refuses them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat

from libri_graph.errors import ShapeInvalid, SyntaxInvalid
from libri_graph.namespaces import term
from libri_graph.validation import Shapes, load_shapes, read_shapes
from libri_graph.validation.paths import Predicate
from libri_graph.validation.shapes import WARNING, Target

MODEL = "https://example.org/model#"
PREFIXES = """
    @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <https://example.org/model#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def parsed(turtle: str) -> Shapes:
    return read_shapes(pyoxigraph.parse(PREFIXES + turtle, format=RdfFormat.TURTLE))


def test_a_property_shape_keeps_its_words(shapes: Shapes) -> None:
    label = shapes.shape(NamedNode(MODEL + "Initiative-label"))
    assert label.names["lv"] == "Nosaukums"
    assert label.messages["en"] == "Give the initiative one name per language."
    assert (label.json_key, label.order) == ("label", 1.0)
    assert str(label.path) == str(term("skos:prefLabel"))


def test_severity_is_violation_unless_said(shapes: Shapes) -> None:
    assert shapes.shape(NamedNode(MODEL + "Initiative-english")).severity == WARNING
    assert shapes.shape(NamedNode(MODEL + "Initiative-label")).severity == term("sh:Violation")


def test_a_class_that_is_a_shape_targets_its_instances() -> None:
    found = parsed(":Town a rdfs:Class , sh:NodeShape ; sh:nodeKind sh:IRI .").targeted
    assert found[0].targets == (Target("targetClass", NamedNode(MODEL + "Town")),)


def test_a_deactivated_shape_targets_nothing() -> None:
    assert parsed(":off a sh:NodeShape ; sh:targetClass :Town ; sh:deactivated true .").targeted == []


def test_a_field_is_called_what_any_shape_of_its_path_calls_it(shapes: Shapes) -> None:
    assert shapes.names_of(Predicate(term("skos:prefLabel")))["lv"] == "Nosaukums"
    assert shapes.names_of(Predicate(term("skos:definition"))) == {}


@pytest.mark.parametrize(
    "turtle",
    [
        ":p a sh:PropertyShape ; sh:minCount 1 .",
        ":p a sh:PropertyShape ; sh:path :a , :b .",
        ':s a sh:NodeShape ; sh:property "text" .',
        ":s a sh:NodeShape ; sh:and ( :t . :t a sh:NodeShape .".replace("( :t .", ":list . "),
    ],
)
def test_an_ill_formed_shape_is_refused(turtle: str) -> None:
    with pytest.raises(ShapeInvalid):
        parsed(turtle)


def test_a_folder_without_shapes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ShapeInvalid):
        load_shapes(tmp_path)


def test_a_file_that_is_no_turtle_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("\n:a :b\n")
    with pytest.raises(SyntaxInvalid) as caught:
        load_shapes(tmp_path)
    assert caught.value.place.endswith("broken.ttl")
    assert caught.value.line == 2
