"""Shapes compiled to SPARQL: each constraint of each targeted shape becomes queries that find its faults.

What has no query here is named with a reason, so that the other engine checks it: nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from libri_graph.errors import ShapeInvalid
from libri_graph.validation import sparql, targets
from libri_graph.validation.constraints import Faults
from libri_graph.validation.fault import Fault, Step
from libri_graph.validation.shapes import Constraint, Shape, Shapes
from libri_graph.validation.shapes_graph import Term
from libri_graph.validation.sparql_text import NotCompiled, Variables, both, match

DEEPEST: Final = 50
"""How many shapes may stand inside each other before a query would be too deep for an engine."""
TOO_DEEP: Final = "stands inside itself, or too deep inside others; SHACL leaves open what that means"


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a shape is checked: at the targets of `root`, or at nodes that a pattern leads to from there."""

    root: Shape
    focus: str = targets.ROOT
    pattern: str = ""
    above: tuple[Term, ...] = ()
    """The shapes that led here, against shapes that contain themselves."""


@dataclass(frozen=True, slots=True)
class Check:
    """One query: it finds the focus nodes that violate `constraint` of `shape` in one way."""

    root: Shape
    shape: Shape
    constraint: Constraint
    head: str
    body: str
    tail: str
    fault: Fault
    at_targets: bool
    """Whether the focus nodes are the targets of `root` themselves."""

    def query(self, targeted: str) -> str:
        """Return the query for the nodes that the pattern `targeted` binds to ``?root``."""
        return f"SELECT DISTINCT {self.head} WHERE {{ {{ {targeted} }} {self.body} }}{self.tail}"


@dataclass(frozen=True, slots=True)
class Question:
    """One ``sh:sparql`` constraint, with the pattern that leads from ``?root`` to the nodes it is asked about."""

    root: Shape
    shape: Shape
    constraint: Constraint
    reached: Reached
    asked: sparql.Select


@dataclass(frozen=True, slots=True)
class Left:
    """A constraint that has no query here."""

    root: Shape
    shape: Shape
    constraint: Constraint | None
    """`None` when the targets of `root` themselves cannot be asked for: then all of it is left."""
    reason: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """All shapes, as what is run."""

    targets: dict[Term, str]
    """Targeted shape -> the pattern of its targets."""
    checks: tuple[Check, ...]
    questions: tuple[Question, ...]
    left: tuple[Left, ...]


def compile_shapes(shapes: Shapes) -> Compiled:
    """Return the queries of every targeted shape.

    Raises `ShapeInvalid` for a shape inside itself and for a query that SHACL does not allow.
    """
    compiler = _Compiler(shapes)
    patterns: dict[Term, str] = {}
    found: list[Check | Question | Left] = []
    for root in shapes.targeted:
        try:
            patterns[root.node] = targets.pattern(root)
            found += compiler.work(Reached(root), root)
        except NotCompiled as problem:
            found.append(Left(root, root, None, str(problem)))
    return Compiled(
        patterns,
        tuple(one for one in found if isinstance(one, Check)),
        tuple(one for one in found if isinstance(one, Question)),
        tuple(one for one in found if isinstance(one, Left)),
    )


class _Compiler:
    """Walks the shapes; the variables of all queries differ, so that no EXISTS catches another's."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._variables = Variables()
        self._faults = Faults(shapes, self._conforms, self._variables)
        self._inside: list[Term] = []

    def work(self, at: Reached, shape: Shape) -> Iterator[Check | Question | Left]:
        """Yield what is to be run, or left, for `shape` where it is reached."""
        if shape.deactivated:
            return
        for constraint in shape.constraints:
            self._inside = [*at.above, shape.node]
            try:
                yield from list(self._constraint(at, shape, constraint))
            except NotCompiled as problem:
                yield Left(at.root, shape, constraint, str(problem))

    def _constraint(self, at: Reached, shape: Shape, constraint: Constraint) -> Iterator[Check | Question | Left]:
        if constraint.name == "property":
            yield from self._property(at, shape, constraint)
        elif constraint.name == "sparql":
            if not self._shapes.graph.flag(constraint.value, sparql.DEACTIVATED):
                asked = sparql.read(self._shapes, shape, constraint.value)
                yield Question(at.root, shape, constraint, at, asked)
        else:
            for fault in self._faults.of(shape, constraint, at.focus):
                yield self._check(at, shape, constraint, fault)

    def _property(self, at: Reached, shape: Shape, constraint: Constraint) -> Iterator[Check | Question | Left]:
        inner = self._shapes.shape(constraint.value)
        above = (*at.above, shape.node)
        if inner.node in above or len(above) > DEEPEST:
            raise ShapeInvalid(f"{inner.node} {TOO_DEEP}")
        if shape.path is None:
            yield from self.work(Reached(at.root, at.focus, at.pattern, above), inner)
        else:
            value = self._variables.fresh()
            pattern = f"{at.pattern} {match(shape.path, at.focus, value, self._variables)}"
            yield from self.work(Reached(at.root, value, pattern, above), inner)

    def _check(self, at: Reached, shape: Shape, constraint: Constraint, fault: Fault) -> Check:
        named = {"?value": fault.value, "?beside": fault.beside, "?path": fault.path}
        chosen = [f"({variable} AS {name})" for name, variable in named.items() if variable and not fault.having]
        tail = f" GROUP BY {targets.ROOT} {at.focus} HAVING({fault.having})" if fault.having else ""
        head = " ".join([targets.ROOT, f"({at.focus} AS ?focus)", *chosen])
        body = f"{at.pattern} {fault.pattern(self._variables)}"
        at_targets = at.focus == targets.ROOT and not at.pattern
        return Check(at.root, shape, constraint, head, body, tail, fault, at_targets)

    def _conforms(self, node: Term, focus: str) -> str:
        """Return an expression: the node `focus` conforms to the shape `node`."""
        shape = self._shapes.shape(node)
        if shape.deactivated:
            return "true"
        if shape.node in self._inside or len(self._inside) > DEEPEST:
            raise ShapeInvalid(f"{shape.node} {TOO_DEEP}")
        self._inside.append(shape.node)
        try:
            return both([f"!{self._violates(shape, constraint, focus)}" for constraint in shape.constraints])
        finally:
            self._inside.pop()

    def _violates(self, shape: Shape, constraint: Constraint, focus: str) -> str:
        if constraint.name != "property":
            faults = self._faults.of(shape, constraint, focus)
            return f"({' || '.join(fault.expression(self._variables) for fault in faults) or 'false'})"
        if shape.path is None:
            return f"(!{self._conforms(constraint.value, focus)})"
        value = self._variables.fresh()
        broken = f"!{self._conforms(constraint.value, value)}"
        return Fault(broken, (Step(shape.path, focus, value),)).expression(self._variables)
