"""The W3C SHACL test suite: the full report of each case is compared, blank nodes standing for each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from libri_graph.errors import ShapeInvalid
from libri_graph.namespaces import term
from libri_graph.validation import ChangeValidator, ValidationReport, Validator, paths, read_shapes
from libri_graph.validation.shapes_graph import ShapesGraph, Term

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
BLANK = "[]"
STEPS = {"core": 40, "sparql": 6}
"""How many triples of each case are taken away in turn."""
HOW_MANY = {"core": 98, "sparql": 23}

FAILS = {
    "pre-binding/shapesGraph-001": "asks the shapes graph as a named graph; shapes that do so are refused here",
}
"""Every test that is not passed, and why."""
SENT_ON = {
    "property/datatype-ill-formed": "xsd:byte, which the store does not keep",
    "component/nodeValidator-001": "a constraint component of its own",
    "component/optional-001": "a constraint component of its own",
    "component/propertyValidator-select-001": "a constraint component of its own",
    "component/validator-001": "a constraint component of its own",
    "pre-binding/pre-binding-001": "$this without a triple",
    "pre-binding/pre-binding-002": "$this without a triple",
    "pre-binding/pre-binding-003": "$this without a triple",
    "pre-binding/pre-binding-004": "$this without a triple",
    "pre-binding/pre-binding-005": "$this without a triple",
    "pre-binding/pre-binding-007": "$this without a triple",
}
"""Every test that pySHACL answers, and why."""

Row = tuple[str, str, str, str, str, str]
"""Focus node, path, value, severity, component, source shape; blank nodes stand for each other."""


@dataclass(frozen=True)
class Case:
    """One entry of a manifest."""

    name: str
    data: Path
    shapes: Path
    expected: Counter[Row] | None
    """`None` where the shapes must be refused."""


def cases(folder: Path) -> Iterator[Case]:
    """Yield every validation test below `folder`, by name."""
    for file in sorted(folder.rglob("*.ttl")):
        graph = ShapesGraph(triples(file))
        for entry in graph.subjects(term("rdf:type"), NamedNode(SHT + "Validate")):
            yield _case(folder, file, graph, entry)


def _case(folder: Path, file: Path, graph: ShapesGraph, entry: Term) -> Case:
    (action,), (result,) = (graph.objects(entry, NamedNode(MF + name)) for name in ("action", "result"))
    data, shapes = (_file(graph, action, NamedNode(SHT + name)) for name in ("dataGraph", "shapesGraph"))
    expected = None if result == NamedNode(SHT + "Failure") else Counter(demanded(graph, result))
    return Case(str(file.relative_to(folder).with_suffix("")), data, shapes, expected)


def _file(graph: ShapesGraph, action: Term, name: NamedNode) -> Path:
    found = graph.one(action, name)
    assert isinstance(found, NamedNode)
    return Path(found.value.removeprefix("file://"))


def triples(file: Path) -> list[Triple]:
    """Return the triples of a Turtle file whose base is its own address."""
    quads = pyoxigraph.parse(path=str(file), format=RdfFormat.TURTLE, base_iri=file.resolve().as_uri())
    return [quad.triple for quad in quads]


def demanded(graph: ShapesGraph, report: Term) -> Iterator[Row]:
    for node in graph.objects(report, term("sh:result")):
        path = graph.one(node, term("sh:resultPath"))
        named = ("focusNode", "value", "resultSeverity", "sourceConstraintComponent", "sourceShape")
        focus, value, *rest = (known(graph.one(node, term(f"sh:{name}"))) for name in named)
        yield (focus, str(paths.read(graph, path)) if path else "", value, *rest)


def known(value: Term | None) -> str:
    """Return a term as text; blank nodes look alike."""
    if value is None:
        return ""
    if isinstance(value, BlankNode):
        return BLANK
    return f'"{value.value}"^^{value.datatype}@{value.language}' if isinstance(value, Literal) else str(value)


def rows_of(report: ValidationReport) -> Counter[Row]:
    """Return what a report says, to be compared with what a case demands."""
    return Counter(
        (
            known(result.focus_node),
            str(result.path) if result.path else "",
            known(result.value),
            known(result.severity),
            known(result.component),
            known(result.source_shape),
        )
        for result in report.results
    )


def validator(case: Case) -> Validator:
    """Return the validator for a case's shapes."""
    return Validator.of(read_shapes(triples(case.shapes)))


def run(case: Case) -> ValidationReport:
    """Return the report on a case's data."""
    written = triples(case.data)
    return validator(case).validate(store_of(written), written=written)


def store_of(written: Iterable[Triple]) -> Store:
    """Return a store that holds some triples."""
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in written)
    return store


@pytest.mark.parametrize("part", ["core", "sparql"])
def test_reports_are_those_that_the_w3c_demands(shared: Path, part: str) -> None:
    found = list(cases(shared / "w3c" / "shacl" / part))
    assert len(found) == HOW_MANY[part]
    wrong = {case.name for case in found if not passes(case)}
    assert wrong == FAILS.keys() & {case.name for case in found}


def passes(case: Case) -> bool:
    """Return whether our report on a case is the demanded one, or our refusal is."""
    try:
        return rows_of(run(case)) == case.expected
    except ShapeInvalid:
        return case.expected is None


@pytest.mark.parametrize("part", ["core", "sparql"])
def test_only_known_cases_need_the_other_engine(shared: Path, part: str) -> None:
    found = [case for case in cases(shared / "w3c" / "shacl" / part) if case.expected is not None]
    sent = {case.name for case in found if validator(case).compiled.left}
    assert sent == (SENT_ON.keys() | FAILS.keys()) & {case.name for case in found}


@pytest.mark.long
@pytest.mark.parametrize("part", ["core", "sparql"])
def test_one_triple_more_or_less_is_judged_by_its_slice(shared: Path, part: str) -> None:
    """Take each triple of each case away, and put it back: no fault that appears may be missed."""
    missed = []
    for case in cases(shared / "w3c" / "shacl" / part):
        if case.expected is None or case.name in FAILS:
            continue
        judge, whole = validator(case), triples(case.data)
        changes = ChangeValidator.of(judge)
        everything = store_of(whole)
        full = rows_of(judge.validate(everything))
        for triple in whole[: STEPS[part]]:
            with_it = rows_of(changes.validate(everything, {triple}, ()))
            rest = store_of(other for other in whole if other != triple)
            less = rows_of(judge.validate(rest))
            without = rows_of(changes.validate(rest, (), {triple}))
            if less - full - without or full - less - with_it or without - less or with_it - full:
                missed.append((case.name, str(triple)))
    assert missed == []
