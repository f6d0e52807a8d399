"""Values go into a query as terms, never as text that could mean something else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from libri_graph.errors import BindingInvalid
from libri_graph.store.binding import bind
from libri_graph.store.protocol import Page

ASKS = """SELECT ?thing WHERE {
  VALUES (?text) { ("an example") }  # bind
  ?thing <https://example.org/says> ?text
}"""
PAIR = "SELECT * {\n  VALUES (?a ?b) { (1 2) }  # bind\n}"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00\r")))
@settings(max_examples=200, deadline=None)
def test_any_text_survives_binding(text: str) -> None:
    store = Store()
    thing = NamedNode("https://example.org/thing")
    store.add(Quad(thing, NamedNode("https://example.org/says"), Literal(text), DefaultGraph()))
    assert [row[0] for row in store.query(bind(ASKS, {"text": text}))] == [thing]


def test_several_values_make_several_rows() -> None:
    assert bind(PAIR, {"a": [1, 2], "b": None}).count("UNDEF") == 2


def test_names_must_be_those_of_the_row() -> None:
    with pytest.raises(BindingInvalid, match="takes"):
        bind(ASKS, {"other": "x"})


def test_a_query_without_a_row_takes_no_values() -> None:
    with pytest.raises(BindingInvalid):
        bind("ASK {}", {"text": "x"})


def test_a_row_must_not_be_left_unbound() -> None:
    with pytest.raises(BindingInvalid):
        bind(ASKS, {})


def test_only_one_value_may_be_several() -> None:
    with pytest.raises(BindingInvalid, match="only one"):
        bind(PAIR, {"a": [1], "b": [2]})


def test_a_page_becomes_limit_and_offset() -> None:
    assert bind("SELECT * {}", {}, Page(5, 10)).endswith("LIMIT 5 OFFSET 10")
