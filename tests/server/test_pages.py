"""Every page answers in the reader's language, whole and without surprises."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from libri_graph.languages import TAGS
from libri_graph.store.embedded import EmbeddedStore

HTML = {"Accept": "text/html"}
PAGES = [
    "/",
    "/initiatives",
    "/initiatives?page=3",
    "/initiatives?country=http://publications.europa.eu/resource/authority/country/LVA",
    "/organisations",
    "/guides",
    "/practices",
    "/strategies",
    "/events",
    "/contradictions",
    "/doc/initiative/stavanger-sprakkafe",
    "/doc/initiative/ogre-libri-partnership",
    "/doc/practice/volunteer-language-cafe",
    "/doc/organisation/bsf",
    "/doc/organisation/riga-central-library",
    "/doc/guide/libri-practical-guide",
    "/doc/strategy/zaragoza-declaration",
    "/doc/event/lv-opening-2024",
    "/doc/place/ogre-lv",
    "/doc/project/libri",
    "/doc/platform/e-panema",
    "/doc/contradiction/project-end",
    "/doc/claim/project-end-1",
    "/doc/observation/ogre-ukrainian-bookshelf-books",
    "/doc/membership/libri-bsf",
    "/doc/mapping/bsf-ror",
    "/ontology",
    "/ontology/practices",
    "/shapes",
    "/concept/service-types",
    "/concept/service-types/language-cafe",
    "/graph/libri",
    "/graph/draft-translations",
    "/country/LVA",
    "/resource?iri=http://publications.europa.eu/resource/authority/language/LAV",
    "/sparql",
    "/dumps/",
]


@pytest.mark.parametrize("language", ["en", "lv", "ar"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers(address: str, language: str, client: FlaskClient) -> None:
    joined = "&" if "?" in address else "?"
    response = client.get(f"{address}{joined}lang={language}", headers=HTML)
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert f'<html lang="{language}"' in text
    assert "_:" not in re.sub(r"<textarea.*?</textarea>", "", text, flags=re.DOTALL)
    assert text.count("<h1") == 1


@pytest.mark.parametrize(
    ("language", "names"), [("en", ("Country", "Since")), ("lv", ("Valsts", "Kopš")), ("ar", ("البلد", "منذ"))]
)
def test_what_is_chosen_names_its_facet(language: str, names: tuple[str, str], client: FlaskClient) -> None:
    text = client.get(f"/initiatives?country=LVA&from=2019&lang={language}", headers=HTML).get_data(as_text=True)
    chips = re.findall(r'<a class="chip removable".*?</a>', text)
    assert [re.findall(r'<span class="of">(.*?)</span>', chip) for chip in chips] == [[name] for name in names]


@pytest.mark.parametrize("language", TAGS)
def test_the_language_cafe_reads_whole_in_every_language(language: str, client: FlaskClient) -> None:
    text = client.get(f"/doc/practice/volunteer-language-cafe?lang={language}", headers=HTML).get_data(as_text=True)
    said = text.partition("<main")[2].partition("<aside")[0]
    assert not re.search(r'<(?:p|h1)[^>]*\blang="', said), "nothing in it is in another language"
    assert ('dir="rtl"' in text.split("<body")[0]) == (language == "ar")


def test_the_data_say_in_which_languages_a_machine_translated(client: FlaskClient) -> None:
    text = client.get("/doc/practice/volunteer-language-cafe.ttl").get_data(as_text=True)
    assert "libri:draftTranslationIn" in text
    assert "machine" in client.get("/accessibility?lang=en", headers=HTML).get_data(as_text=True)


def test_a_title_in_another_language_says_which(client: FlaskClient) -> None:
    text = client.get("/doc/initiative/stavanger-sprakkafe?lang=lv", headers=HTML).get_data(as_text=True)
    assert re.search(r'<h1 lang="nb" dir="ltr">Språkkafé Stavanger', text)


def test_classification_is_marked_as_ours(client: FlaskClient) -> None:
    text = client.get("/doc/initiative/stavanger-sprakkafe", headers=HTML).get_data(as_text=True)
    assert "our own reading" in text
    assert "/graph/classification" in text


def test_practices_that_cite_an_initiative_stand_on_its_page(client: FlaskClient) -> None:
    text = client.get("/doc/initiative/stavanger-sprakkafe", headers=HTML).get_data(as_text=True)
    assert "/doc/practice/volunteer-language-cafe" in text


def test_what_names_a_record_is_paged(client: FlaskClient) -> None:
    address = "/naming?iri=http://publications.europa.eu/resource/authority/country/LVA&by=libri:country"
    first = client.get(address, headers=HTML).get_data(as_text=True)
    second = client.get(f"{address}&page=2", headers=HTML).get_data(as_text=True)
    assert first.count('class="card"') == 24
    assert first != second
    place = "http://libri.example.org/naming?iri=http%3A%2F%2Fpublications.europa.eu%2Fresource%2Fauthority%2Fcountry"
    assert f'rel="canonical" href="{place}%2FLVA&amp;by=libri%3Acountry&amp;page=2"' in second
    assert f'hreflang="lv" href="{place}%2FLVA&amp;by=libri%3Acountry&amp;page=2&amp;lang=lv"' in second


def test_home_leads_programs_to_the_description_of_the_data(client: FlaskClient) -> None:
    page = client.get("/", headers=HTML)
    assert '</void>; rel="describedby"; type="text/turtle"' in page.headers.getlist("Link")
    assert '</api/openapi.json>; rel="service-desc"; type="application/json"' in page.headers.getlist("Link")
    assert page.headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    for accept in ("text/turtle", "application/n-quads,application/ld+json;q=0.9,text/html;q=0.2"):
        sent = client.get("/", headers={"Accept": accept})
        assert (sent.status_code, sent.headers["Location"], sent.headers["Vary"]) == (303, "/void", "Accept")
    for accept in ("*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "image/png", ""):
        assert client.get("/", headers={"Accept": accept}).mimetype == "text/html"


def test_each_source_has_its_say_in_a_contradiction(client: FlaskClient) -> None:
    text = client.get("/doc/contradiction/project-end", headers=HTML).get_data(as_text=True)
    assert "May 2026" in text
    assert "April 2026" in text


def test_no_page_names_another_host_than_its_own_but_in_links(client: FlaskClient) -> None:
    for address in PAGES:
        text = client.get(address, headers=HTML).get_data(as_text=True)
        loaded = re.findall(r'<(?:script|img|iframe)[^>]+src="([^"]+)"|<link rel="stylesheet" href="([^"]+)"', text)
        assert all(address.startswith("/static/") for pair in loaded for address in pair if address)


def test_a_page_makes_as_many_queries_for_a_large_country_as_for_a_small_one(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    select = EmbeddedStore.select

    def counting(self: EmbeddedStore, name: str, /, *args: object, **values: object) -> object:
        asked.append(name)
        return select(self, name, *args, **values)

    monkeypatch.setattr(EmbeddedStore, "select", counting)
    numbers = []
    for code in ("POL", "MLT"):
        asked.clear()
        assert client.get(f"/country/{code}", headers=HTML).status_code == 200
        numbers.append(len(asked))
    assert max(numbers) <= 15
    asked.clear()
    client.get("/initiatives", headers=HTML)
    assert len(asked) <= 5


def test_an_example_is_answered_on_the_query_page(client: FlaskClient) -> None:
    query = "SELECT ?s { ?s a <https://w3id.org/libri/ontology#Project> }"
    text = client.get("/sparql", query_string={"query": query}, headers=HTML).get_data(as_text=True)
    assert 'href="/doc/project/libri"' in text


def test_the_query_page_has_all_questions_for_each_group(client: FlaskClient) -> None:
    text = client.get("/sparql?lang=lv", headers=HTML).get_data(as_text=True)
    assert text.count("/sparql?query=") >= 25
