"""No address goes from an answer to "never heard of it": what is gone is 410, what is merged is 308."""

from __future__ import annotations

import re

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat

from libri_graph.changes.writes import ReplaceGraph
from libri_graph.journal.events import Entry, Kind
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.namespaces import BASE, GRAPHS, term
from libri_graph.store.generations import Generations
from tests.server.lived import CAFE, Exchange, Lived, quad

pytestmark = pytest.mark.timeout(600)  # the first loads all of the real data
HTML = {"Accept": "text/html"}
PAGE = "/doc/practice/volunteer-language-cafe"
OTHER = f"{BASE}id/practice/books-on-the-return-trip"
ANSWERS = {200, 303, 308, 410}


def addresses(lived: Lived) -> list[str]:
    """Addresses of everything of ours that the view describes."""
    store = Generations(lived.house.data_dir).open_current()
    subjects = {quad.subject for quad in store.raw.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph())}
    ours = {s.value.partition("#")[0] for s in subjects if isinstance(s, NamedNode) and s.value.startswith(BASE)}
    paths = sorted(
        iri.removeprefix(BASE) for iri in ours if re.match("(id|concept|graph|ontology)/", iri.removeprefix(BASE))
    )
    return [f"/{path}" if path.startswith("id/") else f"/{path}.nt" for path in paths]


def test_no_iri_goes_from_an_answer_to_not_found(lived: Lived) -> None:
    known = addresses(lived)
    assert len(known) > 1500
    assert {lived.client.get(path).status_code for path in known[::20]} <= ANSWERS
    gone = [ReplaceGraph("portal", NamedNode(GRAPHS + name), exists=False) for name in ("links", "draft-translations")]
    lived.write(*gone, Exchange("portal", removed=[q for q in lived.said(CAFE) if q.graph_name != gone[1].graph]))
    after = {path: lived.client.get(path).status_code for path in known}
    assert {path: status for path, status in after.items() if status not in ANSWERS} == {}
    assert sum(status == 410 for status in after.values()) > 100
    for path in [path for path, status in after.items() if status == 303][::50]:
        assert lived.client.get(path, follow_redirects=True).status_code == 200


def test_a_gone_thing_leaves_a_page_a_graph_and_a_problem(lived: Lived) -> None:
    number = lived.remove(CAFE, "editor")
    readable = lived.client.get(f"{PAGE}?lang=lv", headers=HTML)
    assert readable.status_code == 410
    assert "Brīvprātīgo vadīts sarunu klubs" in readable.text
    assert f"{PAGE}/history" in readable.text
    assert readable.headers["Libri-Generation"] == str(number)
    graph = lived.client.get(f"{PAGE}.ttl")
    assert (graph.status_code, graph.content_type) == (410, "text/turtle; charset=utf-8")
    said = {quad.predicate for quad in pyoxigraph.parse(graph.data, format=RdfFormat.TURTLE)}
    assert {term("prov:invalidatedAtTime"), term("prov:wasInvalidatedBy")} <= said
    problem = lived.client.get(PAGE, headers={"Accept": "application/json"})
    assert (problem.status_code, problem.content_type) == (410, "application/problem+json")
    assert problem.get_json()["history"] == f"http://libri.example.org{PAGE}/history"
    assert problem.get_json()["change"] == number
    assert lived.client.get(PAGE).content_type == "application/problem+json"
    assert lived.client.get(PAGE.replace("/doc/", "/id/")).status_code == 410
    history = lived.client.get(f"{PAGE}/history", headers=HTML)
    assert history.status_code == 200
    assert "Nothing is said of it any more" in history.text


def test_gone_is_gone_in_whatever_form(lived: Lived) -> None:
    lived.remove(CAFE)
    for accept in ("image/png", "text/turtle", "text/html", "*/*"):
        tag = lived.client.get(PAGE, headers={"Accept": accept}).headers["ETag"]
        for path in (PAGE, PAGE.replace("/doc/", "/id/")):
            assert lived.client.get(path, headers={"Accept": accept, "If-None-Match": tag}).status_code == 410


