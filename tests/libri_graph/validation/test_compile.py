"""Compiled shapes say what pySHACL, the reference, says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Quad, Store, Triple

from libri_graph.validation import Result, Shapes, Validator, fallback
from libri_graph.validation.compile import Left

NUMBER = st.integers(0, 10_000)
ORDERING = {
    f"http://www.w3.org/ns/shacl#{name}ConstraintComponent"
    for name in ("LessThanOrEquals", "MinInclusive", "MaxExclusive")
}
"""pySHACL puts a date before a number and passes it; SPARQL cannot compare them, so SHACL says violation."""


def store_of(triples: Iterable[Triple]) -> Store:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
    return store


def said(results: Iterable[Result]) -> Counter[tuple[str, ...]]:
    """Return results as they can be compared: a shape without a name is any shape."""
    return Counter(
        (
            str(result.focus_node),
            str(result.path),
            str(result.value),
            result.component.value,
            result.severity.value,
            "" if isinstance(result.source_shape, BlankNode) else str(result.source_shape),
        )
        for result in results
    )


def said_by_reference(store: Store, shapes: Shapes) -> Counter[tuple[str, ...]]:
    everything = [Left(root, root, None, "asked for") for root in shapes.targeted]
    return said(fallback.validate([quad.triple for quad in store], shapes, everything))


def test_every_constraint_of_the_example_is_compiled(validator: Validator) -> None:
    assert validator.compiled.checks
    assert validator.compiled.questions
    assert validator.compiled.left == ()


def test_right_data_has_no_results(validator: Validator, store: Store) -> None:
    assert validator.validate(store).results == ()


@pytest.mark.usefixtures("terse_reference")
@settings(database=None, max_examples=150, deadline=None)
@given(new=st.lists(st.tuples(NUMBER, NUMBER, NUMBER), max_size=3), old=st.lists(NUMBER, max_size=3))
def test_results_are_those_of_the_reference(
    new: list[tuple[int, int, int]],
    old: list[int],
    change: Callable[..., tuple[set[Triple], set[Triple]]],
    triples: tuple[Triple, ...],
    shapes: Shapes,
    validator: Validator,
) -> None:
    added, removed = change(new, old)
    store = store_of({*triples, *added} - removed)
    ours, reference = said(validator.validate(store).results), said_by_reference(store, shapes)
    assert not reference - ours
    assert {row[3] for row in ours - reference} <= ORDERING
