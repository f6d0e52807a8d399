"""History in PROV: chains of states that hold over pages, and tombstones that say when and by what."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple

from libri_graph.journal.departures import Gone
from libri_graph.journal.events import Kind
from libri_graph.journal.history import Step, Steps
from libri_graph.namespaces import GRAPHS, term
from libri_graph.publish import provenance

THING = "https://w3id.org/libri/id/guide/a"
DOCUMENT = "http://libri.example.org/doc/guide/a/history"
PLACES = provenance.Places("http://libri.example.org/")
TIME = "2026-11-28T10:00:00.000Z"


def step(sequence: int, change: int, graph: str = "one") -> Step:
    said = Triple(NamedNode(THING), term("skos:note"), Literal(f"note {sequence}"))
    return Step(sequence, TIME, "portal", change, GRAPHS + graph, THING, Kind.update, (said,), ())


def revisions(steps: Steps) -> set[tuple[str, str]]:
    found = provenance.of_thing(THING, DOCUMENT, steps, PLACES, {})
    chain = [t for t in found if t.predicate == term("prov:wasRevisionOf")]
    return {(str(t.subject).rpartition("#")[2][:-1], str(t.object).rpartition("#")[2][:-1]) for t in chain}


def test_the_oldest_state_of_a_page_revises_the_first_of_the_next_page() -> None:
    steps = Steps((step(9, 9), step(6, 7)), older=6, before=3)
    assert revisions(steps) == {("state-9", "state-7"), ("state-7", "state-3")}


def test_a_change_that_goes_on_over_the_page_revises_nothing_there() -> None:
    assert revisions(Steps((step(9, 9),), older=9, before=9)) == set()


def test_a_change_in_two_sources_makes_one_state_with_two_of_them() -> None:
    found = provenance.of_thing(
        THING, DOCUMENT, Steps((step(9, 9, "two"), step(8, 9, "one"))), PLACES, {9: "http://x/"}
    )
    state = NamedNode(f"{DOCUMENT}#state-9")
    sources = {t.object for t in found if t.subject == state and t.predicate == term("prov:hadPrimarySource")}
    assert sources == {NamedNode(f"{GRAPHS}one"), NamedNode(f"{GRAPHS}two")}
    assert Triple(state, term("rdfs:seeAlso"), NamedNode("http://x/")) in found
    assert revisions(Steps((step(9, 9, "two"), step(8, 9, "one")))) == set()


def test_a_name_of_an_actor_makes_an_iri_whatever_it_holds() -> None:
    assert PLACES.actor("a b/ā").value == "http://libri.example.org/changes#by-a%20b%2F%C4%81"


def test_a_tombstone_says_when_by_what_and_where_to_read_on() -> None:
    gone = Gone(THING, TIME, 9, "portal", ())
    found = provenance.tombstone(gone, DOCUMENT, ["http://x/"], PLACES)
    said = {(t.predicate, t.object) for t in found if t.subject == NamedNode(THING)}
    assert (term("prov:invalidatedAtTime"), Literal(TIME, datatype=term("xsd:dateTime"))) in said
    assert (term("prov:wasInvalidatedBy"), PLACES.change(9)) in said
    assert (term("rdfs:seeAlso"), NamedNode(DOCUMENT)) in said
    assert (term("dcterms:isReplacedBy"), NamedNode("http://x/")) in said
