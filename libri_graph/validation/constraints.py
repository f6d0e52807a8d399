"""Each SHACL constraint as the ways in which it can be violated.

Source: SHACL, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode

from libri_graph.validation import conditions
from libri_graph.validation.fault import AnyStep, Fault, Step, nested
from libri_graph.validation.paths import Path, Predicate
from libri_graph.validation.shapes import PATH, Constraint, Shape, Shapes
from libri_graph.validation.shapes_graph import TRUE, Term
from libri_graph.validation.sparql_text import NotCompiled, Variables, at_least, both, either, exists, written

Conforms = Callable[[Term, str], str]
"""Shape, variable -> an expression that is true for a node that conforms to the shape."""


class Faults:
    """The faults of every constraint, for one set of shapes; what it cannot say raises `NotCompiled`."""

    def __init__(self, shapes: Shapes, conforms: Conforms, variables: Variables) -> None:
        self._shapes, self._conforms, self._variables = shapes, conforms, variables
        self._rules: dict[str, Callable[[Shape, Constraint, str], list[Fault]]] = {
            "minCount": self._min_count,
            "maxCount": self._max_count,
            "qualifiedMinCount": self._qualified_min_count,
            "qualifiedMaxCount": self._qualified_max_count,
            "uniqueLang": self._unique_lang,
            "hasValue": self._has_value,
            "equals": self._equals,
            "disjoint": self._disjoint,
            "lessThan": self._less_than,
            "lessThanOrEquals": self._less_than_or_equals,
            "closed": self._closed,
        }

    def of(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        """Return the ways in which the node `focus` can violate `constraint` of `shape`.

        Constraints on the set of values have rules of their own; the rest is decided value by value.
        """
        if shape.path is None and constraint.name in PATH_ONLY:
            return []
        return self._rules.get(constraint.name, self._value_by_value)(shape, constraint, focus)

    def _fresh(self) -> str:
        return self._variables.fresh()

    def _values(self, shape: Shape, focus: str) -> tuple[str, tuple[Step, ...]]:
        """Return the variable of a value node and the steps to it; the focus node itself for a node shape."""
        if shape.path is None:
            return focus, ()
        value = self._fresh()
        return value, (Step(shape.path, focus, value),)

    def _value_by_value(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        value, steps = self._values(shape, focus)
        return [Fault(f"!{self._good(shape, constraint, value)}", steps, value)]

    def _good(self, shape: Shape, constraint: Constraint, value: str) -> str:
        wanted = constraint.value
        match constraint.name:
            case "pattern":
                return conditions.fits(value, wanted, shape.helpers["flags"])
            case "languageIn":
                return conditions.speaks(value, self._members(wanted))
            case "in":
                return conditions.one_of(value, self._members(wanted))
            case "node":
                return self._conforms(wanted, value)
            case "not":
                return f"(!{self._conforms(wanted, value)})"
            case "and":
                return both(self._conforms(part, value) for part in self._members(wanted))
            case "or":
                return either(self._conforms(part, value) for part in self._members(wanted))
            case "xone":
                counted = (f"IF({self._conforms(part, value)}, 1, 0)" for part in self._members(wanted))
                return f"({' + '.join(counted)} = 1)"
        if constraint.name not in conditions.SIMPLE:
            raise NotCompiled(f"no query for {constraint.name}")
        return conditions.SIMPLE[constraint.name](value, wanted)

    def _members(self, head: Term) -> tuple[Term, ...]:
        return self._shapes.graph.members(head)

    def _min_count(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        return self._too_few(_path(shape), _whole(constraint.value), focus, lambda _: "true")

    def _max_count(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        return self._too_many(_path(shape), _whole(constraint.value), focus, lambda _: "true")

    def _qualified_min_count(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        return self._too_few(_path(shape), _whole(constraint.value), focus, self._qualifies(shape))

    def _qualified_max_count(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        return self._too_many(_path(shape), _whole(constraint.value), focus, self._qualifies(shape))

    def _too_few(self, path: Path, number: int, focus: str, counts: Callable[[str], str]) -> list[Fault]:
        if number <= 2:
            return [Fault(f"!{at_least(number, path, focus, counts, self._variables)}")]
        value = self._fresh()
        return [Fault(counts(value), (Step(path, focus, value),), having=f"COUNT(DISTINCT {value}) < {number}")]

    def _too_many(self, path: Path, number: int, focus: str, counts: Callable[[str], str]) -> list[Fault]:
        if number <= 1:
            return [Fault(at_least(number + 1, path, focus, counts, self._variables))]
        value = self._fresh()
        return [Fault(counts(value), (Step(path, focus, value),), having=f"COUNT(DISTINCT {value}) > {number}")]

    def _qualifies(self, shape: Shape) -> Callable[[str], str]:
        """Return the condition of a qualified value shape; disjoint ones count no node that a sibling counts."""
        wanted = shape.helpers["qualifiedValueShape"]
        if len(wanted) != 1:
            raise NotCompiled("a qualified count needs one qualified value shape")
        others = self._siblings(shape, wanted[0]) if TRUE in shape.helpers["qualifiedValueShapesDisjoint"] else []
        return lambda value: both(
            [self._conforms(wanted[0], value), *(f"!{self._conforms(other, value)}" for other in others)]
        )

    def _siblings(self, shape: Shape, own: Term) -> list[Term]:
        properties = (
            self._shapes.shape(constraint.value)
            for parent in self._shapes.parents(shape)
            for constraint in parent.constraints
            if constraint.name == "property"
        )
        return [other for found in properties for other in found.helpers["qualifiedValueShape"] if other != own]

    def _unique_lang(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        if constraint.value != TRUE:
            return []
        one, other, path = self._fresh(), self._fresh(), _path(shape)
        tag = f"lang({one})"
        twin = both([f"!sameTerm({one}, {other})", f"{tag} = lang({other})"])
        repeated = both([f'{tag} != ""', exists(path, focus, other, twin, self._variables)])
        return [Fault(repeated, (Step(path, focus, one),), beside=tag)]

    def _has_value(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        value, steps = self._values(shape, focus)
        same = f"sameTerm({value}, {written(constraint.value)})"
        return [Fault(f"!{nested(steps, same, self._variables)}")]

    def _equals(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        other = Predicate(_predicate(constraint))
        value, steps = self._values(shape, focus)
        there, end = self._fresh(), self._fresh()
        lacks = f"!{exists(other, focus, there, f'sameTerm({there}, {value})', self._variables)}"
        here, back = self._values(shape, focus)
        missing = f"!{nested(back, f'sameTerm({here}, {end})', self._variables)}"
        return [Fault(lacks, steps, value), Fault(missing, (Step(other, focus, end),), end)]

    def _disjoint(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        value, steps = self._values(shape, focus)
        there = self._fresh()
        same = f"sameTerm({there}, {value})"
        shared = exists(Predicate(_predicate(constraint)), focus, there, same, self._variables)
        return [Fault(shared, steps, value)]

    def _less_than(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        return self._in_order("<", shape, constraint, focus)

    def _less_than_or_equals(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        return self._in_order("<=", shape, constraint, focus)

    def _in_order(self, sign: str, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        value, steps = self._values(shape, focus)
        other = self._fresh()
        wrong = f"!COALESCE({value} {sign} {other}, false)"
        return [Fault(wrong, (*steps, Step(Predicate(_predicate(constraint)), focus, other)), value, beside=other)]

    def _closed(self, shape: Shape, constraint: Constraint, focus: str) -> list[Fault]:
        if constraint.value != TRUE:
            return []
        predicate, value = self._fresh(), self._fresh()
        allowed = [written(term) for term in allowed_predicates(self._shapes, shape)]
        beyond = f"{predicate} NOT IN ({', '.join(allowed)})"
        return [Fault(beyond, (AnyStep(focus, predicate, value),), value, path=predicate)]


def allowed_predicates(shapes: Shapes, shape: Shape) -> Iterator[Term]:
    """Yield the predicates that a closed shape allows: those of its own property shapes and the ignored ones."""
    for constraint in shape.constraints:
        if constraint.name == "property":
            path = shapes.graph.one(constraint.value, PATH)
            if isinstance(path, NamedNode):
                yield path
    for head in shape.helpers["ignoredProperties"]:
        yield from shapes.graph.members(head)


def _path(shape: Shape) -> Path:
    if shape.path is None:
        raise NotCompiled("a count needs a path")
    return shape.path


def _whole(value: Term) -> int:
    if not (isinstance(value, Literal) and value.value.lstrip("+").isdecimal()):
        raise NotCompiled(f"{value} is no count")
    return int(value.value)


def _predicate(constraint: Constraint) -> NamedNode:
    if not isinstance(constraint.value, NamedNode):
        raise NotCompiled(f"{constraint.name} needs a property")
    return constraint.value


PATH_ONLY: Final = frozenset({"minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount", "uniqueLang"})
"""Constraints that mean nothing on a node shape (W3C test qualified-001)."""
