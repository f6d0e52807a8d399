"""Search over the real data: a page that says why, suggestions, and the same answers for programs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyld import jsonld

from libri_graph.errors import IndexMissing
from libri_graph.index import tables
from libri_graph.index.text import keeping
from libri_graph.languages import TAGS
from libri_graph.store.embedded import EmbeddedStore

CAFE = "https://w3id.org/libri/concept/service-types/language-cafe"


@pytest.fixture(scope="module")
def searched(app: Flask, store: EmbeddedStore) -> Flask:
    folder = tables.folder(app.extensions["libri"].current.generations.data_dir)
    keeping.keep(folder, store.raw, "epoch", store.generation)
    return app


@pytest.fixture
def site(searched: Flask) -> FlaskClient:
    return searched.test_client()


def found(site: FlaskClient, **arguments: object) -> dict[str, Any]:
    answer = site.get("/api/search", query_string=arguments)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.get_json(force=True)
    return body


@pytest.mark.parametrize(
    "words", ["language café", "sarunu klubs", "kawiarenka językowa", "розмовний клуб", "مقهى لغوي"]
)
def test_programs_find_language_cafes_in_any_language(site: FlaskClient, words: str) -> None:
    body = found(site, q=words, limit=100)
    assert body["items"][0]["id"] == CAFE
    assert body["total"] >= len(body["items"]) > 60
    assert all(item["id"] and item["type"] and item["label"] and item["why"] for item in body["items"])


def test_an_item_says_why_it_was_found(site: FlaskClient) -> None:
    items = {item["id"]: item for item in found(site, q="sarunu klubs", lang="lv", limit=100)["items"]}
    (reason,) = items["https://w3id.org/libri/id/initiative/hamburg-dialog-in-deutsch"]["why"]
    assert reason == {
        "words": ["sarunu", "klubs"],
        "match": "word",
        "property": "libri:serviceType",
        "text": "sarunu klubs",
        "language": "lv",
        "id": CAFE,
    }


def test_a_language_in_the_address_gives_labels_in_that_language_only(site: FlaskClient) -> None:
    every = found(site, q="language café", limit=1)["items"][0]["label"]
    assert set(every) == set(TAGS)
    assert set(found(site, q="language café", limit=1, lang="lv")["items"][0]["label"]) == {"lv"}


def test_an_item_tells_what_its_name_means_in_the_reader_s_language(site: FlaskClient) -> None:
    (item,) = found(site, q="Språkkafé Kristiansand", limit=1, lang="lv")["items"]
    assert item["label"] == {"nb": ["Språkkafé Kristiansand"]}
    assert item["gloss"] == {"lv": ["Sarunu klubs Kristiansannā"]}


def test_the_answer_is_linked_data(site: FlaskClient) -> None:
    body = found(site, q="Rzeszów", limit=5)
    known = site.get("/context/1.jsonld").get_json(force=True)

    def load(url: str, _options: object) -> dict[str, object]:
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": known}

    (expanded,) = jsonld.expand(body, {"documentLoader": load})
    (listed,) = expanded["https://schema.org/itemListElement"]
    assert [item["@id"] for item in listed["@list"]] == [item["id"] for item in body["items"]]
    assert all(item["@type"][0].startswith("http") for item in listed["@list"])
    assert all("http://www.w3.org/2004/02/skos/core#prefLabel" in item for item in listed["@list"])


def test_programs_can_ask_for_one_kind(site: FlaskClient) -> None:
    assert {item["type"] for item in found(site, q="refugees", kind="guides")["items"]} == {"Guide"}
    refused = site.get("/api/search?q=x&kind=nonsense")
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize("address", ["/search", "/suggest", "/api/search"])
@pytest.mark.parametrize(
    "words", ["", " ", "a", "\x00", "kind:Guide AND", '"', "~", "ه" * 5000, "x " * 900, "<script>"]
)
def test_no_question_fails(site: FlaskClient, address: str, words: str) -> None:
    answer = site.get(address, query_string={"q": words})
    assert answer.status_code == 200
    assert b"<script>" not in answer.data


@pytest.mark.parametrize("limit", ["-1", "ten", "1e9", "٣"])
def test_a_limit_that_is_no_number_is_told(site: FlaskClient, limit: str) -> None:
    assert site.get("/api/search", query_string={"q": "book", "limit": limit}).status_code == 400


def test_a_limit_is_held(site: FlaskClient) -> None:
    assert len(found(site, q="library", limit="3")["items"]) == 3
    assert len(found(site, q="library", limit="100000")["items"]) == 100


def test_suggestions_are_small_and_may_be_kept(site: FlaskClient) -> None:
    answer = site.get("/suggest", query_string={"q": "kawiaren", "lang": "pl"})
    items = answer.get_json()["items"]
    assert items[0]["text"] == "kawiarenka językowa"
    assert items[0]["url"] == "http://libri.example.org/concept/service-types/language-cafe"
    assert len(items) <= 8
    assert len(answer.data) < 4000
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_page_marks_what_matched_and_names_the_concept(site: FlaskClient) -> None:
    page = site.get("/search?q=kawiarenki+językowe&lang=pl", headers={"Accept": "text/html"}).text
    assert re.search(r"<mark>Kawiarenki</mark> <mark>Językowe</mark>", page)
    assert 'href="/concept/service-types/language-cafe' in page
    assert "inna forma słowa" in page
    assert '<meta name="robots" content="noindex, follow">' in page


def test_the_page_gives_texts_of_other_languages_their_language(site: FlaskClient) -> None:
    page = site.get("/search?q=мовні+клуби&lang=en", headers={"Accept": "text/html"}).text
    assert '<span lang="uk" dir="ltr">' in page
    assert '<span class="badge" title="Ukrainian">uk</span>' in page


def test_the_page_leads_through_all_its_parts(site: FlaskClient) -> None:
    first = site.get("/search?q=library", headers={"Accept": "text/html"}).text
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    last = site.get("/search?q=library&page=10", headers={"Accept": "text/html"}).text
    assert 'rel="next"' not in last
    assert first.count('<li class="card">') == last.count('<li class="card">') == 10


def test_a_mistake_is_told_on_the_page(site: FlaskClient) -> None:
    assert "bibliotēka" not in site.get("/search?q=qqqqqq").text
    assert "shown is what holds" in site.get("/search?q=bibliotekka&lang=en", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("tag", TAGS)
def test_an_empty_answer_helps_in_every_language(site: FlaskClient, tag: str) -> None:
    page = site.get(f"/search?q=qqqqqqqq&lang={tag}", headers={"Accept": "text/html"}).text
    assert 'class="notice empty"' in page
    assert f"/concept/service-types?lang={tag}" in page


def test_where_there_is_no_index_there_is_no_answer_yet(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        keeping.TextIndexes(tables.folder(tmp_path)).at("epoch", 7)
