"""Lists of the API: what is in them, how they go on, and in which forms they come."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient

from tests.server.api.records import RECORDS


def test_a_list_has_items_total_next_and_facets(client: FlaskClient) -> None:
    found = client.get("/api/initiatives?limit=3").get_json()
    assert list(found) == ["@context", "items", "total", "next", "facets"]
    assert len(found["items"]) == 3
    assert found["total"] > 500
    assert found["facets"][0]["name"] == "country"


def test_following_next_gives_every_record_once_and_ends(client: FlaskClient) -> None:
    address, seen = "/api/practices?limit=10&lang=pl", []
    while address:
        part = client.get(address).get_json()
        seen += [item["id"] for item in part["items"]]
        address = part.get("next", "")
    assert len(seen) == len(set(seen)) == part["total"] > 40


def test_filters_are_those_of_the_site_and_facets_count_what_they_leave(client: FlaskClient) -> None:
    found = client.get("/api/initiatives?country=LVA&limit=500").get_json()
    assert all("LVA" in one["id"] for item in found["items"] for one in item["country"][:1])
    chosen = next(value for value in found["facets"][0]["values"] if value["chosen"])
    assert (chosen["value"], chosen["count"]) == ("LVA", found["total"])
    assert f"{found['total']}" in client.get("/initiatives?country=LVA").text


def test_with_a_language_each_text_is_one_and_its_tag_says_which(client: FlaskClient) -> None:
    response = client.get("/api/initiatives?lang=lv&limit=100")
    items = response.get_json()["items"]
    assert all(len(item["label"]) == 1 for item in items)
    assert {tag for item in items for tag in item["label"]} > {"lv"}
    assert response.headers["Content-Language"] == "lv"


def test_a_card_names_what_it_names_and_a_place_says_where_it_is(client: FlaskClient) -> None:
    cards = client.get("/api/initiatives?limit=100").get_json()["items"]
    place = next(card["place"] for card in cards if "place" in card)
    assert float(place["lat"])
    assert place["label"]
    assert all(service["label"]["en"] for card in cards for service in card["serviceType"])


def test_a_list_of_cards_asks_the_engine_nothing(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/api/guides?limit=1")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a query")

    monkeypatch.setattr("libri_graph.store.embedded.EmbeddedStore._query", refuse)
    for suffix in ("", ".geojson", ".csv"):
        assert client.get(f"/api/guides{suffix}?limit=50&from=2001").status_code == 200


def test_whole_records_come_in_lists_too(client: FlaskClient) -> None:
    for level in ("page", "full"):
        item = client.get(f"/api/practices?view={level}&limit=1").get_json()["items"][0]
        single = client.get(f"/api/practices/{item['id'].rpartition('/')[2]}?view={level}").get_json()
        assert item == {key: value for key, value in single.items() if key != "@context"}


@pytest.mark.parametrize("plural", RECORDS)
def test_geojson_has_a_feature_for_every_record(client: FlaskClient, plural: str) -> None:
    response = client.get(f"/api/{plural}", headers={"Accept": "application/geo+json"})
    assert response.mimetype == "application/geo+json"
    found = json.loads(response.text)
    assert found["type"] == "FeatureCollection"
    assert len(found["features"]) == min(500, found["total"])
    kinds = {feature["geometry"]["type"] for feature in found["features"] if feature["geometry"]}
    assert kinds <= {"Point", "MultiPoint"}


def test_csv_has_a_row_for_every_record_and_leads_to_its_description(client: FlaskClient) -> None:
    response = client.get("/api/organisations.csv?country=DEU&lang=lv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert {row["countryLabel"] for row in rows} == {"Vācija"}
    described = next(link for link in response.headers.getlist("Link") if "describedby" in link)
    path = described.partition("<")[2].partition(">")[0]
    metadata = client.get(path).get_json(force=True)
    assert metadata["url"] == "http://libri.example.org/api/organisations.csv?country=DEU&lang=lv"
    assert [column["name"] for column in metadata["tableSchema"]["columns"]] == list(rows[0])


def test_no_cell_of_a_table_is_a_formula(client: FlaskClient) -> None:
    for plural in RECORDS:
        table = client.get(f"/api/{plural}.csv").text
        assert not [cell for row in csv.reader(io.StringIO(table)) for cell in row if cell[:1] in ("=", "+", "@")]


def test_schema_org_is_a_list_of_its_own(client: FlaskClient) -> None:
    asked = [
        ("/api/guides?limit=2&profile=schema", {}),
        ("/api/guides?limit=2", {"Accept": 'application/ld+json;profile="https://schema.org/"'}),
        ("/api/guides?limit=2", {"Accept-Profile": "<https://schema.org/>"}),
    ]
    for address, headers in asked:
        response = client.get(address, headers=headers)
        assert json.loads(response.text)["@type"] == "ItemList"
        links = response.headers.getlist("Link")
        assert '<https://schema.org/>; rel="profile"' in links
        assert any('rel="alternate"' in link and "profile/portal" in link for link in links)
        assert "Accept-Profile" in response.headers["Vary"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=501",
        "limit=x",
        "view=small",
        "lang=de",
        "cursor=nonsense",
        "sort=odd",
        "colour=red",
        "from=20",
        "limit=51&view=full",
        "country=nowhere",
        "changed-since=yesterday",
        "changed-since=2026-13-01",
        "limit=1&limit=2",
    ],
)
def test_what_cannot_be_asked_is_told_as_a_problem(client: FlaskClient, query: str) -> None:
    response = client.get(f"/api/initiatives?{query}")
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")


def test_an_unknown_form_or_profile_is_406_with_what_there_is(client: FlaskClient) -> None:
    form = client.get("/api/events", headers={"Accept": "image/png"})
    profile = client.get("/api/events?profile=dcat")
    assert [form.status_code, profile.status_code] == [406, 406]
    assert "application/geo+json" in json.loads(form.text)["offered"]
    assert "https://schema.org/" in json.loads(profile.text)["offered"]


def test_every_answer_can_be_read_by_pages_of_other_sites(client: FlaskClient) -> None:
    for path in ("/api/events", "/api/openapi.json", "/frame/event/1.jsonld", "/api/types/1.d.ts"):
        response = client.get(path)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Libri-Generation"] == "7"
        assert response.headers["ETag"]
    preflight = client.options("/api/events")
    assert "Accept-Profile" in preflight.headers["Access-Control-Allow-Headers"]
