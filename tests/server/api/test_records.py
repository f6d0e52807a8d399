"""Records of the API at each level and in each profile; golden files show them whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from libri_graph.publish.levels import Level
from tests.server.api.records import RECORDS

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("plural", RECORDS)
def test_a_record_is_as_its_golden_file(client: FlaskClient, update_golden: bool, plural: str, level: Level) -> None:
    found = client.get(f"/api/{plural}/{RECORDS[plural]}?view={level}").get_json()
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{plural}.{level}.json"
    if update_golden:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_at_full_a_record_is_what_its_description_is_as_json_ld(client: FlaskClient) -> None:
    full = client.get("/api/places/aarhus-dk?view=full").get_json()
    assert full == client.get("/doc/place/aarhus-dk.jsonld").get_json()


def test_a_page_names_organisers_places_and_concepts_and_what_is_like_it(client: FlaskClient) -> None:
    found = client.get("/api/initiatives/a-million-stories").get_json()
    assert found["organiser"][0]["label"]
    assert float(found["place"]["long"])
    assert found["serviceType"][0]["label"]["lv"]
    assert found["similar"][0]["shared"]


def test_with_a_language_full_keeps_one_text_of_each(client: FlaskClient) -> None:
    found = client.get("/api/initiatives/a-million-stories?view=full&lang=uk").get_json()
    assert list(found["description"]) == ["uk"]
    assert list(found["label"]) == ["en"]


def test_schema_org_tells_a_record_in_its_words(client: FlaskClient) -> None:
    found = client.get("/api/organisations/cologne-public-library?profile=schema").get_json()
    assert found["@context"] == "https://schema.org"
    assert found["@type"] in ("Library", "Organization")
    refused = client.get("/api/contradictions/strasbourg-countries?profile=schema")
    assert refused.status_code == 406


def test_what_never_was_is_404(client: FlaskClient) -> None:
    for level in Level:
        response = client.get(f"/api/guides/nothing-like-it?view={level}")
        assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_a_record_has_no_other_arguments(client: FlaskClient) -> None:
    assert client.get("/api/initiatives/a-million-stories?limit=2").status_code == 400


def test_the_description_of_a_thing_has_the_same_profiles(client: FlaskClient) -> None:
    for address, headers in [
        ("/doc/practice/ask-first-in-mother-tongue.jsonld?profile=schema", {}),
        ("/doc/practice/ask-first-in-mother-tongue", {"Accept": 'application/ld+json; profile="https://schema.org/"'}),
        (
            "/doc/practice/ask-first-in-mother-tongue",
            {"Accept": "application/ld+json", "Accept-Profile": "<https://schema.org/>"},
        ),
    ]:
        response = client.get(address, headers=headers)
        assert response.get_json()["@type"] == "HowTo"
        assert "Accept-Profile" in response.headers["Vary"]
        assert '<https://schema.org/>; rel="profile"' in response.headers.getlist("Link")
    ours = client.get("/doc/practice/ask-first-in-mother-tongue.jsonld")
    assert any("schema.org" in link and "alternate" in link for link in ours.headers.getlist("Link"))
