"""Pages about changes tell who, when, from which source and what, in the reader's language, page by page."""

from __future__ import annotations

import re
from dataclasses import replace

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat

from libri_graph.changes import wholes
from libri_graph.journal.events import Entry, Kind
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.versions import Verdict, Version
from libri_graph.languages import TAGS
from libri_graph.namespaces import BASE, GRAPHS
from libri_graph.store.embedded import EmbeddedStore
from libri_graph.store.generations import Generations
from server.negotiation import SUFFIXES
from tests.server.lived import CAFE, Exchange, Lived, quad

pytestmark = pytest.mark.timeout(600)  # the first loads all of the real data
HTML = {"Accept": "text/html"}
HISTORY = "/doc/practice/volunteer-language-cafe/history"
PROV = "http://www.w3.org/ns/prov#"


def page(lived: Lived, address: str) -> str:
    response = lived.client.get(address, headers=HTML)
    assert response.status_code == 200, address
    return response.get_data(as_text=True)


def test_a_change_is_told_with_who_when_from_which_source_and_word_by_word(lived: Lived) -> None:
    number = lived.rename(CAFE, "Volunteer-led language café and library")
    text = page(lived, HISTORY)
    first = text.split('class="change"')[1]
    assert f'id="state-{number}"' in first
    assert "portal" in first
    assert "/graph/libri" in first
    assert "<ins> and library</ins>" in first
    assert f"/doc/practice/volunteer-language-cafe?generation={number}" in first
    assert "Before the change" in first


def test_a_version_that_waits_in_review_is_shown_beside_what_is_served(lived: Lived) -> None:
    lived.rename(CAFE, "Language café of today")
    graph, store = NamedNode(f"{GRAPHS}libri"), Generations(lived.house.data_dir).open_current().raw
    said = store.quads_for_pattern(NamedNode(CAFE), None, None, graph)
    lines = "".join(f"{q.triple} .\n" for q in said).replace("café of today", "café of the file")
    version = Version(graph.value, CAFE, lines, Verdict.waits, "import")
    with Journal.open(lived.house.data_dir) as journal:
        journal.append([], versions=[version])
    waiting = page(lived, HISTORY).split('class="change')[1]
    assert "Waits in review" in waiting
    assert "In the file" in waiting
    assert waiting.count("<tr>") == 2
    assert re.sub("<[^>]+>", "", waiting).count("café of the file") == 1
    with Journal.open(lived.house.data_dir) as journal:
        journal.append([], versions=[replace(version, verdict=Verdict.served, actor="review")])
    assert "Waits in review" not in page(lived, HISTORY)


