"""Of what a payload speaks is known from a small file beside it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import NamedNode

from libri_graph.journal import subjects
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.subjects import Subjects, enters, is_whole, speaks_of

GRAPH = "https://w3id.org/libri/graph/register"
TRUE = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'


def thing(number: int) -> str:
    return f"https://example.org/ā/{number}"


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
def test_every_subject_is_found_and_nothing_else_wherever_pieces_are_cut(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subjects, "TOGETHER", 16)
    lines = "".join(f"<{thing(n % 50)}> <https://example.org/p> <{thing(n + 100)}> .\n" for n in range(120))
    text = (lines + f'_:b <https://example.org/p> "<{thing(99)}> " .\n').encode()
    found, path = Subjects(), tmp_path / "subjects"
    for start in range(0, len(text), size):
        found.take(text[start : start + size])
    found.write(path)
    assert [n for n in range(300) if speaks_of(path, thing(n))] == list(range(50))
    assert path.stat().st_size == 51 * subjects.WIDTH + subjects.SEAL
    assert is_whole(path)


def test_a_payload_of_nothing_speaks_of_nothing(tmp_path: Path) -> None:
    checksum = Payloads(tmp_path).keep([])
    assert Payloads(tmp_path).speaks_of(checksum, thing(1)) is False
    assert Payloads(tmp_path).knows_subjects(checksum)


def test_a_graph_that_enters_the_view_is_known_to(tmp_path: Path) -> None:
    path, found = tmp_path / "subjects", Subjects()
    for graph, value in ((GRAPH, TRUE), (GRAPH + "2", TRUE.replace("true", "false"))):
        found.take(f"<{graph}> <https://w3id.org/libri/ontology#entersView> {value} .\n".encode())
    found.write(path)
    assert [enters(path, graph) for graph in (GRAPH, GRAPH + "2", thing(1))] == [True, False, False]


def test_the_lines_are_as_the_store_writes_them(tmp_path: Path) -> None:
    said = pyoxigraph.Triple(NamedNode(thing(1)), NamedNode(thing(2)), NamedNode(thing(3)))
    checksum = Payloads(tmp_path).keep([pyoxigraph.serialize([said], format=pyoxigraph.RdfFormat.N_TRIPLES) or b""])
    assert Payloads(tmp_path).speaks_of(checksum, thing(1))


def test_a_missing_file_is_told_and_a_spoilt_one_too_until_the_payload_is_loaded(tmp_path: Path) -> None:
    payloads, graph = Payloads(tmp_path), NamedNode(GRAPH)
    checksum = payloads.keep([f'<{thing(1)}> <https://example.org/p> "x" .\n'.encode()])
    for spoil in (lambda path: path.unlink(), lambda path: path.write_bytes(b"x" * 40)):
        spoil(payloads.subjects(checksum))
        assert not payloads.knows_subjects(checksum)
        payloads.load(checksum, pyoxigraph.Store(), graph)
        assert payloads.speaks_of(checksum, thing(1))
    payloads.subjects(checksum).unlink()
    assert payloads.speaks_of(checksum, thing(1)) is None
