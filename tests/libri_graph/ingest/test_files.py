"""Files of every format become quads of their source's graph; a fault is told with its place."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, Store

from libri_graph.errors import SourceInvalid, SyntaxInvalid
from libri_graph.ingest.files import load, parse, plain_lines
from libri_graph.ingest.folder import from_files, named_source, read_knowledge, read_source, read_sources

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


@pytest.mark.parametrize("blank", ["_:b", "<https://example.org/d>"])
def test_what_is_loaded_past_python_is_what_is_parsed(blank: str, tmp_path: Path) -> None:
    path, store = tmp_path / "a.nt", Store()
    path.write_text(f'{TRIPLE}\n{blank} <https://example.org/b> "01"@en .\n', encoding="utf-8")
    load(path, GRAPH, store)
    assert set(store) == set(parse(path, GRAPH))
    assert plain_lines(path) == (0 if blank == "_:b" else 2)


def test_a_fault_is_told_with_its_place_past_python_too(tmp_path: Path) -> None:
    path = tmp_path / "bad.nt"
    path.write_text(f"{TRIPLE}\n<https://example.org/a> oops .\n", encoding="utf-8")
    with pytest.raises(SyntaxInvalid) as caught:
        load(path, GRAPH, Store())
    assert (caught.value.place, caught.value.line, caught.value.excerpt[-6:]) == (str(path), 2, "oops .")


@pytest.mark.parametrize("value", ["<<( <https://example.org/a> <https://example.org/b> 'c' )>>", "'text'@ar--rtl"])
@pytest.mark.parametrize("name", ["a.nt", "a.ttl"])
def test_what_only_rdf_1_2_can_say_is_refused(name: str, value: str, tmp_path: Path) -> None:
    path = tmp_path / name
    value = value.replace("'", '"')
    path.write_text(f"{TRIPLE}\n<https://example.org/a> <https://example.org/b> {value} .\n", encoding="utf-8")
    with pytest.raises(SyntaxInvalid, match=r"RDF 1\.2, which is not kept") as caught:
        load(path, GRAPH, Store())
    assert caught.value.place == str(path)


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


def test_a_fault_in_windows_lines_is_shown_without_the_line_end(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_bytes("<https://example.org/ā>\r\n  <https://example.org/b> oops .\r\n".encode())
    with pytest.raises(SyntaxInvalid) as caught:
        list(parse(path, GRAPH))
    assert (caught.value.line, caught.value.excerpt) == (2, "  <https://example.org/b> oops .")
    assert "Parser error" not in str(caught.value)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(b"\xef\xbb\xbf" + TRIPLE.encode())
    assert len(list(parse(path, GRAPH))) == 1


@pytest.mark.parametrize("name", ["a.ttl", "a.nt", "a.trig", "a.nq", "a.rdf", "a.jsonld"])
def test_a_file_that_was_cut_off_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(FILES[name][:-3], encoding="utf-8")
    with pytest.raises(SyntaxInvalid) as caught:
        list(parse(path, GRAPH))
    assert caught.value.line == 1


def test_a_compressed_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl.gz"
    path.write_bytes(gzip.compress(TRIPLE.encode())[:-5])
    with pytest.raises(SyntaxInvalid, match="gzip"):
        list(parse(path, GRAPH))


def test_a_context_at_an_address_is_not_fetched(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonld"
    path.write_text('{"@context": "https://schema.org/", "name": "x"}', encoding="utf-8")
    with pytest.raises(SyntaxInvalid, match="address"):
        list(parse(path, GRAPH))


def test_relative_iris_are_relative_to_the_graph_not_to_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<> <#says> <thing> .", encoding="utf-8")
    (quad,) = parse(path, GRAPH)
    assert quad.subject == GRAPH
    assert {quad.predicate.value, quad.object.value} == {
        f"{GRAPH.value}#says",
        "https://w3id.org/libri/graph/thing",
    }


def test_blank_nodes_are_the_same_each_time_and_never_shared_by_two_files(tmp_path: Path) -> None:
    first, second = tmp_path / "a.ttl", tmp_path / "b.ttl"
    first.write_text("_:x <https://example.org/b> [ <https://example.org/c> _:x ] .", encoding="utf-8")
    second.write_text("_:x <https://example.org/b> 1 .", encoding="utf-8")
    assert list(parse(first, GRAPH)) == list(parse(first, GRAPH))
    assert not blank_nodes(first) & blank_nodes(second)
    assert len(blank_nodes(first)) == 2


def blank_nodes(path: Path) -> set[BlankNode]:
    terms = (node for quad in parse(path, GRAPH) for node in (quad.subject, quad.object))
    return {node for node in terms if isinstance(node, BlankNode)}


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


@pytest.mark.parametrize("name", ["", "ontology", "shapes", "view", "a b", "../up", "a/b", ".hidden"])
def test_a_source_may_not_take_every_name(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(TRIPLE, encoding="utf-8")
    with pytest.raises(SourceInvalid, match="called"):
        named_source(name, tmp_path)


def test_a_folder_of_sources_gives_each_of_them(tmp_path: Path) -> None:
    for name in ("two", "one"):
        (tmp_path / name).mkdir()
        says = f"<https://w3id.org/libri/graph/{name}> <https://w3id.org/libri/ontology#entersView> true ."
        (tmp_path / name / "source.ttl").write_text(says, encoding="utf-8")
    assert [source.name for source in read_sources(tmp_path)] == ["one", "two"]
    assert [source.name for source in read_sources(tmp_path / "two")] == ["two"]
    assert read_sources(tmp_path / "two" / "source.ttl") == []


def test_the_knowledge_is_read_whole(knowledge: Path) -> None:
    names = [source.name for source in read_knowledge(knowledge)]
    assert names[:2] == ["ontology", "shapes"]
    assert {"libri", "classification", "draft-translations", "links"} <= set(names)
