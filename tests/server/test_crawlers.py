"""Crawlers are told where to go, in every language; whoever finds a hole is told whom to write to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from libri_graph.errors import SettingInvalid
from libri_graph.languages import TAGS
from libri_graph.settings import read_settings
from server.app import create_app

PUBLIC = "http://libri.example.org"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture(scope="module")
def reached(app: Flask) -> Callable[[str], FlaskClient]:
    """Make the pages of a server that names whoever answers for it."""

    def make(contact: str) -> FlaskClient:
        libri = app.extensions["libri"]
        settings = read_settings({"LIBRI_CONTACT": contact})
        return create_app(settings, libri.current, libri.run_query, f"{PUBLIC}/").test_client()

    return make


def test_robots_keep_off_queries_and_find_the_site_map(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    assert rules.site_maps() == [f"{PUBLIC}/sitemap.xml"]
    assert not rules.can_fetch("*", f"{PUBLIC}/sparql?query=x")
    assert not rules.can_fetch("*", f"{PUBLIC}/search?q=x")
    assert rules.can_fetch("*", f"{PUBLIC}/doc/guide/libri-practical-guide")
    assert rules.can_fetch("*", f"{PUBLIC}/initiatives")


def test_the_site_map_leads_to_every_record_in_every_language(client: FlaskClient) -> None:
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)  # noqa: S314  # we wrote it
    parts = [place.text or "" for place in index.iter(f"{SITEMAP}loc")]
    assert len(parts) == 2
    pages: list[str] = []
    for part in parts:
        body = client.get(part.removeprefix(PUBLIC)).data
        assert len(body) < 5_000_000
        for entry in ElementTree.fromstring(body):  # noqa: S314  # our own site map
            links = {link.attrib["hreflang"]: link.attrib["href"] for link in entry.iter(LINK)}
            place = entry.findtext(f"{SITEMAP}loc") or ""
            assert links == {tag: f"{place}?lang={tag}" for tag in TAGS} | {"x-default": place}
            pages.append(place)
    assert len(pages) == len(set(pages)) > 600
    assert f"{PUBLIC}/doc/guide/libri-practical-guide" in pages
    for page in [*pages[:25], *pages[25::100]]:
        assert client.get(page.removeprefix(PUBLIC), headers={"Accept": "text/html"}).status_code == 200, page
    assert client.get("/sitemap-99.xml").status_code == 404


def test_security_txt_names_who_answers_and_holds_for_a_while(
    client: FlaskClient, reached: Callable[[str], FlaskClient]
) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    text = reached("mailto:security@example.org").get("/.well-known/security.txt").text
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=90) < left < timedelta(days=366)
    assert fields["Canonical"] == f"{PUBLIC}/.well-known/security.txt"


def test_who_answers_is_an_address() -> None:
    with pytest.raises(SettingInvalid):
        read_settings({"LIBRI_CONTACT": "javascript:alert(1)"})


@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
def test_the_statements_name_who_answers_and_are_in_every_language(
    path: str, client: FlaskClient, reached: Callable[[str], FlaskClient]
) -> None:
    texts = {tag: client.get(f"{path}?lang={tag}").text.partition("<main")[2].partition("</main>")[0] for tag in TAGS}
    assert len(set(texts.values())) == len(TAGS)
    assert all('class="notice"' in text for text in texts.values())
    named = reached("mailto:help@example.org").get(path).text
    assert '<a href="mailto:help@example.org" dir="ltr">help@example.org</a>' in named
    assert f'href="{path}"' in client.get("/").text
