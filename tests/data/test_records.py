"""The data hold what they promise: every record with its source, every reference answered, nothing private."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from libri_graph.catalogue import statistics
from libri_graph.ingest.folder import Source, read_knowledge
from libri_graph.namespaces import IDS, LIBRI, term
from libri_graph.store import view
from libri_graph.store.embedded import EmbeddedStore

EXPECTED = {
    "initiatives": 557,
    "organisations": 147,
    "guides": 79,
    "practices": 43,
    "strategies": 30,
    "events": 52,
    "claims": 48,
    "contradictions": 21,
    "platforms": 10,
    "places": 305,
    "countries": 33,
    "languages": 59,
    "questions": 25,
}
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
PHONE = re.compile(r"(?:\+|\b00)\d[\d ()/-]{7,}\d")
TRANSLATED = ("fr", "it", "lv", "nl", "pl", "ro", "uk", "ar")


@pytest.fixture(scope="module")
def sources(knowledge: Path) -> list[Source]:
    return [source for source in read_knowledge(knowledge) if source.name != "shapes"]


@pytest.fixture(scope="module")
def written(sources: list[Source]) -> list[Quad]:
    return [quad for source in sources for quad in source.quads()]


@pytest.fixture(scope="module")
def store(written: list[Quad]) -> EmbeddedStore:
    found = EmbeddedStore.in_memory(written)
    view.rebuild(found.raw)
    return found


def rows(store: EmbeddedStore, query: str) -> list[str]:
    prefixes = (
        f"PREFIX libri: <{LIBRI}> PREFIX dcterms: <http://purl.org/dc/terms/> "
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX org: <http://www.w3.org/ns/org#> "
    )
    return [str(row[0]) for row in store.raw.query(prefixes + query)]


def test_there_is_as_much_of_everything_as_was_gathered(store: EmbeddedStore) -> None:
    records = {count.name: count.number for count in statistics.counts(store) if count.group == "records"}
    concepts = {count.name: count.number for count in statistics.counts(store) if count.group == "concepts"}
    assert {name: records[name] for name in EXPECTED} == EXPECTED
    assert concepts["concepts"] >= 160
    empty = [c.name for c in statistics.counts(store) if c.group == "concepts" and c.number == 0]
    assert empty == []


def test_every_file_holds_what_its_name_says(sources: list[Source]) -> None:
    libri = next(source for source in sources if source.name == "libri")
    for file in libri.files:
        if file.parent.name == "initiatives":
            assert file.read_text(encoding="utf-8").count(" a libri:") > 0
    names = {file.parent.name for file in libri.files if file.parent.parent.name == "libri"}
    assert names == {"initiatives", "organisations", "observations"}


def test_a_record_is_described_in_one_file_of_its_source(sources: list[Source]) -> None:
    in_parts = {"ontology", "draft-translations"}
    for source in (source for source in sources if source.name not in in_parts):
        homes: dict[object, set[Path]] = {}
        for file in source.files:
            for quad in Source(source.name, (file,), "").quads():
                homes.setdefault(quad.subject, set()).add(file)
        assert {str(subject): files for subject, files in homes.items() if len(files) > 1} == {}


def test_every_record_has_a_source(store: EmbeddedStore) -> None:
    kinds = (
        "Initiative Organisation Guide Practice Strategy Event Platform Project Place Observation Claim Contradiction"
    )
    values = " ".join(f"libri:{kind}" for kind in kinds.split())
    assert (
        rows(store, f"SELECT ?s {{ VALUES ?k {{ {values} }} ?s a ?k FILTER NOT EXISTS {{ ?s dcterms:source ?x }} }}")
        == []
    )


def test_every_reference_is_answered(store: EmbeddedStore) -> None:
    pattern = f'FILTER(isIRI(?o) && STRSTARTS(STR(?o), "{IDS}")) FILTER NOT EXISTS {{ ?o ?x ?y }}'
    assert rows(store, f"SELECT DISTINCT ?o {{ ?s ?p ?o {pattern} }}") == []


def test_every_draft_belongs_to_a_record_that_somebody_wrote(written: list[Quad]) -> None:
    drafts = {quad.subject for quad in written if quad.graph_name.value.endswith("/draft-translations")}
    own = {quad.subject for quad in written if not quad.graph_name.value.endswith("/draft-translations")}
    assert len(drafts) > 700
    assert drafts - own == {NamedNode("https://w3id.org/libri/graph/draft-translations")} - own


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_has_a_draft_in_every_language(store: EmbeddedStore, language: str) -> None:
    missing = f"""
    ?s dcterms:description ?t FILTER(LANG(?t) = "en")
    FILTER NOT EXISTS {{ ?s dcterms:description ?u FILTER(LANG(?u) = "{language}") }}"""
    values = "VALUES ?k { libri:Initiative libri:Guide libri:Strategy libri:Event libri:Platform } ?s a ?k ."
    assert rows(store, f"SELECT ?s {{ {values} {missing} }}") == []


def test_nothing_claims_to_be_active(written: list[Quad]) -> None:
    assert [quad for quad in written if quad.predicate.value.endswith(("#active", "#status"))] == []


def test_no_text_holds_an_address_or_a_telephone_number(written: list[Quad]) -> None:
    records = (quad for quad in written if not quad.graph_name.value.endswith("/ontology"))
    texts = [quad.object.value for quad in records if isinstance(quad.object, Literal) and quad.object.language]
    assert [text for text in texts if MAIL.search(text) or PHONE.search(text)] == []


def test_values_are_spelt_as_the_store_spells_them(written: list[Quad]) -> None:
    literals = list({quad.object for quad in written if isinstance(quad.object, Literal)})
    store, subjects = Store(), [NamedNode(f"https://example.org/{number}") for number in range(len(literals))]
    quads = zip(subjects, literals, strict=True)
    store.bulk_extend(Quad(subject, term("rdf:value"), literal, DefaultGraph()) for subject, literal in quads)
    kept = {quad.subject: str(quad.object) for quad in store}
    assert len(kept) == len(literals) > 10_000
    spelt = {subject: str(literal) for subject, literal in zip(subjects, literals, strict=True)}
    assert [(text, kept[subject]) for subject, text in spelt.items() if kept[subject] != text] == []


def test_no_record_stands_twice_in_one_source(sources: list[Source]) -> None:
    libri = next(source for source in sources if source.name == "libri")
    heads = Counter(
        line.split(" a ")[0]
        for file in libri.files
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.match(r"[a-z]+:[a-z0-9-]+ a ", line)
    )
    assert [name for name, count in heads.items() if count > 1] == []


def test_eight_organisations_and_more_are_linked_to_registers(store: EmbeddedStore) -> None:
    linked = rows(store, "SELECT DISTINCT ?s { ?s a libri:Organisation ; <https://schema.org/sameAs> ?r }")
    assert len(linked) >= 8
