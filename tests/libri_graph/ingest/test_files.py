"""Files of every format become quads of their source's graph; a fault is told with its place."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from libri_graph.errors import SourceInvalid, SyntaxInvalid
from libri_graph.ingest.files import parse
from libri_graph.ingest.folder import from_files, read_source

GRAPH = NamedNode("https://w3id.org/libri/graph/example")
TRIPLE = "<https://example.org/a> <https://example.org/b> <https://example.org/c> ."
FILES = {
    "a.ttl": TRIPLE,
    "a.nt": TRIPLE,
    "a.nq": TRIPLE.replace(" .", " <https://example.org/g> ."),
    "a.trig": f"<https://example.org/g> {{ {TRIPLE} }}",
    "a.jsonld": '{"@id": "https://example.org/a", "https://example.org/b": {"@id": "https://example.org/c"}}',
    "a.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
    '<rdf:Description rdf:about="https://example.org/a"><e:b rdf:resource="https://example.org/c"/></rdf:Description></rdf:RDF>',
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_quad_of_the_sources_graph(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    quads = list(parse(path, GRAPH))
    assert [(str(quad.triple), quad.graph_name) for quad in quads] == [(TRIPLE.removesuffix(" ."), GRAPH)]


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl.gz"
    path.write_bytes(gzip.compress(TRIPLE.encode()))
    assert len(list(parse(path, GRAPH))) == 1


def test_a_syntax_error_names_file_line_and_column_and_shows_the_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text(f"{TRIPLE}\n<https://example.org/a> oops <https://example.org/c> .\n", encoding="utf-8")
    with pytest.raises(SyntaxInvalid) as caught:
        list(parse(path, GRAPH))
    fault = caught.value
    assert (fault.place, fault.line) == (str(path), 2)
    assert fault.column
    assert fault.column > 20
    assert "oops" in fault.excerpt


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_text("", encoding="utf-8")
    with pytest.raises(SyntaxInvalid, match="ttl"):
        list(parse(path, GRAPH))


def test_a_source_without_description_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(TRIPLE, encoding="utf-8")
    with pytest.raises(SourceInvalid, match=r"source\.ttl"):
        read_source(tmp_path)


def test_a_description_must_be_of_its_own_folder(tmp_path: Path) -> None:
    says = "<https://w3id.org/libri/graph/other> <https://w3id.org/libri/ontology#entersView> true ."
    (tmp_path / "source.ttl").write_text(says, encoding="utf-8")
    with pytest.raises(SourceInvalid, match=tmp_path.name):
        read_source(tmp_path)


def test_the_checksum_follows_names_and_content(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(TRIPLE, encoding="utf-8")
    first = from_files("x", tmp_path).checksum
    assert from_files("x", tmp_path).checksum == first
    path.write_text(TRIPLE + "\n", encoding="utf-8")
    assert from_files("x", tmp_path).checksum != first


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceInvalid, match="no file"):
        from_files("x", tmp_path / "nowhere.ttl")
