"""A report for programs: JSON with the words that people get too, and Turtle as SHACL defines it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Final

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from libri_graph.languages import Text, best_text, fallback_chain
from libri_graph.namespaces import PREFIXES, term
from libri_graph.validation import paths
from libri_graph.validation.locate import Nowhere, Places
from libri_graph.validation.names import Names
from libri_graph.validation.results import Result, ValidationReport
from libri_graph.validation.shapes_graph import TYPE, Term

BOOLEAN: Final = term("xsd:boolean")


def as_json(report: ValidationReport, language: str, names: Names, places: Places | None = None) -> str:
    """Return the report as JSON: ``conforms`` (no Violation), ``counts`` and every result."""
    found = [_described(result, language, names, places or Nowhere()) for result in report.distinct]
    counts = {severity.value.rpartition("#")[2]: number for severity, number in report.counts().items()}
    whole = {"conforms": report.conforms, "counts": counts, "results": found}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _described(result: Result, language: str, names: Names, places: Places) -> dict[str, object]:
    record = names.record(result.focus_node)
    place, label = places.place(result, record), names.label(record, language)
    entry: dict[str, object | None] = {
        "severity": result.severity.value.rpartition("#")[2],
        "focusNode": _plain(result.focus_node),
        "label": label.text if label else None,
        "file": str(place.file) if place else None,
        "line": place.line if place else None,
        "path": result.predicate.value if result.predicate else str(result.path) if result.path else None,
        "field": _best(result.names, language),
        "values": [_value(value, language, names) for value in result.shown],
        "message": _best(result.messages, language),
        "messages": dict(sorted(result.messages.items())),
        "sourceShape": _plain(result.source_shape),
        "component": result.component.value,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _value(value: Term, language: str, names: Names) -> dict[str, str]:
    if isinstance(value, Literal):
        return {"value": value.value} | ({"language": value.language} if value.language else {})
    label = names.label(value, language)
    return {"id": _plain(value)} | ({"label": label.text} if label else {})


def _plain(value: Term) -> str:
    return value.value if isinstance(value, NamedNode | Literal) else str(value)


def _best(texts: object, language: str) -> str | None:
    items = texts.items() if isinstance(texts, dict) else ()
    best = best_text((Text(text, tag) for tag, text in items), fallback_chain(language))
    return best.text if best else None


def as_turtle(report: ValidationReport) -> str:
    """Return the report as a ``sh:ValidationReport`` with every message in every language.

    ``sh:conforms`` is false for any result, as SHACL 1.0 has it; see the severities for what blocks publishing.
    """
    triples = list(_triples(report))
    written = pyoxigraph.serialize(triples, format=RdfFormat.TURTLE, prefixes=_prefixes(triples))
    return (written or b"").decode()


def _triples(report: ValidationReport) -> Iterator[Triple]:
    numbers = count(1)
    fresh = (BlankNode(f"report{number}") for number in numbers)
    whole = next(fresh)
    conforms = Literal("false" if report.results else "true", datatype=BOOLEAN)
    yield Triple(whole, TYPE, term("sh:ValidationReport"))
    yield Triple(whole, term("sh:conforms"), conforms)
    nodes = {next(fresh): result for result in report.results}
    yield from (Triple(whole, term("sh:result"), node) for node in nodes)
    for node, result in nodes.items():
        yield from _result(node, result, fresh)


def _result(node: BlankNode, result: Result, fresh: Iterator[BlankNode]) -> Iterator[Triple]:
    yield Triple(node, TYPE, term("sh:ValidationResult"))
    yield Triple(node, term("sh:focusNode"), result.focus_node)
    described: list[Triple] = []
    if result.path is not None:
        path, described = paths.triples(result.path, fresh)
        yield Triple(node, term("sh:resultPath"), path)
    if result.value is not None:
        yield Triple(node, term("sh:value"), result.value)
    yield Triple(node, term("sh:resultSeverity"), result.severity)
    yield Triple(node, term("sh:sourceShape"), result.source_shape)
    yield Triple(node, term("sh:sourceConstraintComponent"), result.component)
    if result.constraint is not None:
        yield Triple(node, term("sh:sourceConstraint"), result.constraint)
    for tag, text in sorted(result.messages.items()):
        yield Triple(node, term("sh:resultMessage"), Literal(text, language=tag) if tag else Literal(text))
    yield from described


def _prefixes(triples: list[Triple]) -> dict[str, str]:
    terms = {str(part) for triple in triples for part in (triple.subject, triple.predicate, triple.object)}
    return {name: space for name, space in sorted(PREFIXES.items()) if any(f"<{space}" in one for one in terms)}
