"""The vocabulary and the rules can be read: each term where its IRI leads, with its fields and its map."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad

from libri_graph.languages import TAGS
from libri_graph.namespaces import BASE, LIBRI, term
from libri_graph.store.embedded import EmbeddedStore
from tests.server.lived import Exchange, Lived

HTML = {"Accept": "text/html"}


def page(client: FlaskClient, address: str) -> str:
    response = client.get(address, headers=HTML)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_every_term_stands_where_its_iri_leads(client: FlaskClient, store: EmbeddedStore) -> None:
    terms = {row["term"] for row in store.select("completion/terms")}
    ours = {str(term.value).removeprefix(LIBRI) for term in terms if str(term.value).startswith(LIBRI)}
    assert len(ours) > 50
    ids = re.findall(r'id="([^"]+)"', page(client, "/ontology"))
    assert ours <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", TAGS)
def test_the_map_is_drawn_in_the_readers_language_with_a_table_beside_it(language: str, client: FlaskClient) -> None:
    text = page(client, f"/ontology?lang={language}")
    drawn = re.search(r'<svg class="model".*?</svg>', text, re.DOTALL)
    assert drawn
    assert drawn[0].count("<rect") == 10
    assert "lang=" not in drawn[0]
    assert re.search(r'<details class="twin">.*?<table>', text, re.DOTALL)
    assert "style=" not in text


def test_boxes_lead_to_sections_of_the_same_page(client: FlaskClient) -> None:
    text = page(client, "/ontology")
    drawn = re.search(r'<svg class="model".*?</svg>', text, re.DOTALL)
    assert drawn
    for place in re.findall(r'href="#([^"]+)"', drawn[0]):
        assert f'id="{place}"' in text


def test_a_class_shows_which_fields_it_must_have(client: FlaskClient) -> None:
    text = page(client, "/ontology/practices")
    section = text.split('id="Practice"')[1].split("</section>")[0]
    assert re.search(r'href="/ontology#methodDescription".*?class="demand must"', section, re.DOTALL)
    assert "schema:HowTo" in section


def test_a_module_shows_its_own_terms_only(client: FlaskClient) -> None:
    text = page(client, "/ontology/practices")
    assert 'id="transferability"' in text
    assert 'id="Guide"' not in text
    assert "<svg class=" not in text


def test_a_module_without_terms_says_so(client: FlaskClient) -> None:
    assert "defines no words of its own" in page(client, "/ontology/alignments?lang=en")


def test_a_module_that_is_none_is_not_found(client: FlaskClient) -> None:
    assert client.get("/ontology/nothing", headers=HTML).status_code == 404


@pytest.mark.parametrize("address", ["/ontology.ttl", "/ontology/practices.jsonld"])
def test_the_same_can_be_had_as_data(address: str, client: FlaskClient) -> None:
    assert client.get(address).status_code == 200


def test_the_rules_stand_by_how_strict_they_are(client: FlaskClient) -> None:
    section = page(client, "/shapes?lang=en").split('id="Practice"')[1].split("</section>")[0]
    assert section.index("It must say") < section.index("It may say")
    assert section.index("It must say") < section.index("methodDescription") < section.index("It may say")


def test_the_project_page_shows_what_each_source_says(client: FlaskClient) -> None:
    text = page(client, "/doc/project/libri?lang=en")
    end = text.split('id="project-end"')[1].split("</section>")[0]
    assert "kis.gov.lv" in end
    assert "toutvabienlejournal.org" in end
    assert "5 October 2025" in end
    assert "no date given" in end
    assert "What we make of it" in end


def test_partners_stand_by_role_the_coordinator_first(client: FlaskClient) -> None:
    text = page(client, "/doc/project/libri?lang=en")
    assert text.index("partner-roles/coordinator") < text.index("partner-roles/participating-library")
    assert text.count('class="role"') > 3


def test_a_grade_says_what_it_means(client: FlaskClient) -> None:
    text = page(client, "/doc/practice/volunteer-language-cafe?lang=en")
    assert re.search(r"evidence-grades/[a-d]\">.</a>\s*<span class=\"quiet\">[^<]*<span>\S", text) or re.search(
        r"evidence-grades/[a-d][^>]*>.*?</a>\s*<span class=\"quiet\">\S", text, re.DOTALL
    )


def test_a_place_stands_on_a_map_with_what_is_near(client: FlaskClient) -> None:
    text = page(client, "/doc/place/ogre-lv?lang=en")
    assert 'class="locator"' in text
    assert "Initiatives near here" in text
    assert " km" in text


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/ontology/0.1.0", "/ontology"),
        ("/ontology/core/0.1.0?lang=lv", "/ontology/core?lang=lv"),
        ("/shapes/0.1.0", "/shapes"),
        ("/shapes/quality/core/0.1.0", "/shapes"),
        ("/graph/ontology", "/ontology"),
        ("/graph/shapes", "/shapes"),
        ("/graph/shapes.ttl", "/shapes.ttl"),
    ],
)
def test_versions_and_graphs_that_the_data_name_lead_to_what_they_are_of(
    client: FlaskClient, address: str, place: str
) -> None:
    sent = client.get(address)
    assert (sent.status_code, sent.headers["Location"]) == (303, place)
    assert client.get(place, headers=HTML).status_code == 200
    for unknown in ("/ontology/core/9.9.9", "/ontology/9.9.9", "/shapes/9.9.9", "/shapes/quality"):
        assert client.get(unknown, headers=HTML).status_code == 404


def test_a_version_of_before_leads_to_the_last_generation_that_has_it(lived: Lived) -> None:
    before = lived.current.generations.current_number()
    was, now = (NamedNode(f"{BASE}ontology/core/{number}") for number in ("0.1.0", "0.2.0"))
    old = list(lived.current.get().quads(None, term("owl:versionIRI"), was))
    assert len(old) == 1
    lived.write(Exchange("editor", [Quad(old[0].subject, old[0].predicate, now, old[0].graph_name)], old))
    assert lived.client.get("/ontology/core/0.2.0").headers["Location"] == "/ontology/core"
    sent = lived.client.get("/ontology/core/0.1.0?lang=lv")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/ontology/core?lang=lv&generation={before}")
    shown = lived.client.get(f"/ontology/core.nt?generation={before}")
    assert (shown.status_code, was.value in shown.text, now.value in shown.text) == (200, True, False)
    assert lived.client.get(f"/ontology/core/0.2.0?generation={before}", headers=HTML).status_code == 404
