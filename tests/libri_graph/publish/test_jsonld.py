"""Compact JSON-LD is the same graph, in a shape that does not change."""

from __future__ import annotations

import json

import pyoxigraph
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from libri_graph.publish.context import Context
from libri_graph.publish.jsonld import compact


def triples_by_pyld(document: dict[str, object], context: Context) -> set[Triple]:
    """What an independent JSON-LD processor reads in `document`; it knows our context and fetches nothing."""

    def load(url: str, _options: object) -> dict[str, object]:
        assert url == context.url
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": context.document(),
        }

    lines = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": load})
    return {quad.triple for quad in pyoxigraph.parse(lines, format=RdfFormat.N_QUADS)}


def test_the_document_is_the_same_graph(place: list[Triple], root: NamedNode, context: Context) -> None:
    assert triples_by_pyld(compact(place, root, context), context) == set(place)


def test_keys_have_the_kind_of_value_that_the_shapes_say(
    place: list[Triple], root: NamedNode, context: Context
) -> None:
    document = compact(place, root, context)
    assert document["label"] == {"en": "Example", "lv": "Paraugs"}
    assert document["note"] == {"en": ["One.", "Two."]}
    assert document["source"] == ["https://example.org/a", "https://example.org/b"]
    assert document["population"] == 12
    assert document["lat"] == "56.8"
    assert document["verified"] is True
    assert document["startDate"] == {"@value": "2025-02-14", "@type": "xsd:date"}


def test_a_single_value_of_a_repeatable_key_is_still_an_array(
    place: list[Triple], root: NamedNode, context: Context
) -> None:
    one = [triple for triple in place if triple.object != NamedNode("https://example.org/b")]
    assert compact(one, root, context)["source"] == ["https://example.org/a"]


def test_a_part_stands_nested_where_it_is_named(place: list[Triple], root: NamedNode, context: Context) -> None:
    geometry = compact(place, root, context)["geometry"]
    assert isinstance(geometry, dict)
    assert geometry["id"] == f"{root.value}#geometry"


def test_a_path_without_key_keeps_its_prefixed_name(place: list[Triple], root: NamedNode, context: Context) -> None:
    assert compact(place, root, context)["skos:notation"] == [{"@value": "not in the model"}]


def test_a_second_value_of_a_single_key_is_not_lost(place: list[Triple], root: NamedNode, context: Context) -> None:
    label = next(triple.predicate for triple in place if triple.predicate.value.endswith("prefLabel"))
    more = [*place, Triple(root, label, Literal("Example two", language="en"))]
    document = compact(more, root, context)
    assert len(document["skos:prefLabel"]) == 1
    assert triples_by_pyld(document, context) == set(more)


def test_other_subjects_stand_side_by_side(place: list[Triple], root: NamedNode, context: Context) -> None:
    other = NamedNode("https://example.org/other")
    document = compact([*place, Triple(other, place[0].predicate, root)], root, context)
    assert next(node["id"] for node in document["@graph"]) == root.value


def test_the_context_is_plain_json(context: Context) -> None:
    assert json.loads(json.dumps(context.document())) == context.document()
