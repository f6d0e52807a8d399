"""The API on the wire: what is kept at the edge is what the pages say, packed or not, whole or unchanged."""

from __future__ import annotations

import httpx
import pytest

pytestmark = pytest.mark.timeout(300)
LIST = "api/initiatives?limit=50&lang=lv"


@pytest.mark.parametrize(
    "path", [LIST, "api/places/riga-lv", "api/guides.csv", "context/1.jsonld", "frame/guide/1.jsonld"]
)
@pytest.mark.parametrize("packing", ["gzip", "identity"])
def test_again_and_by_head_it_is_the_same_and_unchanged_is_304(site: str, path: str, packing: str) -> None:
    with httpx.Client(base_url=site, headers={"Accept-Encoding": packing}) as client:
        first, again, head = client.get(path), client.get(path), client.head(path)
        assert first.status_code == 200, first.text
        assert first.content == again.content
        assert {**first.headers, "date": ""} == {**again.headers, "date": ""} == {**head.headers, "date": ""}
        assert (first.headers.get("content-encoding") == "gzip") == (packing == "gzip" and len(first.content) > 1400)
        unchanged = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers["vary"] == first.headers["vary"]
        assert unchanged.headers["access-control-allow-origin"] == "*"


def test_a_page_of_another_site_may_name_a_profile(site: str) -> None:
    asked = {"Origin": "https://portal.example", "Access-Control-Request-Headers": "accept-profile"}
    answer = httpx.options(site + LIST, headers={**asked, "Access-Control-Request-Method": "GET"})
    assert answer.status_code == 204
    assert "Accept-Profile" in answer.headers["access-control-allow-headers"]


def test_a_problem_is_a_problem_document(site: str) -> None:
    answer = httpx.get(site + "api/initiatives?limit=many")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_the_page_of_the_api_opens_in_a_browser_and_is_data_for_programs(site: str) -> None:
    assert "<h1>API</h1>" in httpx.get(site + "api", headers={"Accept": "text/html"}).text
    assert httpx.get(site + "api", headers={"Accept": "application/json"}).json()["openapi"] == "3.1.0"
