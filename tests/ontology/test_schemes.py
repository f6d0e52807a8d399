"""The concept schemes are whole in nine languages, and hold every concept that the data use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from libri_graph.ingest import folder
from libri_graph.languages import TAGS
from libri_graph.namespaces import CONCEPTS, term

SCHEMES = {
    "answerability",
    "bounds",
    "cefr-levels",
    "event-kinds",
    "evidence-grades",
    "guide-kinds",
    "integration-domains",
    "languages",
    "needs-barriers",
    "organisation-types",
    "partner-roles",
    "position-precision",
    "service-types",
    "source-kinds",
    "strategy-kinds",
    "target-groups",
    "transferability",
    "user-groups",
}
LANGUAGES = sorted(TAGS)
LABELS = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel")
SCRIPTS = {"ar": re.compile(r"[\u0600-\u06ff]"), "uk": re.compile(r"[\u0400-\u04ff]")}
CC0 = NamedNode("https://creativecommons.org/publicdomain/zero/1.0/")


@pytest.fixture(scope="module")
def store(knowledge: Path) -> Store:
    loaded = Store()
    loaded.extend(folder.from_files("ontology", knowledge / "ontology" / "schemes").quads())
    return loaded


def objects(store: Store, subject: NamedNode, name: str) -> list[NamedNode | Literal]:
    return [quad.object for quad in store.quads_for_pattern(subject, term(name), None, None)]


def texts(store: Store, subject: NamedNode, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in objects(store, subject, name):
        found.setdefault(text.language, []).append(text.value)
    return found


def of_class(store: Store, name: str) -> list[NamedNode]:
    return [quad.subject for quad in store.quads_for_pattern(None, term("rdf:type"), term(name), None)]


def concepts(store: Store) -> list[NamedNode]:
    found = of_class(store, "skos:Concept")
    assert len(found) >= 190
    return found


def scheme_of(concept: NamedNode) -> NamedNode:
    return NamedNode(concept.value.rsplit("/", 1)[0])


def test_every_scheme_is_a_file_of_its_name(knowledge: Path, store: Store) -> None:
    assert {path.stem for path in (knowledge / "ontology" / "schemes").glob("*.ttl")} == SCHEMES
    assert {scheme.value for scheme in of_class(store, "skos:ConceptScheme")} == {CONCEPTS + name for name in SCHEMES}
    assert {scheme_of(concept).value for concept in concepts(store)} == {CONCEPTS + name for name in SCHEMES}


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_a_scheme_says_what_it_is_in_nine_languages(store: Store, name: str) -> None:
    scheme = NamedNode(CONCEPTS + name)
    for described in ("dcterms:title", "dcterms:description", "skos:editorialNote"):
        found = texts(store, scheme, described)
        assert sorted(found) == LANGUAGES, described
        assert all(len(of_language) == 1 for of_language in found.values()), described
    assert objects(store, scheme, "dcterms:license") == [CC0]


def test_every_concept_has_one_label_and_one_definition_in_nine_languages(store: Store) -> None:
    for concept in concepts(store):
        for name in ("skos:prefLabel", "skos:definition"):
            found = texts(store, concept, name)
            assert sorted(found) == LANGUAGES, (concept, name)
            assert all(len(of_language) == 1 for of_language in found.values()), (concept, name)


def test_a_definition_says_more_than_the_label(store: Store) -> None:
    for concept in concepts(store):
        labels = texts(store, concept, "skos:prefLabel")
        for language, (definition,) in texts(store, concept, "skos:definition").items():
            assert definition.casefold().rstrip(".") != labels[language][0].casefold(), (concept, language)


@pytest.mark.parametrize("language", sorted(SCRIPTS))
def test_definitions_are_in_the_script_of_their_language(store: Store, language: str) -> None:
    for concept in concepts(store):
        assert SCRIPTS[language].search(texts(store, concept, "skos:definition")[language][0]), concept


def test_a_concept_carries_its_name_its_scheme_and_its_place_in_it(store: Store) -> None:
    for concept in concepts(store):
        scheme = scheme_of(concept)
        assert objects(store, concept, "skos:notation") == [Literal(concept.value.rsplit("/", 1)[1])]
        assert objects(store, concept, "skos:inScheme") == [scheme]
        broader = objects(store, concept, "skos:broader")
        if broader:
            assert [scheme_of(above) for above in broader] == [scheme], concept
            assert objects(store, broader[0], "rdf:type") == [term("skos:Concept")], concept
        else:
            assert objects(store, concept, "skos:topConceptOf") == [scheme], concept


def test_no_concept_is_broader_than_itself(store: Store) -> None:
    question = "SELECT ?c WHERE { ?c <http://www.w3.org/2004/02/skos/core#broader>+ ?c }"
    assert list(store.query(question, use_default_graph_as_union=True)) == []


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_no_two_labels_of_a_scheme_are_the_same_in_a_language(store: Store, name: str) -> None:
    said = Counter(
        (label.language, label.value.casefold())
        for concept in concepts(store)
        if scheme_of(concept).value == CONCEPTS + name
        for kind in LABELS
        for label in objects(store, concept, kind)
    )
    assert [label for label, times in said.items() if times > 1] == []


def test_language_cafes_are_found_by_the_words_that_people_use(store: Store) -> None:
    cafe = NamedNode(CONCEPTS + "service-types/language-cafe")
    known = {label.value for kind in LABELS for label in objects(store, cafe, kind)}
    assert {"kawiarenka językowa", "sarunu klubs", "розмовний клуб", "مقهى لغوي", "café de langues"} <= known


def used_in(sources: Path) -> Iterator[Quad]:
    folders = [path for path in sorted(sources.iterdir()) if path.is_dir()]
    assert folders
    for path in folders:
        yield from folder.read_source(path).quads()


def test_every_concept_that_the_data_use_exists(knowledge: Path, store: Store) -> None:
    named = {iri for quad in used_in(knowledge / "data") for iri in (quad.subject, quad.object)}
    used = {iri.value for iri in named if isinstance(iri, NamedNode) and iri.value.startswith(CONCEPTS)}
    assert len(used) > 100
    known = {concept.value for concept in concepts(store)} | {CONCEPTS + name for name in SCHEMES}
    assert used - known == set()
