"""The fault queries find nothing in what we publish, and can find what they look for."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from libri_graph.ingest.folder import read_knowledge
from libri_graph.store import view

CHECKS = sorted((Path(__file__).parents[2] / "ontology" / "checks").glob("*.rq"))
PREFIXES = """
@prefix c: <https://w3id.org/libri/concept/example/> .
@prefix libri: <https://w3id.org/libri/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
FAULTS = {
    "term-incomplete": "libri:example a owl:Class .",
    "term-untranslated": 'libri:example rdfs:isDefinedBy <https://example.org/> ; rdfs:label "Only English"@en .',
    "concept-untranslated": 'c:a a skos:Concept ; skos:inScheme c:s ; skos:prefLabel "Only English"@en .',
    "concept-homeless": "c:a a skos:Concept .",
    "broader-cycle": "c:a skos:broader c:b . c:b skos:broader c:a .",
    "broader-elsewhere": "c:a skos:broader c:b ; skos:inScheme c:one . c:b skos:inScheme c:two .",
    "label-twice": 'c:a skos:prefLabel "One"@en , "Two"@en .',
    "label-shared": 'c:a skos:prefLabel "A"@en ; skos:inScheme c:s . c:b skos:prefLabel "A"@en ; skos:inScheme c:s .',
    "reference-dangling": "<https://w3id.org/libri/id/guide/a> skos:related <https://w3id.org/libri/id/guide/none> .",
    "term-undefined": "<https://w3id.org/libri/id/guide/a> libri:undefined 1 .",
    "term-deprecated-in-use": "libri:old owl:deprecated true . <https://w3id.org/libri/id/guide/a> libri:old 1 .",
    "schema-org-http": "<https://w3id.org/libri/id/guide/a> <http://schema.org/name> 1 .",
}


@pytest.fixture(scope="module")
def published(knowledge: Path) -> Store:
    store = Store()
    store.bulk_extend(
        quad for source in read_knowledge(knowledge) if source.name != "shapes" for quad in source.quads()
    )
    view.rebuild(store)
    return store


def rows(store: Store, check: Path) -> list[str]:
    return [str(row) for row in store.query(check.read_text(encoding="utf-8"))]


def test_every_check_is_tried() -> None:
    assert {check.stem for check in CHECKS} == set(FAULTS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.stem)
def test_a_check_says_its_fault_and_finds_none(check: Path, published: Store) -> None:
    assert check.read_text(encoding="utf-8").startswith("# ")
    assert rows(published, check) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.stem)
def test_a_check_finds_what_it_looks_for(check: Path) -> None:
    store = Store()
    store.load((PREFIXES + FAULTS[check.stem]).encode(), format=RdfFormat.TURTLE)
    assert rows(store, check) != []
