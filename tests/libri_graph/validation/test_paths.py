"""Paths are read from shapes and written as SPARQL and RDF."""

from __future__ import annotations

from itertools import count

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, RdfFormat, Triple

from libri_graph.errors import ShapeInvalid
from libri_graph.namespaces import term
from libri_graph.validation import paths
from libri_graph.validation.shapes_graph import ShapesGraph

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <https://example.org/> . "
WRITTEN = {
    ":a": "<https://example.org/a>",
    "[ sh:inversePath :a ]": "^(<https://example.org/a>)",
    "( :a :b )": "(<https://example.org/a>)/(<https://example.org/b>)",
    "[ sh:alternativePath ( :a :b ) ]": "(<https://example.org/a>)|(<https://example.org/b>)",
    "[ sh:zeroOrMorePath :a ]": "(<https://example.org/a>)*",
    "[ sh:oneOrMorePath [ sh:inversePath :a ] ]": "(^(<https://example.org/a>))+",
    "[ sh:zeroOrOnePath ( :a [ sh:zeroOrMorePath :b ] ) ]": (
        "((<https://example.org/a>)/((<https://example.org/b>)*))?"
    ),
}


def read(turtle: str) -> paths.Path:
    quads = pyoxigraph.parse(f"{PREFIXES} :shape sh:path {turtle} .", format=RdfFormat.TURTLE)
    graph = ShapesGraph(quads)
    (found,) = graph.pairs(term("sh:path"))
    return paths.read(graph, found[1])


@pytest.mark.parametrize("turtle", WRITTEN)
def test_a_path_is_written_as_sparql_has_it(turtle: str) -> None:
    assert str(read(turtle)) == WRITTEN[turtle]


@pytest.mark.parametrize("turtle", WRITTEN)
def test_a_path_survives_being_written_as_rdf(turtle: str) -> None:
    path = read(turtle)
    node, described = paths.triples(path, (BlankNode(f"b{number}") for number in count()))
    assert paths.read(ShapesGraph([*described, Triple(BlankNode("s"), term("sh:path"), node)]), node) == path


@pytest.mark.parametrize("turtle", ["( :a )", "[ sh:alternativePath :a ]", '"text"', "()", "[]"])
def test_a_path_that_is_none_is_refused(turtle: str) -> None:
    with pytest.raises(ShapeInvalid):
        read(turtle)


def test_a_path_inside_itself_is_refused() -> None:
    with pytest.raises(ShapeInvalid):
        read("_:p . _:p sh:inversePath _:p")
