"""A body that is nested too deeply is refused before a parser falls over it, and only such a one."""

from __future__ import annotations

import contextlib
import time

import pytest
from pyoxigraph import RdfFormat

from libri_graph.changes.depth import DEEPEST, demand_shallow
from libri_graph.errors import SyntaxInvalid

NESTS = [
    (RdfFormat.TURTLE, b"<x:a> <x:b> %s .", b"(", b")"),
    (RdfFormat.TURTLE, b"<x:a> <x:b> %s .", b"[ <x:b> ", b"1 ]"),
    (RdfFormat.TRIG, b"<x:g> { <x:a> <x:b> <x:c> %s . }", b"{| <x:b> 1 ", b"|}"),
    (RdfFormat.N_TRIPLES, b"<x:a> <x:b> %s .", b"<<( <x:a> <x:b> ", b" )>>"),
    (RdfFormat.RDF_XML, b"<r>%s</r>", b"<x a='/>'>", b"</x>"),
    (RdfFormat.JSON_LD, b'{"x": %s}', b"[", b"]"),
    (RdfFormat.JSON_LD, b"%s", b'{"x":', b"}"),
]
FLAT = [
    (RdfFormat.TURTLE, b'<x:a> <x:b> "(((", """[[[\\"""[[[""", \'{{{\' . # [[[[\n'),
    (RdfFormat.TURTLE, b"<x:a> <x:b> <x:(((> , () , [] .\n"),
    (RdfFormat.N_TRIPLES, b'<x:a> <x:b> "a << b" .\n'),
    (RdfFormat.RDF_XML, b"<x a='>'/><y b=\"/\"/><!-- <a><a> --><z>1</z><![CDATA[<b>]]><?p <q ?>\n"),
    (RdfFormat.JSON_LD, b'{"a": "[[[\\"{{{"},\n'),
]


@pytest.mark.parametrize(("rdf_format", "around", "opening", "closing"), NESTS)
def test_a_deep_body_is_refused(rdf_format: RdfFormat, around: bytes, opening: bytes, closing: bytes) -> None:
    with pytest.raises(SyntaxInvalid, match="nested"):
        demand_shallow(around % (opening * 20_000 + closing * 20_000), rdf_format)


@pytest.mark.parametrize(("rdf_format", "around", "opening", "closing"), NESTS)
def test_a_body_of_some_levels_is_read(rdf_format: RdfFormat, around: bytes, opening: bytes, closing: bytes) -> None:
    levels = DEEPEST // 2 - 1
    demand_shallow(around % (opening * levels + closing * levels), rdf_format)


@pytest.mark.parametrize(("rdf_format", "line"), FLAT)
def test_signs_in_texts_addresses_and_comments_nest_nothing(rdf_format: RdfFormat, line: bytes) -> None:
    demand_shallow(line * 1_000, rdf_format)


@pytest.mark.parametrize("part", [b'"', b'"""', b"<a", b"<a b='", b"<!--", b"<![CDATA[", b'"\\', b"'''", b"<<"])
@pytest.mark.parametrize("rdf_format", [RdfFormat.TURTLE, RdfFormat.RDF_XML, RdfFormat.JSON_LD])
def test_no_text_makes_it_slow(rdf_format: RdfFormat, part: bytes) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        with contextlib.suppress(SyntaxInvalid):
            demand_shallow(part * times, rdf_format)
        return time.process_time() - began

    assert seconds(200_000) < 40 * seconds(20_000) + 0.1
