"""The SPARQL 1.1 Protocol over the wire: every way to ask, every format, every refusal."""

from __future__ import annotations

import contextlib
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import httpx
import pytest

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?i a <https://w3id.org/libri/ontology#Initiative> }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?i) }"


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("GET", {"params": {"query": COUNT}}),
        ("POST", {"data": {"query": COUNT}}),
        ("POST", {"content": COUNT, "headers": {"Content-Type": "application/sparql-query"}}),
        ("QUERY", {"content": COUNT, "headers": {"Content-Type": "application/sparql-query"}}),
    ],
)
def test_every_way_to_ask_gives_the_same_answer(method: str, arguments: dict[str, object], site: str) -> None:
    response = httpx.request(method, site + "sparql", **arguments)
    assert response.status_code == 200
    assert response.json()["results"]["bindings"][0]["n"]["value"] == "557"
    assert int(response.headers["Libri-Generation"]) > 0


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
    ],
)
def test_a_table_comes_in_the_form_asked_for(accept: str, kind: str, site: str) -> None:
    response = httpx.get(site + "sparql", params={"query": COUNT}, headers={"Accept": accept})
    assert response.headers["Content-Type"] == kind
    assert b"557" in response.content


@pytest.mark.parametrize("form", ["turtle", "nt", "rdf", "jsonld", "trig"])
def test_a_graph_comes_in_the_format_named(form: str, site: str) -> None:
    query = "CONSTRUCT WHERE { <https://w3id.org/libri/id/project/libri> ?p ?o }"
    response = httpx.get(site + "sparql", params={"query": query, "format": form}, headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert b"101140702" in response.content


def test_head_has_the_headers_and_no_body(site: str) -> None:
    response = httpx.head(site + "sparql", params={"query": COUNT})
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"]


def test_an_unchanged_answer_is_304(site: str) -> None:
    first = httpx.get(site + "sparql", params={"query": COUNT})
    again = httpx.get(site + "sparql", params={"query": COUNT}, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_another_site_may_ask(site: str) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    assert httpx.options(site + "sparql", headers=asked).headers["Access-Control-Allow-Origin"] == "*"
    assert httpx.get(site + "sparql", params={"query": "ASK {}"}).headers["Access-Control-Allow-Origin"] == "*"


def test_a_syntax_error_says_line_and_column_and_nothing_of_the_machine(site: str) -> None:
    response = httpx.get(site + "sparql", params={"query": "SELECT *\nWHERE { ?s ?p }"})
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    problem = response.json()
    assert (problem["line"], problem["excerpt"]) == (2, "WHERE { ?s ?p }")
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ({"params": {"query": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}}, 403),
        ({"params": {"query": "LOAD <http://127.0.0.1:9/>"}}, 403),
        ({"params": {"query": "INSERT DATA { <http://a> <http://b> <http://c> }"}}, 403),
        ({"params": {"update": "DROP ALL"}}, 400),
        ({"params": {"query": "ASK {" + "{" * 2000 + "}" * 2000 + "}"}}, 400),
        ({"params": {"query": "ASK {}", "format": "pdf"}}, 400),
        ({"params": {"query": "ASK {}", "timeout": "soon"}}, 400),
        ({"params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
        ({"params": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}, 406),
    ],
)
def test_what_is_not_allowed_is_told(arguments: dict[str, object], status: int, site: str) -> None:
    response = httpx.get(site + "sparql", **arguments)
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/problem+json")


def test_a_body_of_another_kind_is_415(site: str) -> None:
    response = httpx.post(site + "sparql", content=COUNT, headers={"Content-Type": "text/plain"})
    assert response.status_code == 415


def test_bytes_that_are_no_text_are_400(site: str) -> None:
    sent = {"content": b"SELECT \xff", "headers": {"Content-Type": "application/sparql-query"}}
    assert httpx.post(site + "sparql", **sent).status_code == 400


def test_a_large_body_is_413(site: str) -> None:
    response = httpx.post(site + "sparql", data={"query": "ASK {} #" + "x" * (2 << 20)})
    assert response.status_code == 413


def test_a_slow_query_is_503_with_a_reason(site: str) -> None:
    response = httpx.get(site + "sparql", params={"query": CROSS, "timeout": "0.5"}, timeout=20)
    assert (response.status_code, response.json()["type"]) == (503, "/problems/query-timeout")
    assert response.headers["Retry-After"]


def test_while_bombs_run_others_are_answered(site: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        bombs = [
            threads.submit(httpx.get, site + "sparql", params={"query": CROSS, "timeout": "2"}, timeout=60)
            for _ in range(4)
        ]
        page = httpx.get(site + "doc/project/libri", headers={"Accept": "text/html"}, timeout=10)
        assert page.status_code == 200
        assert {bomb.result().status_code for bomb in bombs} == {503}
    assert httpx.get(site + "health/ready").status_code == 200


def test_a_failure_after_the_first_byte_breaks_the_transfer(site: str) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    asked = {"query": query, "timeout": "1"}
    with httpx.stream("GET", site + "sparql", params=asked, timeout=30) as response:
        assert response.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            list(response.iter_bytes())


def test_half_open_bodies_block_nobody(site: str) -> None:
    place = urlparse(site)
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK"
    )
    half_open = [socket.create_connection((place.hostname, place.port)) for _ in range(100)]
    try:
        for connection in half_open:
            connection.sendall(head)
        assert httpx.get(site + "sparql", params={"query": "ASK {}"}, timeout=3).status_code == 200
    finally:
        for connection in half_open:
            connection.close()


def test_nothing_is_fetched_for_anybody(site: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1)
        hits: list[object] = []

        def wait() -> None:
            with contextlib.suppress(TimeoutError):
                hits.append(listener.accept())

        victim = threading.Thread(target=wait)
        victim.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x.ttl"
        for query in ("SELECT * FROM <{}> {{ ?s ?p ?o }}", "SELECT * {{ SERVICE SILENT <{}> {{}} }}"):
            httpx.get(site + "sparql", params={"query": query.format(address), "default-graph-uri": address})
        victim.join()
    assert hits == []


def test_without_a_query_the_endpoint_describes_itself(site: str) -> None:
    response = httpx.get(site + "sparql", headers={"Accept": "text/turtle"})
    assert "sparql-service-description#Service" in response.text
    page = httpx.get(site + "sparql", headers={"Accept": "text/html"})
    assert "<textarea" in page.text


def test_default_graph_counts_a_shared_triple_once(site: str) -> None:
    def count(pattern: str) -> int:
        query = f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"
        found = httpx.get(site + "sparql", params={"query": query}).json()
        return int(found["results"]["bindings"][0]["n"]["value"])

    shared = "<https://w3id.org/libri/concept/languages/zxx> a <http://www.w3.org/2004/02/skos/core#Concept>"
    assert count(shared) == 1
    assert count(f"GRAPH ?g {{ {shared} }}") == 2


def test_organisations_join_to_registers_with_their_reasons(site: str) -> None:
    query = """
    PREFIX libri: <https://w3id.org/libri/ontology#>
    PREFIX owl: <http://www.w3.org/2002/07/owl#>
    PREFIX schema: <https://schema.org/>
    PREFIX sssom: <https://w3id.org/sssom/>
    SELECT DISTINCT ?organisation ?register ?reason WHERE {
      ?organisation a libri:Organisation ; schema:sameAs ?register .
      ?mapping owl:annotatedSource ?organisation ; owl:annotatedTarget ?register ; sssom:mapping_justification ?reason
    }"""
    rows = httpx.get(site + "sparql", params={"query": query}).json()["results"]["bindings"]
    assert len({row["organisation"]["value"] for row in rows}) >= 8
