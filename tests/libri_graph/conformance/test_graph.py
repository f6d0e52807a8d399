"""RDF is read in any form, with nothing fetched that was not asked for, and compared within bounds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.graph import JSON_LD, RdfInvalid, parse_graph, read_graph

HERE = "http://example.org/here"
CONTEXTS = {
    "http://example.org/context": {"label": "http://example.org/label", "inner": "http://example.org/inner"},
    "http://example.org/round": "http://example.org/round",
}


def graph_of(text: str, media_type: str = "text/turtle") -> set[str]:
    return parse_graph(text.encode(), media_type, HERE, CONTEXTS.__getitem__).canonical()


def test_the_same_in_two_forms_is_one_graph() -> None:
    document = {"@context": "context", "@id": "", "label": "Rīga", "inner": {"label": "Old Town"}}
    turtle = '<> <label> "Rīga" ; <inner> [ <label> "Old Town" ] .'
    assert graph_of(json.dumps(document), JSON_LD) == graph_of(turtle)


def test_names_of_blank_nodes_do_not_matter() -> None:
    assert graph_of("_:a <p> _:b . _:b <q> 1 .") == graph_of("_:y <q> 1 . _:x <p> _:y .")


@pytest.mark.timeout(10)
def test_a_graph_made_to_take_for_ever_is_not_compared() -> None:
    nodes = range(20)
    text = "".join(f"_:n{one} <p> _:n{other} .\n" for one in nodes for other in nodes if one != other)
    with pytest.raises(RdfInvalid, match="look alike"):
        graph_of(text)


@pytest.mark.parametrize(
    "document",
    [{"@context": "round"}, {"@context": ["context"] * 40}, {"a": "b", "@context": {"@context": "round"}}],
)
def test_contexts_without_end_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(RdfInvalid):
        graph_of(json.dumps(document), JSON_LD)


def test_a_document_nested_without_end_is_refused() -> None:
    with pytest.raises(RdfInvalid):
        graph_of('{"a":' * 100_000 + "1" + "}" * 100_000, JSON_LD)


@pytest.mark.parametrize("media_type", ["text/turtle", JSON_LD, "application/rdf+xml"])
def test_what_is_not_rdf_says_so(media_type: str) -> None:
    with pytest.raises(RdfInvalid, match=media_type.replace("+", r"\+")):
        graph_of("<not", media_type)


def test_what_is_labelled_as_something_else_is_no_rdf() -> None:
    answer = Answer("GET", HERE, 200, (("Content-Type", "text/html"),), b"")
    with pytest.raises(RdfInvalid, match="text/html"):
        read_graph(answer, CONTEXTS.__getitem__)
