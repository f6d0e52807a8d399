"""The frame of every page: one address for each language, the reader's choice kept, and data for machines."""

from __future__ import annotations

import gzip
import json
import re

from flask.testing import FlaskClient

HTML = {"Accept": "text/html"}
PRACTICE = "/doc/practice/volunteer-language-cafe"


def page(client: FlaskClient, address: str) -> str:
    return client.get(address, headers=HTML).get_data(as_text=True)


def test_a_chosen_language_goes_along_every_link_of_the_site(client: FlaskClient) -> None:
    for address in ("/", "/practices", PRACTICE):
        text = page(client, f"{address}?lang=lv")
        inner = re.findall(r'<a [^>]*href="(/[^"]*)"', text)
        kept = [
            link for link in inner if "lang=" not in link and not re.search(r"\.(ttl|nt|rdf|jsonld|trig)$|^/void", link)
        ]
        assert kept == []


def test_without_a_choice_no_link_names_a_language(client: FlaskClient) -> None:
    text = page(client, PRACTICE)
    inner = re.findall(r'<a [^>]*href="(/[^"]*)"', text.split("<main")[1])
    assert [link for link in inner if "lang=" in link] == []


def test_the_canonical_address_is_that_of_the_language_and_knows_the_others(client: FlaskClient) -> None:
    text = page(client, f"{PRACTICE}?lang=ar")
    assert f'<link rel="canonical" href="http://libri.example.org{PRACTICE}?lang=ar">' in text
    assert text.count('rel="alternate" hreflang="') == 10


def test_where_a_record_stands_is_told_by_its_list_and_country(client: FlaskClient) -> None:
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', page(client, "/doc/initiative/stavanger-sprakkafe"), re.DOTALL)
    assert crumbs
    assert re.findall(r'href="([^"]+)"', crumbs[0]) == ["/", "/initiatives", "/country/NOR"]


def test_a_practice_shows_where_it_has_been_done(client: FlaskClient) -> None:
    text = page(client, PRACTICE)
    assert "Språkkafé Stavanger" in text
    where = re.sub(r"<[^>]+>|\s+", " ", text)
    assert "Stavanger , Norway · 2014" in re.sub(r" +", " ", where)


def test_a_page_speaks_schema_org_in_its_own_language(client: FlaskClient) -> None:
    blocks = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', page(client, f"{PRACTICE}?lang=lv"), re.DOTALL
    )
    found = [json.loads(block) for block in blocks]
    how_to = next(block for block in found if block.get("@type") == "HowTo")
    assert how_to["name"] == "Brīvprātīgo vadīts sarunu klubs"


def test_search_stands_on_every_page_and_keeps_the_language(client: FlaskClient) -> None:
    text = page(client, f"{PRACTICE}?lang=pl")
    form = re.search(r'<form class="find" role="search" action="/search">.*?</form>', text, re.DOTALL)
    assert form
    assert '<input type="hidden" name="lang" value="pl">' in form[0]


def test_a_page_is_packed_for_those_who_take_it_and_known_again(client: FlaskClient) -> None:
    plain = client.get("/practices", headers=HTML)
    packed = client.get("/practices", headers={**HTML, "Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = {**HTML, "Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert client.get("/practices", headers=again).status_code == 304
