"""Shapes in, a report that people understand out."""

from __future__ import annotations

from collections.abc import Collection

from pyoxigraph import Quad, Store, Triple

from libri_graph.validation import literals
from libri_graph.validation.results import Result, ValidationReport
from libri_graph.validation.run import Validator
from libri_graph.validation.shapes import Shapes, load_shapes, read_shapes
from libri_graph.validation.shapes_graph import Term
from libri_graph.validation.slice import ChangeValidator

__all__ = [
    "ChangeValidator",
    "Result",
    "Shapes",
    "ValidationReport",
    "Validator",
    "load_shapes",
    "read_shapes",
    "validate",
]


def validate(
    store: Store,
    shapes: Shapes,
    focus_nodes: Collection[Term] | None = None,
    written: Collection[Triple | Quad] = (),
) -> ValidationReport:
    """Return the report on the default graph of `store`, or on some `focus_nodes` of it.

    `written` is what the parser gave, before storing: with it, literals that the store spells otherwise or cannot
    read are reported too. Raises `ShapeInvalid` for shapes that cannot be run, `ValueError` for no focus nodes at all.
    """
    report = Validator.of(shapes).validate(store, focus_nodes, written)
    return report.with_literals(literals.check(written, shapes))
