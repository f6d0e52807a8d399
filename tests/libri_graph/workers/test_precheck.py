"""What may not be evaluated is seen on tokens, whatever it is hidden among."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

from libri_graph.errors import QueryRefused, QueryTooComplex, QueryTooLong, ServiceRefused
from libri_graph.workers.precheck import checked

HARMLESS = [
    "SELECT ?service WHERE { ?service ?p ?o }",
    'SELECT * { ?s ?p "SERVICE <http://x> { }" }',
    "SELECT * { ?s ?p '''LOAD <http://x>''' }",
    "# SERVICE <http://x>\nASK {}",
    "SELECT * { ?s <http://example.org/SERVICE> ?o }",
    "PREFIX service: <http://example.org/> SELECT * { ?s service:LOAD ?o }",
    "SELECT * { ?s ?p 'it\\'s SERVICE' }",
    "SELECT * { ?s ?p ?o FILTER(?o<5 && ?o>3) }",
    'SELECT * { ?s ?p "x"@service }',
]
REFUSED = [
    "SELECT * { SERVICE <http://x> { ?s ?p ?o } }",
    "SELECT * { service SILENT ?x { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <http://x> { ?s ?p ?o } }",
    'SELECT * { ?s ?p "\\"" . SERVICE <http://x> {} }',
    "SELECT * { ?s ?p <http://a#b> . SERVICE <http://x> {} }",
    "LOAD <http://x>",
    "PREFIX a: <http://a> INSERT DATA { a:a a:b a:c }",
    "DELETE WHERE { ?s ?p ?o }",
    "DROP ALL",
]


@pytest.mark.parametrize("query", HARMLESS)
def test_words_that_only_look_like_it_pass(query: str) -> None:
    assert checked(query).text == query


@pytest.mark.parametrize("query", REFUSED)
def test_what_leaves_the_graph_or_changes_it_is_refused(query: str) -> None:
    with pytest.raises((QueryRefused, ServiceRefused)):
        checked(query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK {" + "{" * 20_000 + "}" * 20_000 + "}",
        "ASK { FILTER(" + "(" * 50_000,
        "ASK { FILTER(" + "!" * 100_000 + "true) }",
    ],
)
def test_deep_nesting_is_refused_quickly(query: str) -> None:
    started = time.monotonic()
    with pytest.raises(QueryTooComplex):
        checked(query)
    assert time.monotonic() - started < 1


def test_a_query_over_a_mebibyte_is_refused() -> None:
    with pytest.raises(QueryTooLong):
        checked("ASK {}" + " " * (1 << 20))


NOISE = st.lists(
    st.sampled_from(
        [
            '"x" ',
            "'y' ",
            "# c\n",
            "<http://e/f#g> ",
            "?v ",
            "a:b ",
            "{ ",
            "} ",
            ". ",
            '"""z""" ',
            "\\u0041 ",
            "SERVICE ",
        ]
    ),
    max_size=12,
)


@given(NOISE, NOISE)
@settings(max_examples=300, deadline=None)
def test_no_query_that_rdflib_reads_as_federated_slips_through(before: list[str], after: list[str]) -> None:
    pattern = f"{''.join(before)} SERVICE <http://x/> {{ ?s ?p ?o }} {''.join(after)}"
    query = f"PREFIX a: <http://a/> SELECT * WHERE {{ {pattern} }}"
    try:
        algebra = repr(prepareQuery(query).algebra)
    except Exception:  # noqa: BLE001  # rdflib raises whatever its parser does; then it is no query
        return
    if "ServiceGraphPattern" in algebra:
        with pytest.raises(ServiceRefused):
            checked(query)
