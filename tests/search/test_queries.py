"""What people look for is found, on the real data: the questions of `queries.toml`."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from libri_graph.index.text.document import Document
from libri_graph.index.text.gather import Gatherer
from libri_graph.index.text.index import MOST_HITS, TextIndex
from libri_graph.ingest.folder import read_knowledge
from libri_graph.namespaces import BASE, EU_COUNTRY
from libri_graph.store import view
from libri_graph.store.embedded import EmbeddedStore

QUERIES = tomllib.loads((Path(__file__).parent / "queries.toml").read_text(encoding="utf-8"))["query"]
CAFE = "concept/service-types/language-cafe"
LEAST_FOUND = 78
"""Of the questions; 95 of 100. Every language café is among them."""
LEAST_NAMING = 7
FIRST = 10


@pytest.fixture(scope="module")
def documents(knowledge: Path) -> dict[str, Document]:
    store = EmbeddedStore.in_memory(quad for source in read_knowledge(knowledge) for quad in source.quads())
    view.rebuild(store.raw)
    return {document.iri: document for document in Gatherer(store.raw).everything()}


@pytest.fixture(scope="module")
def index(documents: Mapping[str, Document], tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    return TextIndex.make(tmp_path_factory.mktemp("search") / "index", documents.values())


def iri_of(name: str) -> str:
    return EU_COUNTRY + name.removeprefix("country/") if name.startswith("country/") else BASE + name


def naming(documents: Mapping[str, Document], name: str) -> set[str]:
    """Return what names a concept or one narrower, and these themselves."""
    meant, before = {iri_of(name)}, set[str]()
    while meant != before:
        before = set(meant)
        found = (
            d.iri
            for d in documents.values()
            for link in d.links
            if link.property == "skos:broader" and link.iri in meant
        )
        meant |= set(found)
    return meant | {d.iri for d in documents.values() if any(link.iri in meant for link in d.links)}


def faults(query: Mapping[str, Any], index: TextIndex, documents: Mapping[str, Document]) -> list[str]:
    hits = index.search(query["words"], (query["language"], "en"), limit=MOST_HITS).hits
    everything, first = [hit.iri for hit in hits], [hit.iri for hit in hits[:FIRST]]
    found = [f"{name} is missing" for name in query.get("finds", ()) if iri_of(name) not in first]
    if "names" in query:
        wanted = naming(documents, query["names"])
        right = sum(iri in wanted for iri in first)
        found += [f"only {right} of {len(first)} name {query['names']}"] if right < LEAST_NAMING else []
        found += (
            [f"{len(wanted - set(everything))} are not found"]
            if query.get("every") and wanted - set(everything)
            else []
        )
    countries = {link.iri for iri in first for link in documents[iri].links if link.property == "libri:country"}
    if len(countries) < query.get("countries", 0):
        found.append(f"from {len(countries)} countries only")
    return found


def test_the_questions_are_many_and_in_nine_languages() -> None:
    assert len(QUERIES) >= 60
    assert {query["language"] for query in QUERIES} >= {"en", "fr", "it", "lv", "nl", "pl", "ro", "uk", "ar"}
    assert all(query.get("finds") or query.get("names") for query in QUERIES)


def test_what_the_questions_ask_for_exists(documents: Mapping[str, Document]) -> None:
    names = {name for query in QUERIES for name in (*query.get("finds", ()), *filter(None, [query.get("names")]))}
    assert {name for name in names if iri_of(name) not in documents} == set()


def test_questions_find_what_they_should(index: TextIndex, documents: Mapping[str, Document]) -> None:
    wrong = {query["words"]: found for query in QUERIES if (found := faults(query, index, documents))}
    for words, found in wrong.items():
        sys.stdout.write(f"not found as it should be: {words}: {'; '.join(found)}\n")
    assert len(QUERIES) - len(wrong) >= LEAST_FOUND, _told(wrong)


@pytest.mark.parametrize("query", [q for q in QUERIES if q.get("names") == CAFE], ids=lambda query: str(query["words"]))
def test_every_language_cafe_is_found_in_every_language(
    query: Mapping[str, Any], index: TextIndex, documents: Mapping[str, Document]
) -> None:
    assert faults(query, index, documents) == []


def _told(wrong: Mapping[str, Sequence[str]]) -> str:
    return "\n".join(f"{words}: {'; '.join(found)}" for words, found in wrong.items())