def test_a_decision_without_a_change_of_the_data_is_no_304(lived: Lived) -> None:
    graph = f"{GRAPHS}libri"
    known: dict[str, str] = {}
    for verdict in (None, Verdict.waits, Verdict.served):
        if verdict is not None:
            with Journal.open(lived.house.data_dir) as journal:
                journal.append([], versions=[Version(graph, CAFE, "", verdict, "review")])
        fresh = lived.client.get(HISTORY, headers={**HTML, **known})
        assert fresh.status_code == 200, "the data are what they were, and the page is not"
        known = {"If-None-Match": fresh.headers["ETag"]}
        assert lived.client.get(HISTORY, headers={**HTML, **known}).status_code == 304
    assert lived.client.get(HISTORY, headers={**HTML, "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}).data


def test_a_source_that_was_replaced_as_a_whole_tells_what_that_changed_if_it_is_known(lived: Lived) -> None:
    lived.rename(CAFE, "Language café of today")
    graph, store = NamedNode(f"{GRAPHS}libri"), Generations(lived.house.data_dir).open_current().raw
    said = [f"{q.triple} .\n" for q in store.quads_for_pattern(NamedNode(CAFE), None, None, graph)]
    payloads = Payloads(lived.house.data_dir)
    checksum = payloads.keep(line.replace("café of today", "café of the register").encode() for line in said)
    with Journal.open(lived.house.data_dir) as journal:
        for file in (checksum, "0" * 64):
            journal.append([("import", [Entry(graph.value, "", Kind.update, file=file)])])
    back, replaced = page(lived, HISTORY).split('class="change"')[1:3]
    assert "(the source as a whole)" in replaced
    assert re.sub("<[^>]+>", "", replaced).count("café of the register") == 1
    assert re.sub("<[^>]+>", "", back).count("café of the register") == 1
    assert f"{CAFE.removeprefix(BASE)}" in lived.client.get(f"{HISTORY}.nt").text
    payloads.path(checksum).unlink()
    wholes._read.cache_clear()
    assert page(lived, HISTORY).count("whether that changed anything here is not known") == 2


@pytest.mark.parametrize("language", TAGS)
def test_every_language_has_its_words_and_its_dates(language: str, lived: Lived) -> None:
    for address in (HISTORY, "/changes", "/change/1"):
        address = address if address != "/change/1" else f"/change/{first_change(lived)}"
        text = page(lived, f"{address}?lang={language}")
        assert f'<html lang="{language}"' in text
        assert text.count("<h1") == 1
        assert "_:" not in text
        assert ("Latest" in text or "What changed" in text or "Who changed it" in text) == (language == "en")


def first_change(lived: Lived) -> int:
    found = lived.client.get("/changes.nt").get_data(as_text=True)
    return min(
        int(line.partition("/change/")[2].partition(">")[0]) for line in found.splitlines() if "/change/" in line
    )


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix not in ("html", "jsonld")])
def test_every_form_of_rdf_says_the_same_in_prov(suffix: str, lived: Lived) -> None:
    number = lived.rename(CAFE, "Other")
    response = lived.client.get(f"{HISTORY}.{suffix}")
    assert response.status_code == 200
    found = {
        quad.triple for quad in pyoxigraph.parse(response.data, format=RdfFormat.from_media_type(SUFFIXES[suffix]))
    }
    assert found == {
        quad.triple for quad in pyoxigraph.parse(lived.client.get(f"{HISTORY}.nt").data, format=RdfFormat.N_TRIPLES)
    }
    place = f"http://libri.example.org{HISTORY}#state-"
    said = {(t.subject.value, t.predicate.value.removeprefix(PROV), t.object.value) for t in found}
    change = f"http://libri.example.org/change/{number}"
    assert (f"{place}{number}", "wasRevisionOf", f"{place}{number - 1}") in said
    assert (f"{place}{number}", "wasGeneratedBy", change) in said
    assert (f"{place}{number}", "hadPrimarySource", f"{GRAPHS}libri") in said
    assert (f"{place}{number}", "specializationOf", CAFE) in said
    assert (change, "wasAssociatedWith", "http://libri.example.org/changes#by-portal") in said
    differences = [value for _, name, value in said if name == "value"]
    assert any('"Other"@en' in value and value.startswith("D ") for value in differences)


def test_a_long_history_is_read_page_by_page_and_each_event_once(lived: Lived) -> None:
    notes = [Literal(f"Note {number}", language="en") for number in range(23)]
    lived.write(*(Exchange("portal", [quad(CAFE, "skos:note", note)]) for note in notes))
    first = lived.client.get(f"{HISTORY}.nt")
    following = (
        next(link for link in first.headers.getlist("Link") if 'rel="next"' in link).partition("<")[2].partition(">")[0]
    )
    second = lived.client.get(following)
    events = [body.count("dc/terms/subject>") for body in (first.text, second.text)]
    assert events[0] == 20
    assert sum(events) == 23 + 3
    assert not any('rel="next"' in link for link in second.headers.getlist("Link"))
    assert "before=" in page(lived, HISTORY)
    assert lived.client.get(f"{HISTORY}?before=1", headers=HTML).status_code == 404


