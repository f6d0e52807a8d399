"""What the editor offers comes from the rules and the data, and names only what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from libri_graph.catalogue.completion import gather
from libri_graph.ingest.folder import read_knowledge
from libri_graph.languages import TAGS, fallback_chain
from libri_graph.store import view
from libri_graph.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def store(knowledge: Path) -> EmbeddedStore:
    found = EmbeddedStore.in_memory(quad for source in read_knowledge(knowledge) for quad in source.quads())
    view.rebuild(found.raw)
    return found


@pytest.fixture(scope="module")
def told(store: EmbeddedStore, knowledge: Path) -> dict[str, dict[str, Any]]:
    vocabulary = gather(store, knowledge / "ontology" / "questions")
    return {tag: vocabulary.told(fallback_chain(tag)) for tag in TAGS}


def one(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(entry for entry in entries if entry["name"] == name)


def test_fields_of_a_class_begin_with_mandatory_ones(told: dict[str, dict[str, Any]]) -> None:
    initiative = one(told["lv"]["classes"], "libri:Initiative")
    demands = [demand for _, demand in initiative["fields"]]
    assert demands == sorted(demands, key=["must", "should", "may", ""].index)
    names = [told["lv"]["properties"][place]["name"] for place, demand in initiative["fields"] if demand == "must"]
    assert "libri:country" in names
    assert initiative["count"] == 557


def test_a_class_has_the_fields_of_what_it_is_a_kind_of(told: dict[str, dict[str, Any]]) -> None:
    library, organisation = (one(told["en"]["classes"], f"libri:{name}") for name in ("Library", "Organisation"))
    assert {place for place, _ in organisation["fields"]} <= {place for place, _ in library["fields"]}


@pytest.mark.parametrize("language", TAGS)
def test_labels_come_in_the_reader_s_language(language: str, told: dict[str, dict[str, Any]]) -> None:
    labels = {tag: one(told[tag]["properties"], "libri:serviceType")["label"] for tag in TAGS}
    assert labels[language]
    assert language == "en" or labels[language] != labels["en"]
    assert one(told[language]["concepts"], "service-type:language-cafe")["label"]


def test_every_property_that_is_offered_is_in_the_rules_the_vocabulary_or_the_data(
    told: dict[str, dict[str, Any]], store: EmbeddedStore
) -> None:
    prefixes = told["en"]["prefixes"]
    used = {row["property"].value for row in store.select("void/properties")}
    ruled = {row["path"].value for row in store.select("completion/fields")}
    defined = {row["term"].value for row in store.select("completion/terms")}
    for entry in told["en"]["properties"]:
        prefix, _, local = entry["name"].partition(":")
        iri = entry["name"].strip("<>") if entry["name"].startswith("<") else prefixes[prefix] + local
        assert iri in used | ruled | defined
