"""The form of an answer is the one that was asked for, and every name of a form is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.errors import RepresentationUnavailable, RequestInvalid
from server.formats import ALSO_CALLED, GRAPH_TYPES, RESULTS, TRIPLES, content_type, forms, graph_form


@pytest.mark.parametrize("name", sorted({*RESULTS, *TRIPLES}))
def test_a_named_form_wins_over_accept(name: str) -> None:
    table, graph = forms(name, "image/png")
    assert {**RESULTS, **TRIPLES}[name] in (table, graph)


@pytest.mark.parametrize("media", sorted({*RESULTS.values(), *GRAPH_TYPES}))
def test_a_media_type_is_a_name_too(media: str) -> None:
    assert media in forms(media, "")


@pytest.mark.parametrize(("name", "meant"), sorted(ALSO_CALLED.items()))
def test_another_name_of_a_form_means_the_form(name: str, meant: str) -> None:
    assert meant in forms("", name)
    assert meant in forms(name, "")


@pytest.mark.parametrize("name", ["pdf", "HTML", "../x", "\0"])
def test_a_form_that_there_is_not_is_a_fault_of_the_request(name: str) -> None:
    with pytest.raises(RequestInvalid):
        forms(name, "")


def test_what_nobody_has_is_told_with_what_there_is() -> None:
    with pytest.raises(RepresentationUnavailable) as fault:
        forms("", "image/png")
    assert "text/csv" in fault.value.offered


def test_a_graph_is_not_had_as_a_table() -> None:
    assert graph_form("", "text/n3") == "text/turtle"
    with pytest.raises(RepresentationUnavailable):
        graph_form("", "text/csv")


@given(st.text(max_size=60))
def test_any_accept_header_gives_a_form_or_406(accept: str) -> None:
    try:
        table, graph = forms("", accept)
    except RepresentationUnavailable:
        return
    assert table in RESULTS.values()
    assert graph in GRAPH_TYPES


@pytest.mark.parametrize("media", sorted({*RESULTS.values(), *GRAPH_TYPES}))
def test_text_says_its_encoding_and_json_needs_not(media: str) -> None:
    assert content_type(media).endswith("; charset=utf-8") is not media.endswith("json")
