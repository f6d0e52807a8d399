"""A fault is found again in the file, as near as the text allows."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from libri_graph.namespaces import term
from libri_graph.validation import Result
from libri_graph.validation.locate import Files, Nowhere, Place
from libri_graph.validation.paths import Predicate
from libri_graph.validation.shapes import VIOLATION
from libri_graph.validation.shapes_graph import Term

IDS = "https://example.org/id/"
CAFE = NamedNode(IDS + "cafe")
TURTLE = '''\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix id: <https://example.org/id/> . # a comment with "quotes" and a . dot

id:cafe-house skos:prefLabel "House"@en .

id:cafe a skos:Concept ;
    skos:prefLabel "Café"@fr , # the first
        "Caf\\u00e9 \\"bar\\""@lv ;
    skos:definition """Long text; with . and ,
@prefix in it
id:nothing here"""@en ;
    skos:note "After"@en ;
    skos:related [
        skos:notation "inner"
    ] ;
    skos:broader id:house .
'''


def fault(predicate: str | None, value: Term | None = None, *beside: Term) -> Result:
    path = Predicate(term(predicate)) if predicate else None
    component = term("sh:PatternConstraintComponent")
    return Result(CAFE, path, value, VIOLATION, CAFE, component, beside=beside)


@pytest.fixture
def find(tmp_path: Path) -> Callable[[Result], Place | None]:
    (tmp_path / "house.ttl").write_text(f"<{IDS}house> <{IDS}says> <{IDS}cafe> .\n")
    (tmp_path / "cafe.ttl").write_text(TURTLE)
    files = Files([tmp_path])
    return lambda result: files.place(result, result.focus_node)


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (fault("skos:prefLabel", Literal("Café", language="fr")), 7),
        (fault("skos:prefLabel", Literal('Café "bar"', language="lv")), 8),
        (fault("skos:prefLabel"), 7),
        (fault("skos:prefLabel", None, Literal('Café "bar"', language="lv")), 8),
        (fault("skos:broader", NamedNode(IDS + "house")), 16),
        (fault("skos:altLabel"), 6),
        (fault(None), 6),
    ],
)
def test_the_line_is_that_of_the_value_or_else_of_the_field_or_else_of_the_record(
    result: Result, line: int, find: Callable[[Result], Place | None]
) -> None:
    place = find(result)
    assert place is not None
    assert (place.file.name, place.line) == ("cafe.ttl", line)


def test_what_a_long_text_holds_is_no_turtle(find: Callable[[Result], Place | None]) -> None:
    place = find(fault("skos:note", Literal("After", language="en")))
    assert place is not None
    assert (place.file.name, place.line) == ("cafe.ttl", 12)


def test_the_file_that_describes_a_record_wins_over_those_that_add_to_it(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(f"<{IDS}cafe> <{IDS}kind> <{IDS}k> .")
    (tmp_path / "b.ttl").write_text(f"<{IDS}cafe> a <{IDS}Place> .")
    assert Files([tmp_path]).place(fault("skos:prefLabel"), CAFE) == Place(tmp_path / "b.ttl", 1)


def test_n_triples_and_compressed_files_have_lines_too(tmp_path: Path) -> None:
    line = f'<{IDS}cafe> <{term("skos:note").value}> "x" .\n'
    (tmp_path / "all.nt.gz").write_bytes(gzip.compress(f"# first\n{line}".encode()))
    assert Files([tmp_path]).place(fault("skos:note", Literal("x")), CAFE) == Place(tmp_path / "all.nt.gz", 2)


def test_of_other_formats_only_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "all.jsonld").write_text(f'{{"@id": "{IDS}cafe"}}')
    assert Files([tmp_path]).place(fault("skos:note"), CAFE) == Place(tmp_path / "all.jsonld")


def test_a_record_of_no_file_has_no_place() -> None:
    unknown = NamedNode(IDS + "unknown")
    assert Files([]).place(fault(None), unknown) is None
    assert Nowhere().place(fault(None), CAFE) is None
