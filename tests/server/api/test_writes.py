"""What the API says while the data change: tags stay, changes are listed, what went or was merged is told."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal

from libri_graph.namespaces import BASE, IDS
from tests.server.lived import CAFE, Lived

pytestmark = pytest.mark.timeout(600)  # the first loads all of the real data
OTHER = f"{BASE}id/practice/ask-first-in-mother-tongue"


def test_an_unrelated_write_changes_no_tag_and_is_answered_with_304(lived: Lived) -> None:
    paths = ["/api/guides?limit=50", "/api/practices/ask-first-in-mother-tongue?view=full", "/api/guides.csv"]
    tags = {path: lived.client.get(path).headers["ETag"] for path in paths}
    number = lived.say((f"{IDS}organisation/cologne-public-library", "skos:note", Literal("Another.", language="en")))
    for path, tag in tags.items():
        response = lived.client.get(path, headers={"If-None-Match": tag})
        assert response.status_code == 304, path
    assert int(lived.client.get(paths[0]).headers["Libri-Generation"]) == number


def test_what_changed_since_a_state_is_listed_and_what_went_is_named(lived: Lived) -> None:
    before = lived.client.get("/api/practices?limit=1").headers["Libri-Generation"]
    lived.rename(CAFE, "Renamed")
    lived.remove(OTHER)
    found = lived.client.get(f"/api/practices?changed-since={before}").get_json()
    assert [item["id"] for item in found["items"]] == [CAFE]
    assert found["items"][0]["label"]["en"] == "Renamed"
    assert found["gone"] == [OTHER]
    assert lived.client.get("/api/practices?changed-since=2100-01-01").get_json()["total"] == 0
    everything = lived.client.get("/api/practices?changed-since=2000-01-01T00:00:00Z&limit=1").get_json()
    assert everything["total"] == lived.client.get("/api/practices?limit=1").get_json()["total"]


def test_a_record_that_went_is_410_at_every_level(lived: Lived) -> None:
    lived.remove(OTHER)
    for view in ("card", "page", "full"):
        response = lived.client.get(f"/api/practices/ask-first-in-mother-tongue?view={view}")
        assert (response.status_code, response.mimetype) == (410, "application/problem+json")


def test_a_merged_record_sends_on_to_its_successor_in_the_api(lived: Lived) -> None:
    lived.remove(OTHER)
    lived.say((OTHER, "dcterms:isReplacedBy", CAFE))
    response = lived.client.get("/api/practices/ask-first-in-mother-tongue?view=full&lang=lv")
    assert response.status_code == 308
    assert response.headers["Location"] == "/api/practices/volunteer-language-cafe?view=full&lang=lv"
