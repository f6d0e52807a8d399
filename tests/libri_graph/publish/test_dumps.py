"""Files to take home hold the same graph in every format, come out the same each time, and need little memory."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from csvw import CSVW
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from libri_graph.namespaces import BASE, GRAPHS, term
from libri_graph.publish import dumps, sheets, sorting
from libri_graph.publish.packing import Dump
from libri_graph.store import view

OURS, THEIRS = NamedNode(f"{GRAPHS}ours"), NamedNode(f"{GRAPHS}theirs")
CAFE, RIGA = NamedNode(f"{BASE}id/initiative/cafe"), NamedNode(f"{BASE}id/place/riga")
SAID = [
    (CAFE, "rdf:type", term("libri:Initiative"), OURS),
    (CAFE, "skos:prefLabel", Literal('Café "Rīga"\n', language="lv"), OURS),
    (CAFE, "skos:prefLabel", Literal("Café", language="en"), OURS),
    (CAFE, "skos:altLabel", Literal("One", language="en"), OURS),
    (CAFE, "skos:altLabel", Literal("Two, or more", language="en"), OURS),
    (CAFE, "libri:startYear", Literal("2022", datatype=term("xsd:gYear")), OURS),
    (CAFE, "libri:place", RIGA, OURS),
    (RIGA, "rdf:type", term("libri:Place"), THEIRS),
    (RIGA, "skos:prefLabel", Literal("Riga", language="en"), THEIRS),
    (RIGA, "geo:lat", Literal("56.95", datatype=term("xsd:decimal")), THEIRS),
    (RIGA, "skos:prefLabel", Literal("Riga", language="en"), OURS),
    *((source, "rdf:type", term("libri:Source"), source) for source in (OURS, THEIRS)),
    *((source, "libri:entersView", Literal(value=True), source) for source in (OURS, THEIRS)),
]


@pytest.fixture(scope="module")
def store() -> Store:
    found = Store()
    found.extend(Quad(subject, term(name), value, graph) for subject, name, value, graph in SAID)
    view.rebuild(found)
    return found


@pytest.fixture(scope="module")
def folder(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("dumps") / "dumps"
    dumps.write(store, 7, found)
    return found


def quads_in(folder: Path, dump: Dump) -> set[Quad]:
    content = gzip.decompress((folder / dump.name).read_bytes())
    if dump.media_type == "application/ld+json":
        content = jsonld.to_rdf(json.loads(content), {"format": "application/n-quads"}).encode()
        return set(pyoxigraph.parse(content, format=RdfFormat.N_QUADS))
    return set(pyoxigraph.parse(content, format=RdfFormat.from_media_type(dump.media_type)))


def expected(store: Store, dump: Dump) -> set[Quad]:
    if dump.graph == "all":
        return {quad for quad in store if quad.graph_name != DefaultGraph()}
    if dump.graph == "view":
        return set(store.quads_for_pattern(None, None, None, DefaultGraph()))
    found = set(store.quads_for_pattern(None, None, None, NamedNode(dump.graph)))
    return (
        {Quad(*quad.triple) for quad in found} if dump.media_type in ("text/turtle", "application/n-triples") else found
    )


def test_every_file_holds_the_graph_that_it_says(store: Store, folder: Path) -> None:
    found = [dump for dump in dumps.read_index(folder) if dump.graph != "tables"]
    kinds = {dump.graph: {d.media_type for d in found if d.graph == dump.graph} for dump in found}
    with_graphs = {"application/n-quads", "application/trig", "application/ld+json"}
    assert kinds["all"] == with_graphs
    assert kinds["view"] == {"application/n-triples", "text/turtle", "application/ld+json"}
    assert kinds[OURS.value] == kinds[THEIRS.value] == with_graphs | kinds["view"]
    assert len(expected(store, found[0])) == len(SAID)
    assert {dump.name: quads_in(folder, dump) == expected(store, dump) for dump in found} == {
        dump.name: True for dump in found
    }


def test_the_same_data_give_the_same_bytes(store: Store, folder: Path, tmp_path: Path) -> None:
    shuffled = Store()
    shuffled.extend(sorted(store, key=lambda quad: str(quad)[::-1]))
    dumps.write(shuffled, 7, tmp_path / "again")
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)
    assert dumps.damaged(folder) == []


def test_checksums_are_those_that_everybody_counts(folder: Path) -> None:
    lines = [line.split("  ") for line in (folder / dumps.SUMS).read_text().splitlines()]
    assert {name for _, name in lines} == {dump.name for dump in dumps.read_index(folder)}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == sum_ for sum_, name in lines)
    assert all("-g7" in name for _, name in lines)


TRIPLES = st.sets(
    st.builds(
        Triple,
        st.sampled_from([NamedNode(f"http://x/{name}") for name in "abc"]),
        st.just(NamedNode("http://x/p")),
        st.one_of(
            st.text(max_size=3).map(Literal), st.just(Literal("a", language="lv")), st.just(NamedNode("http://x/a"))
        ),
    ),
    max_size=12,
)


@given(TRIPLES, st.integers(1, 5))
def test_pieces_of_any_size_are_sorted_as_one(
    tmp_path_factory: pytest.TempPathFactory, triples: set[Triple], piece: int
) -> None:
    target = tmp_path_factory.mktemp("sorted") / "all.nt"
    sorting.write_sorted(iter(triples), target, piece)
    lines = target.read_bytes().splitlines(keepends=True)
    assert lines == sorted(lines)
    assert {quad.triple for quad in pyoxigraph.parse(b"".join(lines), format=RdfFormat.N_TRIPLES)} == triples
    assert [path.name for path in target.parent.iterdir()] == ["all.nt"]


def rows(folder: Path, kind: str) -> Iterator[dict[str, str]]:
    with (folder / f"libri-graph-g7-{kind}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_a_table_reads_well_in_a_spreadsheet(folder: Path) -> None:
    (cafe,) = rows(folder, "initiatives")
    assert cafe["id"] == CAFE.value
    assert cafe["skos_prefLabel_en"] == "Café"
    assert cafe["skos_prefLabel_lv"] == 'Café "Rīga"\n'
    assert cafe["skos_altLabel_en"] == "One | Two, or more"
    assert (cafe["libri_place"], cafe["libri_place_label"]) == (RIGA.value, "Riga")


def test_a_foreign_reader_of_csvw_takes_the_tables(folder: Path) -> None:
    found = CSVW(str(folder / f"libri-graph-g7-{sheets.DESCRIBED}"), validate=True)
    assert found.is_valid, found.warnings
    tables = {str(table.url): list(table) for table in found.tables}
    (cafe,) = tables["libri-graph-g7-initiatives.csv"]
    assert cafe["skos_altLabel_en"] == ["One", "Two, or more"]
    (riga,) = tables["libri-graph-g7-places.csv"]
    assert float(riga["geo_lat"]) == 56.95
