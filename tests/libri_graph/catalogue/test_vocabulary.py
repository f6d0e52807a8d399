"""The vocabulary is told whole: every term with its meaning, every relation that the rules know."""

from __future__ import annotations

from pathlib import Path

import pytest

from libri_graph.catalogue.vocabulary import Vocabulary, read_vocabulary
from libri_graph.ingest.folder import read_knowledge
from libri_graph.languages import TAGS, fallback_chain
from libri_graph.namespaces import LIBRI, term
from libri_graph.store import view
from libri_graph.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def store(knowledge: Path) -> EmbeddedStore:
    sources = [source for source in read_knowledge(knowledge) if source.graph.value.endswith(("/ontology", "/shapes"))]
    assert len(sources) == 2
    found = EmbeddedStore.in_memory((quad for source in sources for quad in source.quads()), 1)
    view.rebuild(found.raw)
    return found


@pytest.fixture(scope="module")
def vocabulary(store: EmbeddedStore) -> Vocabulary:
    return read_vocabulary(store, ("lv", "en"))


def test_every_term_belongs_to_a_module_that_is_told(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.classes) > 10
    assert len(vocabulary.properties) > 30
    modules = {module.iri for module in vocabulary.modules}
    assert {each.module for each in (*vocabulary.classes, *vocabulary.properties)} <= modules


@pytest.mark.parametrize("language", TAGS)
def test_every_term_has_a_name_and_a_meaning_in_the_readers_language(language: str, store: EmbeddedStore) -> None:
    found = read_vocabulary(store, fallback_chain(language))
    for each in (*found.classes, *found.properties):
        assert not each.label.foreign, each.iri
        assert each.definition, each.iri
        assert not each.definition.foreign, each.iri


def test_a_class_says_what_it_is_a_kind_of_and_what_is_close(vocabulary: Vocabulary) -> None:
    initiative = next(each for each in vocabulary.classes if each.iri == LIBRI + "Initiative")
    assert initiative.above == (term("schema:Project").value,)
    assert initiative.close == (term("cpsv:PublicService").value,)


def test_relations_lead_to_classes_and_to_schemes(vocabulary: Vocabulary) -> None:
    found = {(one.source.iri, one.path, one.target.iri, one.to_scheme) for one in vocabulary.relations}
    assert (LIBRI + "Practice", LIBRI + "evidencedBy", LIBRI + "Initiative", False) in found
    assert (LIBRI + "Initiative", LIBRI + "need", "https://w3id.org/libri/concept/needs-barriers", True) in found


def test_a_property_knows_what_it_is_said_of(vocabulary: Vocabulary) -> None:
    assert {kind.iri for kind in vocabulary.users(LIBRI + "evidencedBy")} == {LIBRI + "Practice"}


def test_it_takes_eight_queries(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    select = EmbeddedStore.select

    def counting(self: EmbeddedStore, name: str, /, *args: object, **values: object) -> object:
        asked.append(name)
        return select(self, name, *args, **values)

    monkeypatch.setattr(EmbeddedStore, "select", counting)
    read_vocabulary(store, ("en",))
    assert len(asked) == 8
