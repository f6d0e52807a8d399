"""What is here is counted truly, for the whole and for each source, and says how to ask."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Dataset, Literal, NamedNode, Quad, RdfFormat, Triple

from libri_graph.ingest.folder import read_knowledge
from libri_graph.namespaces import BASE, GRAPHS, term
from libri_graph.publish import counts, dcat, turtle, void
from libri_graph.publish.counts import Counts
from libri_graph.publish.packing import Dump
from libri_graph.store import view
from libri_graph.store.embedded import EmbeddedStore

GOLDEN = Path(__file__).parents[2] / "golden"
WHOLE = NamedNode(f"{BASE}dataset")
OURS = NamedNode(f"{GRAPHS}libri")
ADDRESSES = void.Addresses(
    BASE,
    "http://libri.example.org/",
    ["libri-graph-g7.nq.gz", "libri-g7.nt.gz", "ours-g7.nt.gz"],
    "http://libri.example.org/sparql",
)
ASK = void.Example(f"{BASE}ontology/question/x", "Is there a café?", "en", "PREFIX a: <http://a/>\nASK { ?s ?p ?o }")
SMALL = """
PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX libri: <https://w3id.org/libri/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX graph: <https://w3id.org/libri/graph/>
PREFIX schema: <https://schema.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
graph:ours {
  graph:ours a dcat:Dataset , libri:Source ; dcterms:title "Ours"@en ;
    dcterms:publisher <https://w3id.org/libri/id/agent/us> ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ; libri:entersView true .
  <https://w3id.org/libri/id/agent/us> a foaf:Agent ; foaf:name "Us"@en .
  <https://w3id.org/libri/id/initiative/cafe> a libri:Initiative ; skos:prefLabel "Café"@en , "Kafejnīca"@lv ;
    libri:startYear "2022"^^xsd:gYear ; libri:country <http://publications.europa.eu/resource/authority/country/LVA> ;
    schema:sameAs <http://www.wikidata.org/entity/Q1> .
}
graph:theirs {
  graph:theirs a dcat:Dataset , libri:Source ; dcterms:title "Theirs"@en ; libri:entersView true .
  <https://w3id.org/libri/id/initiative/cafe> a libri:Initiative ; skos:prefLabel "Café"@en .
}
"""
FILES = [
    Dump("libri-graph-g7.nq.gz", "application/n-quads", "all", 10, "ab" * 32),
    Dump("ours-g7.nt.gz", "application/n-triples", f"{GRAPHS}ours", 5, "cd" * 32),
    Dump("libri-graph-g7-initiatives.csv", "text/csv", "tables", 7, "ef" * 32),
]


@pytest.fixture(scope="module")
def small() -> EmbeddedStore:
    found = EmbeddedStore.in_memory(pyoxigraph.parse(SMALL, format=RdfFormat.TRIG), 7)
    view.rebuild(found.raw)
    return found


@pytest.fixture(scope="module")
def real(knowledge: Path) -> EmbeddedStore:
    found = EmbeddedStore.in_memory((quad for source in read_knowledge(knowledge) for quad in source.quads()), 7)
    view.rebuild(found.raw)
    return found


@pytest.fixture(scope="module")
def counted(real: EmbeddedStore) -> Counts:
    return counts.count(real, BASE)


def matches_golden(name: str, triples: Sequence[Triple], update: bool) -> bool:
    """Compare as graphs with the file of that name, or write it anew."""
    file = GOLDEN / name
    if update:
        file.write_text(turtle.serialize(triples), encoding="utf-8")
    return canonical(pyoxigraph.parse(path=str(file), format=RdfFormat.TURTLE)) == canonical(Quad(*t) for t in triples)


def canonical(quads: object) -> Dataset:
    found = Dataset(quads)
    found.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def test_void_is_as_it_was_read_in_review(small: EmbeddedStore, update_golden: bool) -> None:
    assert matches_golden("void.ttl", void.describe(counts.count(small, BASE).void, ADDRESSES, [ASK]), update_golden)


def test_the_catalogue_is_as_it_was_read_in_review(small: EmbeddedStore, update_golden: bool) -> None:
    site = dcat.Site(BASE, "http://libri.example.org/", "mailto:data@example.org", "2026-11-24T10:00:00Z", 7)
    assert matches_golden(
        "catalog.ttl", dcat.describe(small, site, FILES, counts.count(small, BASE).catalogue), update_golden
    )


def number(found: set[Triple], subject: NamedNode, name: str) -> int:
    (value,) = [t.object for t in found if t.subject == subject and t.predicate == term(name)]
    assert isinstance(value, Literal)
    return int(value.value)


def parts(found: set[Triple], dataset: NamedNode, kind: str, measure: str) -> dict[str, int]:
    return {
        of.object.value: number(found, part.object, measure)
        for part in found
        if part.subject == dataset
        and part.predicate == term(f"void:{kind}Partition")
        and isinstance(part.object, NamedNode)
        for of in found
        if of.subject == part.object and of.predicate == term(f"void:{kind}") and isinstance(of.object, NamedNode)
    }


def test_counts_are_those_of_the_graph(real: EmbeddedStore, counted: Counts) -> None:
    found = set(void.describe(counted.void, ADDRESSES))
    for dataset, quads in (
        (WHOLE, [q for q in real.raw if str(q.graph_name) == "DEFAULT"]),
        (OURS, list(real.quads(graph=OURS))),
    ):
        assert len(quads) > 1000
        assert number(found, dataset, "void:triples") == len(quads)
        assert number(found, dataset, "void:distinctSubjects") == len({quad.subject for quad in quads})
        predicates = [quad.predicate.value for quad in quads]
        assert parts(found, dataset, "property", "void:triples") == {p: predicates.count(p) for p in set(predicates)}
        typed = {
            (q.subject, q.object.value)
            for q in quads
            if q.predicate == term("rdf:type") and isinstance(q.object, NamedNode)
        }
        classes = [of for _, of in typed]
        assert parts(found, dataset, "class", "void:entities") == {c: classes.count(c) for c in set(classes)}
        latvian = sum(isinstance(q.object, Literal) and q.object.language == "lv" for q in quads)
        assert number(found, NamedNode(f"{dataset.value}#language-lv"), "void:triples") == latvian


def test_no_part_of_one_is_called_as_a_part_of_another(counted: Counts) -> None:
    found = void.describe(counted.void, ADDRESSES)
    for kind in ("class", "property"):
        named = [t.subject for t in found if t.predicate == term(f"void:{kind}")]
        assert len(named) == len(set(named)) > 50


def test_a_file_is_of_the_source_that_it_is_named_after_and_of_no_other(counted: Counts) -> None:
    dump = term("void:dataDump")
    found = {(t.subject, str(t.object)) for t in void.describe(counted.void, ADDRESSES) if t.predicate == dump}
    address = "<http://libri.example.org/dumps/"
    assert found == {(WHOLE, f"{address}libri-graph-g7.nq.gz>"), (OURS, f"{address}libri-g7.nt.gz>")}


def test_where_no_queries_are_answered_no_endpoint_is_named(small: EmbeddedStore) -> None:
    counted = counts.count(small, BASE)
    frozen = void.Addresses(BASE, "http://libri.example.org/")
    site = dcat.Site(BASE, "http://libri.example.org/", None, "", 7, live=False)
    told = [*void.describe(counted.void, frozen, [ASK]), *dcat.describe(small, site, FILES, counted.catalogue)]
    assert [triple for triple in told if "/sparql" in str(triple) or "ataService" in str(triple)] == []


def test_what_was_counted_is_kept_whole_or_counts_as_absent(small: EmbeddedStore, tmp_path: Path) -> None:
    counted = counts.count(small, BASE)
    assert counts.read(tmp_path, BASE) is None
    assert counts.sound(tmp_path)
    counts.write(counted, BASE, tmp_path)
    kept = counts.read(tmp_path, BASE)
    assert kept is not None
    assert (set(kept.void), set(kept.catalogue)) == (set(counted.void), set(counted.catalogue))
    assert counts.read(tmp_path, "https://example.org/") is None
    file = tmp_path / counts.FILE
    file.write_bytes(file.read_bytes().replace(b"Caf", b"Cav", 1)[:-40])
    assert counts.read(tmp_path, BASE) is None
    assert not counts.sound(tmp_path)