def test_what_only_large_payloads_brought_and_took_is_gone(lived: Lived) -> None:
    graph, iri = f"{GRAPHS}libri", f"{BASE}id/practice/of-the-register"
    payloads, label = Payloads(lived.house.data_dir), "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    with Journal.open(lived.house.data_dir) as journal:
        for name in (iri, iri + "-2"):
            checksum = payloads.keep([f'<{name}> {label} "Read aloud"@en .\n'.encode()])
            number = journal.append([("import", [Entry(graph, "", Kind.update, file=checksum)])])
    response = lived.client.get("/doc/practice/of-the-register", headers={"Accept": "application/json"})
    assert (response.status_code, response.get_json()["change"]) == (410, number)
    assert lived.client.get("/doc/practice/of-the-register-3").status_code == 404
    history = lived.client.get("/doc/practice/of-the-register/history", headers=HTML)
    assert (history.status_code, history.text.count('class="change"')) == (200, 2)
    assert "Read aloud" in history.text.partition("</h1>")[0]


def test_what_comes_back_is_there_again(lived: Lived) -> None:
    lived.remove(CAFE)
    lived.say((CAFE, "skos:note", Literal("Back", language="en")))
    assert lived.client.get(f"{PAGE}.nt").status_code == 200


def test_an_older_state_still_has_what_is_gone_today(lived: Lived) -> None:
    before = lived.rename(CAFE, "Kept")
    gone = lived.remove(CAFE)
    assert lived.client.get(f"{PAGE}.nt?generation={before}").status_code == 200
    assert lived.client.get(f"{PAGE}.nt?generation={gone}").status_code == 410


def test_what_is_not_there_yet_is_not_gone(lived: Lived) -> None:
    before = lived.rename(CAFE, "First")
    lived.say((f"{BASE}id/guide/new", "skos:note", Literal("New", language="en")))
    lived.remove(f"{BASE}id/guide/new")
    assert lived.client.get(f"/doc/guide/new.nt?generation={before}").status_code == 404
    assert lived.client.get("/doc/guide/new.nt").status_code == 410


def merge(lived: Lived, iri: str, *successors: str) -> None:
    said = [quad(iri, "dcterms:isReplacedBy", successor) for successor in successors]
    lived.write(Exchange("portal", said, lived.said(iri)))


def test_a_merged_thing_sends_on_with_its_form_and_its_language(lived: Lived) -> None:
    merge(lived, CAFE, OTHER)
    for path, place in [
        (f"{PAGE}?lang=lv", "/doc/practice/books-on-the-return-trip?lang=lv"),
        (f"{PAGE}.ttl", "/doc/practice/books-on-the-return-trip.ttl"),
        (PAGE.replace("/doc/", "/id/"), "/id/practice/books-on-the-return-trip"),
    ]:
        response = lived.client.get(path)
        assert (response.status_code, response.headers["Location"]) == (308, place)
    assert lived.client.get(f"{PAGE}/history", headers=HTML).status_code == 200


def test_a_thing_split_into_two_is_gone_and_names_both(lived: Lived) -> None:
    merge(lived, CAFE, OTHER, f"{BASE}id/practice/cafe-through-the-summer")
    response = lived.client.get(PAGE)
    assert response.status_code == 410
    assert len(response.get_json()["successors"]) == 2


def test_things_merged_into_each_other_send_nobody_in_circles(lived: Lived) -> None:
    merge(lived, CAFE, OTHER)
    merge(lived, OTHER, CAFE)
    assert lived.client.get(PAGE).status_code == 410


def test_what_is_replaced_and_still_described_keeps_its_page(lived: Lived) -> None:
    lived.say((CAFE, "dcterms:isReplacedBy", OTHER))
    assert lived.client.get(f"{PAGE}.nt").status_code == 200
