"""Every way of the SPARQL 1.1 Protocol to send something is read, and what is unclear is refused."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.errors import BodyTooLarge, MediaTypeUnsupported, MethodUnsupported, RequestInvalid
from server.protocol import Asked, Wanted, generation_of, read_query, read_update
from server.request import Request
from tests.server import exchange

FORM, QUERY, UPDATE = (f"application/{name}" for name in ("x-www-form-urlencoded", "sparql-query", "sparql-update"))
Pairs = list[tuple[str, str]]


def request(method: str, arguments: Pairs | bytes = (), body: bytes = b"", kind: str = "") -> Request:
    encoded = arguments if isinstance(arguments, bytes) else urlencode(arguments).encode()
    return exchange.request(method, "/sparql", encoded, {"content-type": kind} if kind else {}, body)


def asked(*parts: object) -> Asked:
    return asyncio.run(read_query(request(*parts)))


def wanted(*parts: object) -> Wanted:
    return asyncio.run(read_update(request(*parts), 1000))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.sampled_from(["http://a/", "urn:b"]), max_size=3))
def test_all_ways_to_ask_are_read_alike(query: str, graphs: list[str]) -> None:
    rest: Pairs = [("default-graph-uri", graph) for graph in graphs]
    whole: Pairs = [("query", query), *rest]
    ways = [
        asked("GET", whole),
        asked("HEAD", whole),
        asked("POST", [], urlencode(whole).encode(), FORM),
        asked("POST", rest, query.encode(), QUERY),
        asked("QUERY", rest, query.encode(), f"{QUERY}; charset=UTF-8"),
    ]
    assert all(way == ways[0] for way in ways)
    assert (ways[0].query, ways[0].default_graphs) == (query, tuple(graphs))


def test_without_a_query_the_description_is_asked_for() -> None:
    assert asked("GET").query is None


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        (("GET", [("query", "a"), ("query", "b")]), RequestInvalid),
        (("GET", [("update", "a")]), RequestInvalid),
        (("GET", b"query=%FF"), RequestInvalid),
        (("GET", b"query=\xff"), RequestInvalid),
        (("GET", [("query", "a"), ("timeout", "soon")]), RequestInvalid),
        (("GET", [("query", "a"), ("timeout", "-1")]), RequestInvalid),
        (("GET", [("query", "a"), ("timeout", "nan")]), RequestInvalid),
        (("GET", [("query", "a"), ("generation", "-1")]), RequestInvalid),
        (("PUT", []), MethodUnsupported),
        (("POST", [], b"ASK {}", "text/plain"), MediaTypeUnsupported),
        (("POST", [], b"ASK {}", ""), MediaTypeUnsupported),
        (("POST", [], b"ASK {}", f"{QUERY}; charset=utf-16"), MediaTypeUnsupported),
        (("POST", [], b"\xff", QUERY), RequestInvalid),
    ],
)
def test_a_question_that_is_unclear_is_refused(parts: tuple[object, ...], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        asked(*parts)


def test_both_ways_to_update_are_read_alike() -> None:
    rest: Pairs = [("using-graph-uri", "http://a/"), ("using-named-graph-uri", "http://b/")]
    by_form = wanted("POST", [], urlencode([("update", "x"), *rest]).encode(), FORM)
    assert by_form == wanted("POST", rest, b"x", UPDATE) == Wanted("x", ("http://a/",), ("http://b/",))


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        (("GET", [("update", "x")]), MethodUnsupported),
        (("POST", [("update", "x")], b"", FORM), RequestInvalid),
        (("POST", [], b"query=x", FORM), RequestInvalid),
        (("POST", [], b"update=x&update=y", FORM), RequestInvalid),
        (("POST", [], b"", FORM), RequestInvalid),
        (("POST", [], b"x", QUERY), MediaTypeUnsupported),
        (("POST", [], b"x" * 1001, UPDATE), BodyTooLarge),
    ],
)
def test_an_update_that_is_unclear_is_refused(parts: tuple[object, ...], fault: type[Exception]) -> None:
    with pytest.raises(fault):
        wanted(*parts)


@given(st.text())
def test_a_generation_is_a_number_or_a_fault_of_the_request(text: str) -> None:
    try:
        assert (generation_of([("generation", text)]) or 0) >= 0
    except RequestInvalid:
        assert not (text.isascii() and text.isdigit() and len(text) < 18)
