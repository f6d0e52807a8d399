"""A body is read as it stands: strictly, from its own bytes, with the place of a fault."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from libri_graph.changes.bodies import FORMATS, read_body
from libri_graph.errors import MediaTypeUnsupported, SyntaxInvalid

GRAPH = NamedNode("https://w3id.org/libri/graph/small")
BASE = "https://w3id.org/libri/graph/small"
BODIES = {
    "text/turtle": '<https://example.org/a> <https://example.org/p> "ā"@lv .',
    "application/x-turtle": '<https://example.org/a> <https://example.org/p> "ā"@lv .',
    "text/n3": '<https://example.org/a> <https://example.org/p> "ā"@lv .',
    "application/n-triples": '<https://example.org/a> <https://example.org/p> "ā"@lv .',
    "application/n-quads": '<https://example.org/a> <https://example.org/p> "ā"@lv <https://example.org/other> .',
    "application/trig": '<https://example.org/other> { <https://example.org/a> <https://example.org/p> "ā"@lv }',
    "application/rdf+xml": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
        '<rdf:Description rdf:about="https://example.org/a"><e:p xml:lang="lv">ā</e:p></rdf:Description></rdf:RDF>'
    ),
    "application/ld+json": (
        '{"@id": "https://example.org/a", "https://example.org/p": {"@value": "ā", "@language": "lv"}}'
    ),
}
QUAD = Quad(NamedNode("https://example.org/a"), NamedNode("https://example.org/p"), Literal("ā", language="lv"), GRAPH)


def test_every_format_has_an_example_here() -> None:
    assert set(BODIES) == set(FORMATS)


@pytest.mark.parametrize("media_type", BODIES)
def test_every_format_is_read_into_the_one_graph(media_type: str) -> None:
    assert read_body(BODIES[media_type].encode(), media_type, GRAPH, BASE) == [QUAD]
    assert read_body(BODIES[media_type].encode(), f"{media_type.upper()}; charset=utf-8", GRAPH, BASE) == [QUAD]


@pytest.mark.parametrize("media_type", BODIES)
def test_a_body_that_was_cut_off_is_refused(media_type: str) -> None:
    whole = BODIES[media_type].encode()
    for end in (len(whole) - 1, whole.rfind(b"</rdf:RDF>"), whole.rfind(b"</rdf:Description>"), whole.find(b"<e:p")):
        if end > 0:
            with pytest.raises(SyntaxInvalid):
                read_body(whole[:end], media_type, GRAPH, BASE)


@pytest.mark.parametrize("body", [b"", b"<a/><b/>", BODIES["application/rdf+xml"].encode() * 2])
def test_xml_has_one_root(body: bytes) -> None:
    with pytest.raises(SyntaxInvalid):
        read_body(body, "application/rdf+xml", GRAPH, BASE)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_body(b"\xef\xbb\xbf" + BODIES["text/turtle"].encode(), "text/turtle", GRAPH, BASE) == [QUAD]


def test_relative_addresses_begin_at_the_graph() -> None:
    (quad,) = read_body(b"<#a> <p> <> .", "text/turtle", DefaultGraph(), BASE)
    assert quad.subject == NamedNode(BASE + "#a")
    assert quad.object == NamedNode(BASE)


def test_blank_nodes_of_two_bodies_are_not_the_same() -> None:
    body = b"_:a <https://example.org/p> _:a ."
    (first,), (second,) = (read_body(body, "application/n-triples", GRAPH, BASE) for _ in range(2))
    assert first.subject == first.object != second.subject


@pytest.mark.parametrize("media_type", ["", "text/plain", "text/html", "application/json", "multipart/form-data"])
def test_what_is_no_rdf_is_not_read(media_type: str) -> None:
    with pytest.raises(MediaTypeUnsupported, match="text/turtle"):
        read_body(b"", media_type, GRAPH, BASE)


def test_a_fault_says_line_column_and_what_stands_there() -> None:
    with pytest.raises(SyntaxInvalid) as fault:
        read_body(b"<https://a/> <https://b/> 1 .\r\n<https://a/> nonsense 2 .\r\n", "text/turtle", GRAPH, BASE)
    assert (fault.value.line, fault.value.excerpt) == (2, "<https://a/> nonsense 2 .")
    assert fault.value.column is not None
    assert "line" not in str(fault.value)


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><x/>',
        '<?xml version="1.0"?>\n<!doctype x SYSTEM "file:///etc/passwd"><x/>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]><x>&a;</x>',
    ],
)
def test_xml_with_a_document_type_is_refused(body: str) -> None:
    with pytest.raises(SyntaxInvalid, match="document type"):
        read_body(body.encode(), "application/rdf+xml", GRAPH, BASE)


def test_a_context_is_fetched_from_nowhere() -> None:
    body = b'{"@context": "http://127.0.0.1:9/context", "@id": "https://example.org/a", "name": "x"}'
    with pytest.raises(SyntaxInvalid, match="none from an address"):
        read_body(body, "application/ld+json", GRAPH, BASE)


@pytest.mark.parametrize("media_type", BODIES)
def test_bytes_that_are_no_text_are_a_fault_of_the_body(media_type: str) -> None:
    with pytest.raises(SyntaxInvalid):
        read_body(b'<https://a/> <https://b/> "\xff\xfe" .', media_type, GRAPH, BASE)