def test_history_of_anything_that_is_described_or_was(lived: Lived) -> None:
    for iri in (f"{BASE}concept/service-types/language-cafe", f"{BASE}ontology/practices", f"{GRAPHS}libri"):
        assert page(lived, f"/history?iri={iri}").count('class="change"') >= 1
    assert lived.client.get(f"/history?iri={BASE}id/guide/never", headers=HTML).status_code == 404
    assert lived.client.get("/history?iri=javascript:1", headers=HTML).status_code == 400
    assert lived.client.get(f"/history?iri={CAFE}&format=ttl").content_type == "text/turtle; charset=utf-8"


def test_changes_name_sources_counts_and_the_first_entities(lived: Lived) -> None:
    number = lived.rename(CAFE, "Other")
    text = page(lived, "/changes")
    assert text.index(f"/change/{number}") < text.index(f"/change/{number - 1}")
    latest = text.split('class="change"')[1]
    assert "/doc/practice/volunteer-language-cafe" in latest
    assert "/graph/libri" in latest
    assert lived.client.get("/changes.jsonld").get_json()["@graph"]
    rest = page(lived, f"/changes?before={number}")
    assert f"/change/{number}" not in rest.split("<main")[1]


@pytest.mark.parametrize(("language", "names"), [("en", ("Vocabulary", "Rules")), ("uk", ("Словник", "Правила"))])
def test_the_vocabulary_and_the_rules_are_sources_by_their_names(
    lived: Lived, language: str, names: tuple[str, ...]
) -> None:
    text = page(lived, f"/change/{first_change(lived)}?lang={language}")
    for slug, name in zip(("ontology", "shapes"), names, strict=True):
        assert f'/graph/{slug}?lang={language}">{name}</a>' in text
    page_of_one = page(lived, f"/history?iri={BASE}ontology/practices&lang={language}")
    assert f'/graph/ontology?lang={language}">{names[0]}</a>' in page_of_one


def test_a_large_change_is_shown_page_by_page(lived: Lived) -> None:
    number = first_change(lived)
    read: list[int] = []
    address: str | None = f"/change/{number}?after={number - 150}"
    while address:
        text = page(lived, address)
        read.append(text.count('class="happened'))
        address = f"/change/{number}?after={number - 50}" if "after=" in text and len(read) == 1 else None
    assert read == [100, 50]


@pytest.mark.parametrize("argument", ["x", "-1", "0", "9" * 30, "1;2", "٣"])
def test_a_place_in_the_journal_is_a_number(argument: str, lived: Lived) -> None:
    for address in (f"{HISTORY}?before={argument}", f"/changes?before={argument}", f"/change/1?after={argument}"):
        assert lived.client.get(address).status_code in (400, 404)


def test_a_page_makes_as_many_queries_for_much_as_for_little(lived: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    select = EmbeddedStore.select

    def counting(self: EmbeddedStore, name: str, /, *args: object, **values: object) -> object:
        asked.append(name)
        return select(self, name, *args, **values)

    monkeypatch.setattr(EmbeddedStore, "select", counting)
    numbers = []
    for _ in range(2):
        asked.clear()
        page(lived, HISTORY)
        numbers.append(len(asked))
        notes = [Literal(f"Note {number}", language="en") for number in range(5)]
        lived.write(*(Exchange("portal", [quad(CAFE, "skos:note", note)]) for note in notes))
    assert numbers == [2, 2]
    asked.clear()
    page(lived, "/changes")
    assert len(asked) == 1


def test_what_somebody_writes_cannot_become_markup(lived: Lived) -> None:
    bad = Literal("<script>alert(1)</script>", language="en")
    lived.say((CAFE, "skos:note", bad), actor='<img src="x">')
    for address in (HISTORY, "/changes"):
        text = page(lived, address)
        assert "<script>alert" not in text
        assert "<img" not in text
