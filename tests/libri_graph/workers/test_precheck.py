"""What may not be evaluated is seen on tokens, whatever it is hidden among."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery, prepareUpdate

from libri_graph.errors import (
    GraphRefused,
    LibriError,
    QueryInvalid,
    QueryRefused,
    QueryTooComplex,
    QueryTooLong,
    ServiceRefused,
)
from libri_graph.workers import precheck
from libri_graph.workers.precheck import Allowed, checked, checked_update, loads

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
        "ASK { " + "<< " * 20_000 + "?s ?p ?o" + " >>" * 20_000 + " ?p ?o }",
        "ASK { FILTER(1" + "+1" * 50_000 + ") }",
        "ASK { FILTER(true" + "||true" * 50_000 + ") }",
        "ASK { {} " + "UNION {} " * 20_000 + "}",
        "SELECT * { VALUES ?x { " + "1 " * 20_000 + "} }",
        "SELECT * { VALUES (?x ?y) { " + "(1 2) " * 10_001 + "} }",
    ],
)
def test_deep_nesting_is_refused_quickly(query: str) -> None:
    started = time.process_time()
    with pytest.raises(QueryTooComplex):
        checked(query)
    assert time.process_time() - started < 10  # hours, were it not linear


@pytest.mark.parametrize("query", ["", " \n\t", "# nothing", "#\n#"])
def test_a_query_without_a_word_is_told_as_such(query: str) -> None:
    with pytest.raises(QueryInvalid, match="empty"):
        checked(query)


def test_a_thousand_rows_of_numbers_are_no_thousand_operators() -> None:
    query = "SELECT * { VALUES (?x ?y) { " + "(-1.5 +2) " * 5_000 + "} }"
    assert checked(query).text == query


def test_comparisons_side_by_side_are_no_nesting() -> None:
    query = "ASK { FILTER(" + " && ".join("?a<?b && ?c>?d && ?e<<http://x/>" for _ in range(60)) + ") }"
    assert checked(query).text == query


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


OURS = "https://w3id.org/libri/graph/"
NAMES = st.sampled_from(
    [
        "<http://x/y>",
        "<file:///etc/passwd>",
        "<y>",
        "<../../y>",
        "<//x/y>",
        "a:y",
        "o:practices",
        "o:",
        "<https://w3id.org/libri/graph/practices>",
        "<https://w3id.org/libri/graphic>",
        "<\\u0068ttp://x/y>",
        "<\\u002e\\u002e/y>",
        "a:\\u0079",
    ]
)
BETWEEN = st.sampled_from([" ", "\n", "#>\n", " # FROM <http://z/>\n", "\t"])
WORDS = st.sampled_from(["FROM", "from", "FrOm", "\\u0046ROM", "FR\\u004fM"])
HEADS = st.sampled_from(
    [
        "",
        "BASE <http://x/> ",
        f"BASE <{OURS}> ",
        f"BASE <{OURS}> PREFIX a: <p/> ",
        "PREFIX a: <http://z/> PREFIX a: <https://w3id.org/libri/graph/> ",
        "PREFIX a: <https://w3id.org/libri/graph/> PREFIX a: <http://z/> ",
        "PREFIX o: <http://z/> ",
    ]
)


@st.composite
def dataset_clauses(draw: st.DrawFn) -> str:
    word, named = draw(WORDS), draw(st.sampled_from(["", "NAMED", "named", "\\u004eAMED"]))
    return f"{word}{draw(BETWEEN)}{named}{draw(BETWEEN)}{draw(NAMES)}{draw(BETWEEN)}"


@given(HEADS, st.lists(dataset_clauses(), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_no_query_that_rdflib_reads_as_from_elsewhere_slips_through(head: str, clauses: list[str]) -> None:
    query = f"PREFIX a: <http://a/> PREFIX o: <{OURS}> {head} SELECT * {''.join(clauses)} WHERE {{ ?s ?p ?o }}"
    try:
        named = prepareQuery(_without_escapes(query), base="https://here.example/sparql").algebra.datasetClause or ()
    except Exception:  # noqa: BLE001  # rdflib raises whatever its parser does; then it is no query
        return
    if any(not str(clause.default or clause.named).startswith(OURS) for clause in named):
        with pytest.raises(GraphRefused):
            checked(query, Allowed(OURS))


UPDATES = st.lists(
    st.sampled_from(
        [
            "LOAD <http://x/> ",
            "load silent <http://x/> INTO GRAPH <http://g/> ",
            "\\u004cOAD <http://x/>",
            "INSERT DATA { <http://a/LOAD> <http://b> 'LOAD <http://x/>' } ",
            "; ",
            "# LOAD <http://x/>\n",
            "PREFIX load: <http://l/> ",
            "DELETE WHERE { load:LOAD ?p ?load } ",
            "CLEAR ALL ",
        ]
    ),
    max_size=7,
)


@given(UPDATES)
@settings(max_examples=300, deadline=None)
def test_no_update_that_rdflib_reads_as_load_slips_through(parts: list[str]) -> None:
    update = "".join(parts)
    try:
        operations = prepareUpdate(_without_escapes(update)).algebra
    except Exception:  # noqa: BLE001  # rdflib raises whatever its parser does; then it is no update
        return
    kinds = {operation.name for operation in operations}
    assert loads(checked_update(update)) == ("Load" in kinds)
    if kinds:
        with pytest.raises(LibriError):
            checked(update)


def _without_escapes(text: str) -> str:
    """Return `text` as SPARQL reads it; rdflib resolves escapes too, but not in every word."""
    return text.encode("ascii").decode("unicode_escape")


PIECES = [
    *"ASK {}()[]<>?.;,/|^!+-*&=#\"'\\ \n",
    "SERVICE",
    "from",
    "LOAD",
    "AskFrom",
    "select",
    "<<",
    "VALUES",
    "insert",
    "ſ",
    "x:y",
]


def become(query: str) -> object:
    try:
        return checked(query, Allowed("http://a"))
    except LibriError as refusal:
        return type(refusal)


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.integers(1, 70)), max_size=12))
@settings(max_examples=400)
def test_a_query_that_looks_plain_would_pass_token_by_token_too(parts: list[tuple[str, int]]) -> None:
    query = "ASK " + "".join(piece * times for piece, times in parts)
    quick = become(query)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(precheck, "_is_plain", lambda _: False)
        assert become(query) == quick


def test_most_queries_are_plain() -> None:
    assert precheck._is_plain("SELECT ?p ?o WHERE { <https://w3id.org/libri/id/initiative/a-b-c> ?p ?o }")
    assert not precheck._is_plain("SELECT * { SERVICE <http://x> {} }")
