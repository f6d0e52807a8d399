"""Every rule has a record that keeps it and one that breaks it, and tells them apart by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, Triple, parse

from libri_graph.namespaces import SHAPES, term
from libri_graph.validation import Validator, load_shapes
from libri_graph.validation.results import Result

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("cases/*/*.ttl"))


@pytest.fixture(scope="module")
def validator(knowledge: Path) -> Validator:
    return Validator.of(load_shapes(knowledge / "shapes"))


@pytest.fixture(scope="module")
def background() -> list[Triple]:
    """What the cases refer to."""
    return [quad.triple for quad in parse(path=str(HERE / "background.ttl"), format=RdfFormat.TURTLE)]


def results_of(case: Path, background: list[Triple], validator: Validator) -> list[Result]:
    """Results on the record of a case, beside what the cases refer to."""
    record = [quad.triple for quad in parse(path=str(case), format=RdfFormat.TURTLE)]
    subjects = {triple.subject for triple in record}
    store = Store()
    kept = [triple for triple in background if triple.subject not in subjects]
    store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in [*record, *kept])
    return list(validator.validate(store, subjects, record).results)


def by(result: Result) -> set[str]:
    names = {str(result.source_shape), str(result.constraint)}
    return {name.strip("<>").removeprefix(SHAPES) for name in names}


def test_there_are_cases() -> None:
    assert len(CASES) > 400


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_a_case_breaks_its_rule_or_keeps_it(case: Path, background: list[Triple], validator: Validator) -> None:
    rule = case.parent.name
    found = [result for result in results_of(case, background, validator) if rule in by(result)]
    assert bool(found) == case.stem.startswith("invalid-"), found


def test_every_rule_has_cases_of_both_kinds(knowledge: Path) -> None:
    rules = set()
    for file in sorted((knowledge / "shapes").rglob("*.ttl")):
        for quad in parse(path=str(file), format=RdfFormat.TURTLE):
            if quad.predicate == term("rdf:type") and quad.object in (
                term("sh:PropertyShape"),
                term("sh:SPARQLConstraint"),
            ):
                rules.add(quad.subject.value.removeprefix(SHAPES))
    kinds = {rule: {case.stem.split("-")[0] for case in CASES if case.parent.name == rule} for rule in rules}
    assert {rule for rule, found in kinds.items() if found != {"valid", "invalid"}} == set()
