"""What sources say against each other stands side by side, and no one's claim is lost."""

from __future__ import annotations

import io

import pyoxigraph

from libri_graph.catalogue.contradictions import about, one
from libri_graph.store.embedded import EmbeddedStore

BASE = "https://example.org/"
PREFIXES = f"""@prefix : <{BASE}> . @prefix libri: <https://w3id.org/libri/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
"""
END = """:end a libri:Contradiction ; schema:about :project ; skos:prefLabel "End"@en , "Beigas"@lv ;
  libri:advice "Keep May."@en .
:a a libri:Claim ; dcterms:isPartOf :end ; libri:statedValue "May"@en ; dcterms:source <https://one.example/x> ;
  libri:evidenceGrade :b .
:c a libri:Claim ; dcterms:isPartOf :end ; libri:statedValue "April"@en ; dcterms:date "2025" ;
  dcterms:source <https://two.example/> , <https://three.example/> .
:b skos:prefLabel "B"@en .
"""
OTHER = ':other a libri:Contradiction ; schema:about :town ; skos:prefLabel "Other"@en .'


def store_of(text: str) -> EmbeddedStore:
    data = io.BytesIO((PREFIXES + text).encode())
    return EmbeddedStore.in_memory(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.TURTLE), 1)


def test_each_claim_stands_with_its_sources_and_its_date() -> None:
    (found,) = about(store_of(END + OTHER), BASE + "project", ("lv", "en"))
    assert (found.thing.label.text, found.advice and found.advice.text) == ("Beigas", "Keep May.")
    told = {
        claim.text.text: (claim.sources, claim.dates, [g.label.text for g in claim.grades]) for claim in found.claims
    }
    assert told == {
        "May": (("https://one.example/x",), (), ["B"]),
        "April": (("https://three.example/", "https://two.example/"), ("2025",), []),
    }


def test_one_contradiction_can_be_asked_for() -> None:
    found = one(store_of(END + OTHER), BASE + "end", ("en",))
    assert found is not None
    assert [claim.iri for claim in found.claims] == [BASE + "a", BASE + "c"]


def test_one_without_claims_is_told_without() -> None:
    (found,) = about(store_of(OTHER), BASE + "town", ("en",))
    assert (found.thing.label.text, found.claims, found.advice) == ("Other", (), None)


def test_nothing_is_made_up_where_nobody_disagrees() -> None:
    assert about(store_of(END), BASE + "town", ("en",)) == ()
    assert one(store_of(END), BASE + "town", ("en",)) is None
