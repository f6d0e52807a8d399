"""Where addresses lie."""

from __future__ import annotations

import pytest
from flask import Flask

from libri_graph.settings import Settings
from server.freezing import workers
from server.freezing.links import Links
from server.freezing.places import Layout

pytestmark = pytest.mark.timeout(600)
PUBLIC = "https://example.org/libri/"


@pytest.fixture(scope="module")
def app(small: Settings) -> Flask:
    return workers.site(small, PUBLIC)


@pytest.fixture
def layout(app: Flask) -> Layout:
    return Layout(app, 7, ("en", "lv"), {"/void": "ttl"})


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("/", "lv/"),
        ("/doc/guide/a", "lv/doc/guide/a/"),
        ("/doc/guide/a?lang=en", "doc/guide/a/"),
        ("/doc/guide/a?lang=fr", "doc/guide/a/"),
        ("/doc/guide/a.ttl", "doc/guide/a.ttl"),
        ("/doc/guide/a?generation=7", "lv/doc/guide/a/"),
        ("/doc/guide/a?generation=5", "lv/edition/#past"),
        ("/doc/guide/a#part", "lv/doc/guide/a/#part"),
        ("/id/guide/a", "id/guide/a/"),
        ("/initiatives?page=2", "lv/initiatives/page/2/"),
        ("/initiatives?page=1", "lv/initiatives/"),
        ("/initiatives?country=LVA&page=2", "lv/initiatives/?country=LVA&page=2"),
        ("/search?q=fika", "lv/search/?q=fika"),
        ("/map.geojson?country=LVA", "map.geojson"),
        ("/resource?iri=http%3A%2F%2Fexample.org%2F", "lv/resource/iri/e65a9ce3c2d6d4d3/"),
        ("/void", "void.ttl"),
        ("/api/guides/a?view=card", "api/guides/a/view/card.json"),
        ("/api/guides.geojson?cursor=b", "api/guides/cursor/b.geojson"),
        ("/changes.ttl?before=5", "changes/before/5.ttl"),
        ("/graphs?default", "lv/edition/#live"),
        ("/suggest?q=a", "lv/edition/#live"),
        ("/static/site.css", "static/site.css"),
        (PUBLIC + "doc/guide/a", "doc/guide/a/"),
        (PUBLIC + "doc/guide/a?lang=lv", "lv/doc/guide/a/"),
    ],
)
def test_an_address_in_a_latvian_page_leads_to_its_file(layout: Layout, address: str, link: str) -> None:
    found = layout.target(address, "lv")
    assert found is not None
    if "/resource/iri/" in link:
        assert found.link.startswith("lv/resource/iri/")
        assert len(found.link) == len(link)
    else:
        assert found.link == link


@pytest.mark.parametrize("address", ["https://example.com/", "//example.com/", "mailto:a@b.c", "#here", "page"])
def test_what_leaves_the_site_is_left_alone(layout: Layout, address: str) -> None:
    assert layout.target(address, "lv") is None


def test_links_of_a_page_become_relative_and_nothing_else_changes(layout: Layout) -> None:
    links = Links(layout, "lv/doc/guide/a/index.html", "lv")
    text = links.page(
        '<a href="/guides?lang=lv&amp;need=x" title="&#34;href=">a &quot;href</a>'
        '<link rel="canonical" href="https://example.org/libri/doc/guide/a?lang=lv">'
        '<script type="application/ld+json">{"url":"https://example.org/libri/doc/guide/a?lang=lv","href":"/x"}</script>'
        '<form action="/search"><input type="hidden" name="lang" value="lv"></form>'
        '<script type="module" src="/static/build/suggest.js" data-suggest-words="{}"></script>'
    )
    assert text == (
        '<a href="../../../../lv/guides/?need=x" title="&#34;href=">a &quot;href</a>'
        '<link rel="canonical" href="https://example.org/libri/lv/doc/guide/a/">'
        '<script type="application/ld+json">{"url":"https://example.org/libri/lv/doc/guide/a/","href":"/x"}</script>'
        '<form action="../../../../lv/search/"></form>'
    )
