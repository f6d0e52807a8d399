"""One resource, one graph, whatever the form; and every header that goes with it."""

from __future__ import annotations

import json
import re

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyld import jsonld
from pyoxigraph import RdfFormat, Triple

from server.negotiation import SUFFIXES

THINGS = [
    "/doc/initiative/stavanger-sprakkafe",
    "/doc/initiative/ogre-libri-partnership",
    "/doc/practice/volunteer-language-cafe",
    "/doc/organisation/riga-central-library",
    "/doc/guide/libri-italy-mapping",
    "/doc/strategy/zaragoza-declaration",
    "/doc/event/lv-opening-2024",
    "/doc/place/ogre-lv",
    "/doc/project/libri",
    "/doc/platform/e-panema",
    "/doc/contradiction/project-end",
    "/doc/claim/project-end-1",
    "/doc/observation/ogre-ukrainian-bookshelf-books",
    "/doc/membership/libri-bsf",
    "/doc/mapping/bsf-ror",
    "/ontology/practices",
    "/concept/service-types",
    "/concept/service-types/language-cafe",
    "/country/LVA",
    "/graph/libri",
]


def triples_in(client: FlaskClient, body: bytes, media_type: str) -> set[Triple]:
    if media_type == "application/ld+json":
        context = client.get("/context/1.jsonld").get_json()

        def load(url: str, _options: object) -> dict[str, object]:
            assert url == "http://libri.example.org/context/1.jsonld"
            return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": context}

        text = jsonld.to_rdf(json.loads(body), {"format": "application/n-quads", "documentLoader": load})
        return {quad.triple for quad in pyoxigraph.parse(text, format=RdfFormat.N_QUADS)}
    return {quad.triple for quad in pyoxigraph.parse(body, format=RdfFormat.from_media_type(media_type))}


@pytest.mark.parametrize("address", THINGS)
def test_every_form_is_the_same_graph(address: str, client: FlaskClient) -> None:
    bodies = {suffix: client.get(f"{address}.{suffix}") for suffix in SUFFIXES if suffix != "html"}
    graphs = {suffix: triples_in(client, r.data, SUFFIXES[suffix]) for suffix, r in bodies.items()}
    assert len(graphs["nt"]) > 1
    assert {suffix: graph == graphs["nt"] for suffix, graph in graphs.items()} == dict.fromkeys(graphs, True)
    page = client.get(f"{address}.html").get_data(as_text=True)
    embedded = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert embedded
    assert triples_in(client, embedded[1].encode(), "application/ld+json") == graphs["nt"]


def test_a_thing_sends_to_the_form_that_was_asked_for(client: FlaskClient) -> None:
    for accept, place in [
        ("text/html", "/doc/guide/libri-practical-guide"),
        ("text/turtle", "/doc/guide/libri-practical-guide.ttl"),
        ("application/ld+json;q=0.9, text/html;q=0.1", "/doc/guide/libri-practical-guide.jsonld"),
    ]:
        response = client.get("/id/guide/libri-practical-guide", headers={"Accept": accept})
        assert (response.status_code, response.headers["Location"]) == (303, place)


def test_a_suffix_wins_over_the_header(client: FlaskClient) -> None:
    response = client.get("/doc/guide/libri-practical-guide.nt", headers={"Accept": "text/html"})
    assert response.headers["Content-Type"] == "application/n-triples; charset=utf-8"


def test_what_cannot_be_had_is_406_with_a_list(client: FlaskClient) -> None:
    response = client.get("/doc/guide/libri-practical-guide", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.get_json()["offered"]


def test_a_description_says_everything_about_itself(client: FlaskClient) -> None:
    response = client.get("/doc/guide/libri-practical-guide.ttl")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in response.headers["Vary"]
    assert response.headers["Libri-Generation"] == "7"
    links = ", ".join(response.headers.getlist("Link"))
    assert 'rel="license"' in links
    assert 'rel="alternate"; type="application/ld+json"' in links


def test_an_unchanged_answer_is_304(client: FlaskClient) -> None:
    for address in ("/doc/guide/libri-practical-guide.ttl", "/", "/void", "/context/1.jsonld"):
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_head_is_get_without_a_body(client: FlaskClient) -> None:
    head = client.head("/doc/guide/libri-practical-guide.ttl")
    get = client.get("/doc/guide/libri-practical-guide.ttl")
    assert head.data == b""
    assert head.headers["ETag"] == get.headers["ETag"]


def test_a_trailing_slash_is_308(client: FlaskClient) -> None:
    response = client.get("/doc/guide/libri-practical-guide/?lang=lv")
    assert (response.status_code, response.headers["Location"]) == (308, "/doc/guide/libri-practical-guide?lang=lv")


def test_void_counts_what_the_graph_holds(client: FlaskClient) -> None:
    assert client.get("/.well-known/void").headers["Location"] == "/void"
    text = client.get("/void").get_data(as_text=True)
    assert "void:Linkset" in text
    assert "void:sparqlEndpoint <http://libri.example.org/sparql>" in text
    assert "void:entities 557" in text


def test_nothing_known_is_a_page_that_helps_and_a_problem_for_programs(client: FlaskClient) -> None:
    page = client.get("/doc/practice/no-such?lang=lv", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "/practices" in page.get_data(as_text=True)
    problem = client.get("/doc/practice/no-such", headers={"Accept": "text/turtle"})
    assert (problem.status_code, problem.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "", "http://a b", 'http://x/"><script>'])
def test_a_resource_must_be_an_address(iri: str, client: FlaskClient) -> None:
    response = client.get("/resource", query_string={"iri": iri})
    assert response.status_code == 400
    assert b"<script>" not in response.data


def test_a_forged_host_changes_nothing(client: FlaskClient) -> None:
    text = client.get("/doc/guide/libri-practical-guide", headers={"Host": "evil.example", "Accept": "text/html"})
    assert b"evil.example" not in text.data
