"""The rules are complete, consistent and safe to run."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib import Graph

from libri_graph.languages import TAGS
from libri_graph.namespaces import LIBRI, SHAPES, term

NESTED = re.compile(r"[+*}][^()]*\)[+*{]")
"""A quantified group that ends in a quantifier: the form that makes a regular expression explode."""


@pytest.fixture(scope="module")
def files(knowledge: Path) -> list[Path]:
    found = sorted((knowledge / "shapes").rglob("*.ttl"))
    assert len(found) > 10
    return found


@pytest.fixture(scope="module")
def quads(files: list[Path]) -> list[Quad]:
    return [quad for file in files for quad in parse(path=str(file), format=RdfFormat.TURTLE)]


def texts(quads: list[Quad], predicate: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate == term(predicate) and isinstance(quad.object, Literal):
            found[str(quad.subject)].add(quad.object.language or "")
    return found


def typed(quads: list[Quad], kind: str) -> set[str]:
    return {str(quad.subject) for quad in quads if quad.predicate == term("rdf:type") and quad.object == term(kind)}


@pytest.mark.parametrize("predicate", ["sh:name", "sh:description", "sh:message"])
def test_every_property_rule_speaks_every_language(quads: list[Quad], predicate: str) -> None:
    said = texts(quads, predicate)
    assert {rule for rule in typed(quads, "sh:PropertyShape") if said[rule] != set(TAGS)} == set()


def test_every_query_rule_speaks_every_language(quads: list[Quad]) -> None:
    said = texts(quads, "sh:message")
    rules = typed(quads, "sh:SPARQLConstraint")
    assert rules
    assert {rule for rule in rules if said[rule] != set(TAGS)} == set()


def test_rules_have_readable_addresses(quads: list[Quad]) -> None:
    assert all(rule.startswith(f"<{SHAPES}") for rule in typed(quads, "sh:PropertyShape"))


def test_one_path_has_one_key_and_one_key_one_path(quads: list[Quad]) -> None:
    paths = {str(quad.subject): str(quad.object) for quad in quads if quad.predicate == term("sh:path")}
    keys = {(paths[str(q.subject)], q.object.value) for q in quads if q.predicate == term("lsh:jsonKey")}
    assert len(keys) == len({path for path, _ in keys}) == len({key for _, key in keys})


def test_every_path_has_a_key(quads: list[Quad]) -> None:
    named = typed(quads, "sh:PropertyShape")
    paths = {str(q.subject): str(q.object) for q in quads if q.predicate == term("sh:path") and str(q.subject) in named}
    keyed = {paths[str(quad.subject)] for quad in quads if quad.predicate == term("lsh:jsonKey")}
    assert set(paths.values()) - keyed == set()


def test_our_terms_in_rules_are_defined_in_the_ontology(knowledge: Path, quads: list[Quad]) -> None:
    defined = {
        quad.subject
        for file in (knowledge / "ontology").glob("*.ttl")
        for quad in parse(path=str(file), format=RdfFormat.TURTLE)
        if quad.predicate == term("rdf:type")
    }
    used = {t for quad in quads for t in (quad.predicate, quad.object) if isinstance(t, NamedNode)}
    assert {t.value for t in used if t.value.startswith(LIBRI)} - {t.value for t in defined} == set()


@pytest.mark.usefixtures("terse_reference")
def test_the_rules_are_sound_shacl(files: list[Path]) -> None:
    shapes = Graph()
    for file in files:
        shapes.parse(file)
    conforms, _, report = pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, report


def test_no_pattern_can_explode(quads: list[Quad]) -> None:
    patterns = [quad.object.value for quad in quads if quad.predicate == term("sh:pattern")]
    assert patterns
    assert [pattern for pattern in patterns if NESTED.search(pattern)] == []


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(x*)*", "^([a-z]+[0-9]*)+$", "(a{2,}){3,}"])
def test_the_check_for_patterns_can_fail(pattern: str) -> None:
    assert NESTED.search(pattern)


def test_no_query_in_a_rule_leaves_the_graph(quads: list[Quad]) -> None:
    queries = [quad.object.value.upper() for quad in quads if quad.predicate == term("sh:select")]
    assert queries
    assert [query for query in queries if re.search(r"\b(SERVICE|FROM|GRAPH|LOAD)\b", query)] == []
