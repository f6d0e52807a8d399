"""What describes the API says what the API does, and keeps what it promised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from libri_graph.publish.context import WORDS
from libri_graph.publish.levels import Level
from tests.server.api.records import RECORDS

ROOT = Path(__file__).parents[3]
CONTEXT = ROOT / "tests" / "golden" / "context-1.jsonld"
TYPES = ROOT / "web" / "client" / "types.d.ts"


def test_context_1_changes_only_by_addition(client: FlaskClient, update_golden: bool) -> None:
    today = client.get("/context/1.jsonld").get_json()["@context"]
    published = json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"] if CONTEXT.exists() else {}
    assert {key: today.get(key) for key in published} == published, "a term changed: give the context a new number"
    if update_golden:
        CONTEXT.write_text(json.dumps({"@context": today}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        published = today
    assert set(published) == set(today), "run pytest --update-golden to publish what was added"


def test_no_word_of_the_api_is_a_key_of_the_shapes(client: FlaskClient) -> None:
    today = client.get("/context/1.jsonld").get_json()["@context"]
    assert {word: today[word] for word in WORDS} == WORDS


def test_the_types_of_our_client_are_those_that_are_served(client: FlaskClient, update_golden: bool) -> None:
    served = client.get("/api/types/1.d.ts").text
    if update_golden:
        TYPES.write_text(served, encoding="utf-8")
    assert served == TYPES.read_text(encoding="utf-8")


def test_openapi_names_every_list_record_and_search(client: FlaskClient) -> None:
    paths = client.get("/api/openapi.json").get_json()["paths"]
    expected = {f"/api/{plural}{rest}" for plural in RECORDS for rest in ("", "/{slug}")} | {"/api/search"}
    assert set(paths) == expected


def test_the_page_offers_a_form_for_every_list_and_works_without_script(client: FlaskClient) -> None:
    page = client.get("/api", headers={"Accept": "text/html"}).text
    for plural in RECORDS:
        assert f'action="/api/{plural}"' in page
        assert f'href="/api/{plural}.csv"' in page
    assert "<script" not in page.partition("<main")[2].partition("</main>")[0]
    assert client.get("/api", headers={"Accept": "application/json"}).get_json()["openapi"] == "3.1.0"


def test_the_page_speaks_its_readers_language_and_the_document_english(client: FlaskClient) -> None:
    page = client.get("/api?lang=lv", headers={"Accept": "text/html"}).text
    assert "Iniciatīvas: kartītes ar šķautnēm" in page
    assert 'Kilometri no <code dir="ltr">near</code>.' in page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert 'lang="en"' not in main
    for address in ("/api/openapi.json?lang=lv", "/api?lang=lv"):
        told = client.get(address, headers={"Accept": "application/json", "Accept-Language": "lv"}).get_json()
        assert told["paths"]["/api/initiatives"]["get"]["summary"] == "Initiatives: cards with facets"
    english = [text for path in told["paths"].values() for text in _texts(path["get"])]
    shown = client.get("/api?lang=ar", headers={"Accept": "text/html"}).text
    assert [text for text in english if text.partition("`")[0] in shown] == []


def test_what_a_form_sends_empty_counts_as_not_asked(client: FlaskClient) -> None:
    empty = "view=&lang=&sort=&limit=&cursor=&changed-since=&profile=&country=&from=&near=&within="
    assert client.get(f"/api/initiatives?{empty}").get_json() == client.get("/api/initiatives").get_json()


@pytest.mark.parametrize("slug", ["initiative", "strategy", "place"])
def test_versioned_documents_may_be_kept_for_a_day(client: FlaskClient, slug: str) -> None:
    paths = [f"/frame/{slug}/1.jsonld", *(f"/api/schema/{slug}/{level}/1.json" for level in Level)]
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert client.get("/frame/nothing/1.jsonld").status_code == 404


def _texts(call: dict[str, Any]) -> list[str]:
    """Return what a person reads of a call that the page lists."""
    if any(parameter["in"] == "path" for parameter in call["parameters"]):
        return []
    return [call["summary"], *(parameter["description"] for parameter in call["parameters"])]
