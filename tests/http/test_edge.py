"""The edge tells the truth of its health, guards every answer and hands the rest to the pages."""

from __future__ import annotations

import gzip
import hashlib
import re

import httpx
import pytest


def test_health_is_told(site: str) -> None:
    assert httpx.get(site + "health/live").json() == {"status": "live"}
    ready = httpx.get(site + "health/ready").json()
    served = httpx.get(site + "sparql", params={"query": "ASK {}"}).headers["Libri-Generation"]
    assert (ready["status"], ready["generation"]) == ("ready", int(served))
    assert ready["generation"] > 0
    assert httpx.get(site + "health/nonsense").status_code == 404


@pytest.mark.parametrize("path", ["", "sparql", "health/live", "static/site.css", "doc/x/y", "void", "dumps/"])
def test_every_answer_is_guarded(path: str, site: str) -> None:
    headers = httpx.get(site + path, headers={"Accept": "text/html, */*;q=0.1"}).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ["", "sparql?query=ASK{}", "static/site.css", "doc/x/y", "dumps/", "dumps/SHA256SUMS"])
def test_no_answer_says_a_thing_twice(path: str, site: str) -> None:
    response = httpx.get(site + path)
    again = httpx.get(site + path, headers={"If-None-Match": response.headers.get("ETag", '"none"')})
    for answer in (response, again):
        names = [name.lower() for name, _ in answer.headers.raw if name.lower() not in (b"link", b"vary")]
        assert sorted(names) == sorted(set(names))
        assert "Date" in answer.headers


def test_trace_is_not_answered(site: str) -> None:
    assert httpx.request("TRACE", site).status_code == 405


@pytest.mark.parametrize(
    "path", ["static/../edge.py", "static/%2e%2e/edge.py", "static/..%2fedge.py", "dumps/..%2fgeneration.json"]
)
def test_no_path_leads_out_of_its_folder(path: str, site: str) -> None:
    assert httpx.get(site + path).status_code in (400, 404)


def test_files_of_the_site_are_kept_by_browsers(site: str) -> None:
    response = httpx.get(site + "static/site.css")
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    again = httpx.get(site + "static/site.css", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_everything_can_be_taken_home(site: str) -> None:
    sums = httpx.get(site + "dumps/SHA256SUMS").text.splitlines()
    assert len(sums) >= 8
    name = next(line.split()[1] for line in sums if re.search(r"libri-graph-g\d+\.nq\.gz", line))
    body = httpx.get(site + "dumps/" + name).content
    assert hashlib.sha256(body).hexdigest() in " ".join(sums)
    lines = gzip.decompress(body).decode().splitlines()
    graphs = {line.rsplit("<", 1)[1] for line in lines}
    assert len(graphs) >= 8


def test_void_names_the_dumps(site: str) -> None:
    void = httpx.get(site + "void").text
    assert re.search(rf"{site}dumps/libri-graph-g\d+\.nq\.gz", void)
    assert "links-schema-sameAs-www.wikidata.org" in void
