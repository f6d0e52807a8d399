"""A small model and its data, read from Turtle that stands beside the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from libri_graph.validation import Shapes, Validator, load_shapes

EXAMPLE = Path(__file__).with_name("example")
MODEL = "https://example.org/model#"
IDS = "https://example.org/id/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    return load_shapes(EXAMPLE / "shapes")


@pytest.fixture(scope="session")
def validator(shapes: Shapes) -> Validator:
    return Validator.of(shapes)


@pytest.fixture(scope="session")
def triples() -> tuple[Triple, ...]:
    """The data: nothing but a few Warnings is found in it."""
    quads = pyoxigraph.parse(path=str(EXAMPLE / "data" / "records.ttl"), format=RdfFormat.TURTLE)
    return tuple(quad.triple for quad in quads)


@pytest.fixture
def store(triples: tuple[Triple, ...]) -> Store:
    """A store of one's own that holds the data."""
    made = Store()
    made.extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    return made


def _values() -> list[NamedNode | Literal]:
    """Return values of every kind, right and wrong ones for each field."""
    named = [NamedNode(MODEL + name) for name in ("Latvia", "Poland", "cafe", "tour", "kinds", "others", "Library")]
    classes = [NamedNode(MODEL + name) for name in ("Initiative", "Organisation")]
    records = [NamedNode(IDS + name) for name in ("talking", "reading", "town-library", "school", "nobody")]
    tagged = [
        Literal(text, language=tag) for text in ("Talk", " x", "Long words that go on") for tag in ("en", "lv", "xx")
    ]
    typed = {
        "date": ("2021-01-01", "2024-01-01", "2022-13-45"),
        "gYear": ("2023",),
        "decimal": ("24.1", "-30", "45"),
        "integer": ("7",),
    }
    literals = [Literal(text, datatype=NamedNode(XSD + kind)) for kind, texts in typed.items() for text in texts]
    return [*named, *classes, *records, *tagged, *literals, Literal("running"), Literal("ended"), Literal("elsewhere")]


def _predicates() -> list[NamedNode]:
    own = (
        "start",
        "end",
        "organiser",
        "country",
        "kind",
        "status",
        "partner",
        "about",
        "follows",
        "seat",
        "long",
        "parent",
    )
    known = ("prefLabel", "note", "editorialNote", "inScheme")
    rdf = ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://www.w3.org/2000/01/rdf-schema#subClassOf")
    return [*(NamedNode(MODEL + n) for n in own), *(NamedNode(SKOS + n) for n in known), *map(NamedNode, rdf)]


Change = tuple[set[Triple], set[Triple]]
"""Triples that are added, and triples that are taken away."""


@pytest.fixture(scope="session")
def change(triples: tuple[Triple, ...]) -> Callable[[Iterable[tuple[int, int, int]], Iterable[int]], Change]:
    """Turns numbers, as a property test draws them, into a change of the data, good or bad."""
    values, predicates = _values(), _predicates()
    subjects = [value for value in values if isinstance(value, NamedNode)]

    def made(new: Iterable[tuple[int, int, int]], old: Iterable[int]) -> Change:
        added = {
            Triple(subjects[s % len(subjects)], predicates[p % len(predicates)], values[o % len(values)])
            for s, p, o in new
        }
        return added, {triples[number % len(triples)] for number in old}

    return made
