"""Answers become tables to read: names beside IRIs, and no row lost or invented where an answer was cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from libri_graph.catalogue.solutions import table
from libri_graph.namespaces import term
from libri_graph.store.embedded import EmbeddedStore

CAFE = NamedNode("https://w3id.org/libri/id/practice/cafe")


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    labels = [Literal("Sarunu klubs", language="lv"), Literal("Language café", language="en")]
    return EmbeddedStore.in_memory(Quad(CAFE, term("skos:prefLabel"), label, DefaultGraph()) for label in labels)


def body(*rows: dict[str, object]) -> bytes:
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": list(rows)}}, separators=(",", ":")).encode()


def test_an_iri_gets_its_name_in_the_reader_s_language(store: EmbeddedStore) -> None:
    found = table(body({"x": {"type": "uri", "value": CAFE.value}}), 10, store, ("lv", "en"))
    cell = found.rows[0][0]
    assert cell is not None
    assert (cell.text.text, cell.short, cell.iri, cell.kind) == ("Sarunu klubs", "practice/cafe", CAFE.value, "iri")


def test_a_text_in_another_language_says_so_and_a_number_is_one(store: EmbeddedStore) -> None:
    integer = term("xsd:integer").value
    rows = [
        {"x": {"type": "literal", "value": "kafé", "xml:lang": "nb"}},
        {"x": {"type": "literal", "value": "7", "datatype": integer}},
        {},
    ]
    text, number, nothing = (row[0] for row in table(body(*rows), 10, store, ("lv", "en")).rows)
    assert text is not None
    assert text.text.foreign
    assert number is not None
    assert number.kind == "number"
    assert nothing is None


def test_more_rows_than_are_shown_are_counted(store: EmbeddedStore) -> None:
    found = table(body(*[{"x": {"type": "literal", "value": str(n)}} for n in range(30)]), 10, store, ("en",))
    assert (len(found.rows), found.total, found.whole) == (10, 30, True)


@given(st.integers(0, 400))
def test_an_answer_that_was_cut_gives_its_whole_rows(place: int) -> None:
    whole = body(*[{"x": {"type": "literal", "value": f"ē{n}}}]"}} for n in range(8)])
    head = whole.index(b'"bindings":[') + len(b'"bindings":[')
    cut = whole[: min(head + place, len(whole))]
    found = table(cut, 100, EmbeddedStore.in_memory([]), ("en",), whole=False)
    texts = [row[0].text.text for row in found.rows if row[0]]
    assert texts == [f"ē{n}}}]" for n in range(len(texts))]
    assert len(texts) >= cut.count(b"}},")
