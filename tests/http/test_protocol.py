"""What answers say of themselves: form, tag, state, limit; and what is told when something fails."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator

import httpx
import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Store

from tests.http.conftest import GRAPHS, Running

TABLE = (
    "SELECT ?note WHERE { <https://example.org/riga> <http://www.w3.org/2004/02/skos/core#note> ?note } ORDER BY ?note"
)
GRAPH = "CONSTRUCT WHERE { <https://example.org/riga> ?p ?o }"
MANY = "SELECT * { VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 } VALUES ?c { 0 1 2 3 } }"
SLOW = """SELECT (COUNT(*) AS ?n) {
  VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 } VALUES ?c { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?d { 0 1 2 3 4 5 6 7 8 9 } VALUES ?e { 0 1 2 3 4 5 6 7 8 9 } VALUES ?f { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?g { 0 1 2 3 4 5 6 7 8 9 } VALUES ?h { 0 1 2 3 4 5 6 7 8 9 } VALUES ?i { 0 1 2 3 4 5 6 7 8 9 } }"""
SERVICE = "http://example.org/sparql"


@pytest.fixture
def stocked(writable: Running) -> Iterator[Running]:
    """The service that may be asked knows one triple."""
    store = Store()
    store.add(Quad(NamedNode("https://example.org/riga"), NamedNode("https://example.org/p"), Literal("far away")))
    writable.stubs.stores = {"example.org": store}
    yield writable
    writable.stubs.stores = {}


def get(running: Running, query: str, accept: str = "*/*", **more: str) -> httpx.Response:
    return httpx.get(running.url + "sparql", params={"query": query, **more}, headers={"Accept": accept}, timeout=30)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_a_table_is_the_same_in_every_form(asked: str, told: str, writable: Running) -> None:
    answer = get(writable, TABLE, asked)
    assert answer.headers["Content-Type"] == told
    assert "Rīga" in answer.content.decode("utf-8")
    if asked != "text/csv":
        read = pyoxigraph.parse_query_results(
            answer.content, format=QueryResultsFormat.from_media_type(asked) or QueryResultsFormat.JSON
        )
        assert [row["note"] for row in read] == [Literal("Riga", language="en"), Literal("Rīga", language="lv")]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples; charset=utf-8"),
        ("application/rdf+xml", "application/rdf+xml; charset=utf-8"),
        ("application/ld+json", "application/ld+json"),
        ("application/trig", "application/trig; charset=utf-8"),
        ("application/n-quads", "application/n-quads; charset=utf-8"),
    ],
)
def test_a_graph_is_the_same_in_every_form(asked: str, told: str, writable: Running) -> None:
    answer = get(writable, GRAPH, asked)
    assert answer.headers["Content-Type"] == told
    read = pyoxigraph.parse(answer.content, format=RdfFormat.from_media_type(asked) or RdfFormat.TURTLE)
    assert {quad.object for quad in read} == {Literal("Riga", language="en"), Literal("Rīga", language="lv")}


@pytest.mark.parametrize("accept", ["image/png", "text/html;q=0", "application/pdf, image/*"])
def test_a_form_that_there_is_not_is_406_with_those_that_there_are(accept: str, writable: Running) -> None:
    answer = get(writable, TABLE, accept)
    assert (answer.status_code, "text/csv" in answer.json()["offered"]) == (406, True)


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/sparql-results+json, text/html;q=0.3", False),
        ("text/turtle, application/rdf+xml;q=0.9, text/html;q=0.5, */*;q=0.1", False),
        ("*/*", False),
    ],
    ids=["browser", "client", "library", "any"],
)
def test_the_page_is_for_those_who_like_it_best(accept: str, page: bool, writable: Running) -> None:
    assert get(writable, TABLE, accept).headers["Content-Type"].startswith("text/html") is page


def test_query_as_a_method_and_head_are_answered_like_get(writable: Running) -> None:
    asked = {"content": TABLE, "headers": {"Content-Type": "application/sparql-query"}}
    by_query = httpx.request("QUERY", writable.url + "sparql", **asked)
    by_get = get(writable, TABLE)
    head = httpx.head(writable.url + "sparql", params={"query": TABLE})
    assert by_query.content == by_get.content
    assert by_query.headers["ETag"] == by_get.headers["ETag"] == head.headers["ETag"]
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(by_get.content)))


def test_a_tag_holds_until_the_data_change_and_not_longer(writable: Running) -> None:
    first = get(writable, TABLE)
    for wanted in (first.headers["ETag"], f"W/{first.headers['ETag']}", f'"other", {first.headers["ETag"]}'):
        again = httpx.get(writable.url + "sparql", params={"query": TABLE}, headers={"If-None-Match": wanted})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    assert get(writable, TABLE, "text/csv").headers["ETag"] != first.headers["ETag"]
    graph = f"GRAPH <{GRAPHS}tag> {{ <https://example.org/tag> <https://example.org/p> 1 }}"
    assert writable.update(f"INSERT DATA {{ {graph} }}").status_code == 204
    stale = {"If-None-Match": first.headers["ETag"]}
    assert httpx.get(writable.url + "sparql", params={"query": TABLE}, headers=stale).status_code == 200
    writable.update(f"DELETE DATA {{ {graph} }}")


def test_any_tag_at_all_does_not_make_nonsense_an_answer(writable: Running) -> None:
    anything = {"If-None-Match": "*"}
    assert httpx.get(writable.url + "sparql", params={"query": "nonsense"}, headers=anything).status_code == 400


def test_a_long_answer_is_packed_for_those_who_can_unpack_it(writable: Running) -> None:
    plain, packed = ({"Accept-Encoding": coding} for coding in ("identity", "gzip"))
    short = httpx.get(writable.url + "sparql", params={"query": TABLE}, headers=packed)
    assert "Content-Encoding" not in short.headers
    whole = httpx.get(writable.url + "sparql", params={"query": MANY}, headers=plain)
    with httpx.stream("GET", writable.url + "sparql", params={"query": MANY}, headers=packed) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.headers["ETag"] != whole.headers["ETag"]
    assert gzip.decompress(raw) == whole.content
    assert len(raw) < len(whole.content)


@pytest.mark.parametrize(
    "query", ["SELECT (NOW() AS ?n) {}", "SELECT (RAND() AS ?n) {}", "SELECT (strUUID() AS ?n) {}"]
)
def test_what_clock_or_chance_decides_is_never_kept(query: str, writable: Running) -> None:
    first, second = get(writable, query), get(writable, query)
    assert first.content != second.content
    assert first.headers["Cache-Control"] == "no-store"
    assert "ETag" not in first.headers


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/ld+json", "*/*"])
def test_the_endpoint_describes_itself_and_its_writable_half(accept: str, writable: Running) -> None:
    answer = httpx.get(writable.url + "sparql", headers={"Accept": accept})
    media_type = answer.headers["Content-Type"].partition(";")[0]
    read = pyoxigraph.parse(answer.content, format=RdfFormat.from_media_type(media_type) or RdfFormat.TURTLE)
    said = {(quad.subject.value, quad.predicate.value.partition("#")[2], quad.object.value) for quad in read}
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert (writable.url + "sparql", "supportedLanguage", sd + "SPARQL11Query") in said
    assert (writable.url + "sparql/update", "supportedLanguage", sd + "SPARQL11Update") in said


def test_default_graph_uri_and_named_graph_uri_make_the_data_set(writable: Running) -> None:
    graph = GRAPHS + "small"
    described = "ASK { <https://example.org/riga> ?p ?o }"
    assert writable.ask(described, **{"default-graph-uri": graph})
    assert not writable.ask(described, **{"named-graph-uri": graph})
    assert writable.ask("ASK { GRAPH ?g { <https://example.org/riga> ?p ?o } }", **{"named-graph-uri": graph})
    assert not writable.ask("ASK { GRAPH ?g { ?s ?p ?o } }", **{"default-graph-uri": graph})
    foreign = get(writable, "ASK {}", **{"default-graph-uri": "http://127.0.0.1:9/"})
    assert foreign.json()["type"] == "/problems/graph-refused"


def test_a_query_out_of_time_says_so_in_header_and_body(writable: Running) -> None:
    answer = get(writable, SLOW, timeout="0.3")
    assert (answer.status_code, answer.headers["Libri-Limit"]) == (503, "query-timeout")
    assert (answer.json()["type"], "0.3 seconds" in answer.json()["detail"]) == ("/problems/query-timeout", True)
    assert int(answer.headers["Retry-After"]) > 0
    assert "Libri-Limit" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("query", "status", "limit"),
    [
        ("ASK " + "{" * 500 + "}" * 500, 400, "too-deep"),
        ("ASK { " + "?s ?p ?o . " * 1000 + "}", 400, "too-deep"),
        ("ASK {} #" + "x" * (2 << 20), 413, "too-large"),
    ],
    ids=["deep", "many", "long"],
)
def test_a_query_over_a_limit_says_so_in_header_and_body(
    query: str, status: int, limit: str, writable: Running
) -> None:
    answer = httpx.post(writable.url + "sparql", data={"query": query})
    assert (answer.status_code, answer.headers["Libri-Limit"]) == (status, limit)
    assert answer.json()["type"] == f"/problems/{limit}"


def test_an_answer_cut_after_its_first_byte_is_a_broken_transfer(writable: Running) -> None:
    endless = SLOW.replace("(COUNT(*) AS ?n)", "*")
    with httpx.stream("GET", writable.url + "sparql", params={"query": endless, "timeout": "0.5"}) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()


def test_a_syntax_error_shows_the_line_and_the_place_in_it(writable: Running) -> None:
    problem = get(writable, "SELECT ?s\nWHERE {\n  ?s ?p ?o FILTER(?o >) }").json()
    assert (problem["status"], problem["line"], problem["excerpt"]) == (400, 3, "  ?s ?p ?o FILTER(?o >) }")
    assert 1 < problem["column"] <= len(problem["excerpt"]) + 1


def test_an_allowed_service_is_reached_through_our_gateway(stocked: Running) -> None:
    query = (
        f"SELECT ?o {{ <https://example.org/riga> ?n ?m . SERVICE <{SERVICE}> {{ ?s <https://example.org/p> ?o }} }}"
    )
    rows = get(stocked, query).json()["results"]["bindings"]
    assert {row["o"]["value"] for row in rows} == {"far away"}


def test_an_answer_of_another_service_is_asked_for_anew_each_time(stocked: Running) -> None:
    query = f"SELECT ?o {{ SERVICE <{SERVICE}> {{ ?s <https://example.org/p> ?o }} }}"
    first = get(stocked, query)
    assert first.headers["Cache-Control"] == "no-store"
    stocked.stubs.stores["example.org"].clear()
    assert get(stocked, query).json()["results"]["bindings"] == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/closed", "http://example2.org/sparql"])
def test_a_service_that_fails_is_named(address: str, stocked: Running) -> None:
    answer = get(stocked, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
    assert (answer.status_code, answer.json()["type"]) == (502, "/problems/service-failed")
    assert stocked.stubs.targets.get(address, address) in answer.json()["detail"]
    silent = get(stocked, f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}")
    assert silent.status_code == 200


def test_a_service_that_is_not_allowed_is_refused_even_silently(writable: Running) -> None:
    answer = get(writable, "ASK { SERVICE SILENT <http://elsewhere.example/sparql> { ?s ?p ?o } }")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/service-not-allowed")


@pytest.mark.parametrize(
    "path", ["service-gateway/0", "service-gateway/x/0", "service-gateway/", "service-gateway/a/v0"]
)
def test_the_gateway_serves_nobody_but_our_workers(path: str, writable: Running) -> None:
    assert httpx.post(writable.url + path, content="ASK {}").status_code == 404


def test_metrics_name_what_an_operator_watches(writable: Running) -> None:
    get(writable, "ASK {}")
    get(writable, "nonsense")
    get(writable, SLOW, timeout="0.3")
    answer = httpx.get(writable.url + "metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    told = dict(re.findall(r"^(libri_\S+) (\S+)$", answer.text, re.MULTILINE))
    for outcome in ("ok", "query-syntax", "query-timeout"):
        assert float(told[f'libri_queries_total{{outcome="{outcome}"}}']) >= 1
    assert float(told["libri_query_seconds_count"]) >= 3
    assert float(told['libri_query_queue_seconds_count{lane="quick"}']) >= 2
    assert float(told['libri_query_queue_seconds_count{lane="heavy"}']) >= 1
    assert float(told["libri_worker_restarts_total"]) >= 1
    generation = httpx.get(writable.url + "health/ready").json()["generation"]
    assert float(told["libri_generation"]) == float(told["libri_journal_sequence"]) == generation


def test_the_log_is_json_without_addresses_and_questions(writable: Running) -> None:
    question = "SELECT ?secret_question_of_a_reader { ?s ?p ?o } LIMIT 1"
    headers = {"X-Forwarded-For": "203.0.113.99", "Content-Type": "application/sparql-query"}
    httpx.post(writable.url + "sparql", content=question, headers=headers)
    httpx.get(writable.url + "sparql", params={"query": question}, headers={"X-Forwarded-For": "203.0.113.99"})
    httpx.get(writable.url + "metrics")  # before it counts, what is over is logged
    text = writable.log.read_text(encoding="utf-8")
    assert "secret_question" not in text
    assert "203.0.113.99" not in text
    assert writable.editor not in text
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    posted, got = [line for line in lines if line.get("path") == "/sparql"][-2:]
    assert posted["query"] == got["query"]
    assert posted["client"] == got["client"]
    assert (posted["method"], got["method"], got["status"], got["outcome"]) == ("POST", "GET", 200, "ok")
    assert {line["path"] for line in lines if line.get("path", "").startswith("/service")} <= {"/service-gateway/..."}


def test_an_answer_is_given_again_until_a_write(writable: Running) -> None:
    question = {"query": "SELECT ?n { ?s <http://www.w3.org/2004/02/skos/core#note> ?n } #again"}
    address, csv = writable.url + "sparql", {"Accept": "text/csv"}
    first, again = (httpx.get(address, params=question, headers=csv) for _ in range(2))
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    known = {**csv, "If-None-Match": first.headers["ETag"]}
    assert httpx.get(address, params=question, headers=known).status_code == 304
    assert httpx.get(address, params=question, headers={"Accept": "application/json"}).json()["head"]["vars"] == ["n"]
    note = '<https://example.org/new> <http://www.w3.org/2004/02/skos/core#note> "written meanwhile"'
    assert writable.update(f"INSERT DATA {{ GRAPH <{GRAPHS}small> {{ {note} }} }}").status_code == 204
    assert b"written meanwhile" in httpx.get(address, params=question, headers=known).content


def test_the_name_of_a_service_type_makes_no_answer_pass(writable: Running) -> None:
    query = "ASK { ?s ?p <https://w3id.org/libri/concept/service-types/language-cafe> }"
    assert "ETag" in httpx.get(writable.url + "sparql", params={"query": query}).headers
    assert "ETag" not in httpx.get(writable.url + "sparql", params={"query": "SELECT (NOW() AS ?n) {}"}).headers


def test_an_answer_that_grows_too_large_is_broken_off(writable: Running) -> None:
    rows = " ".join(str(number) for number in range(1000))
    query = f'SELECT ?a ?b ("{"x" * 900}" AS ?c) {{ VALUES ?a {{ {rows} }} VALUES ?b {{ {rows} }} }}'
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(writable.url + "sparql", data={"query": query}, headers={"Accept": "text/csv"}, timeout=60)
