"""What the shapes read, from the nodes that they look at: enough to tell whom a change can affect.

It may say too much, never too little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from libri_graph.validation import algebra
from libri_graph.validation.automaton import Automaton
from libri_graph.validation.compile import Compiled
from libri_graph.validation.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence
from libri_graph.validation.shapes import DEMANDS, SHAPE_LISTS, SINGLE_SHAPE, Constraint, Shape, Shapes
from libri_graph.validation.shapes_graph import SUBCLASS, TYPE, Term

INSTANCE: Final = Sequence((Predicate(TYPE), Repeated(Predicate(SUBCLASS), "*")))
PAIRS: Final = ("equals", "disjoint", "lessThan", "lessThanOrEquals")


@dataclass(frozen=True, slots=True)
class Reads:
    """The automaton of all targeted shapes."""

    automaton: Automaton
    starts: frozenset[int]
    """The states of focus nodes, one for each targeted shape."""
    anywhere: frozenset[NamedNode]
    """Predicates that some query reads from no node in particular: a change of one may affect every node."""
    anything: bool
    """Whether some constraint may read any triple at all."""


def of(shapes: Shapes, compiled: Compiled) -> Reads:
    """Return what `shapes` read."""
    reader = _Reader(shapes, compiled)
    starts = frozenset(reader.root(shape) for shape in shapes.targeted)
    return Reads(reader.automaton, starts, frozenset(reader.anywhere), reader.anything)


class _Reader:
    def __init__(self, shapes: Shapes, compiled: Compiled) -> None:
        self.automaton = Automaton()
        self.anywhere: set[NamedNode] = set()
        self.anything = False
        self._shapes = shapes
        self._queries = {question.asked.node: question.asked.tree for question in compiled.questions}

    def root(self, shape: Shape) -> int:
        start = self.automaton.fresh()
        for target in shape.targets:
            self._target(target.kind, target.value, start)
        self._shape(shape, start)
        return start

    def _target(self, kind: str, value: Term, start: int) -> None:
        if kind == "targetClass":
            self.automaton.walked(INSTANCE, start)
        elif kind == "targetSubjectsOf" and isinstance(value, NamedNode):
            self.automaton.walked(Predicate(value), start)
        elif kind == "targetObjectsOf" and isinstance(value, NamedNode):
            self.automaton.walked(Inverse(Predicate(value)), start)
        elif kind != "targetNode":
            self.anything = True

    def _shape(self, shape: Shape, focus: int, above: tuple[Term, ...] = ()) -> None:
        if shape.deactivated:
            return
        if shape.node in above:
            self.anything = True
            return
        value = self.automaton.walked(shape.path, focus) if shape.path is not None else focus
        for constraint in shape.constraints:
            self._constraint(constraint, focus, value)
            for inner in self._inner(constraint):
                self._shape(self._shapes.shape(inner), value, (*above, shape.node))
        for inner in shape.helpers["qualifiedValueShape"]:
            self._shape(self._shapes.shape(inner), value, (*above, shape.node))
        if shape.helpers["qualifiedValueShapesDisjoint"]:
            self._siblings(shape, value)

    def _inner(self, constraint: Constraint) -> Iterator[Term]:
        if constraint.name in SINGLE_SHAPE:
            yield constraint.value
        elif constraint.name in SHAPE_LISTS:
            yield from self._shapes.graph.members(constraint.value)

    def _constraint(self, constraint: Constraint, focus: int, value: int) -> None:
        if constraint.name == "class":
            self.automaton.walked(INSTANCE, value)
        elif constraint.name in PAIRS and isinstance(constraint.value, NamedNode):
            self.automaton.walked(Predicate(constraint.value), focus)
        elif constraint.name == "closed":
            self.automaton.walk_any(value, self.automaton.fresh())
        elif constraint.name == "sparql":
            self._query(constraint.value, focus)
        elif constraint.name not in DEMANDS:
            self.anything = True

    def _siblings(self, shape: Shape, value: int) -> None:
        for parent in self._shapes.parents(shape):
            for constraint in parent.constraints:
                if constraint.name == "property" and constraint.value != shape.node:
                    for inner in self._shapes.shape(constraint.value).helpers["qualifiedValueShape"]:
                        self._shape(self._shapes.shape(inner), value, (shape.node,))

    def _query(self, node: Term, focus: int) -> None:
        """Add an edge for every triple pattern that `$this` is connected with, directly or through others."""
        if node not in self._queries:
            self.anything = True
            return
        waiting = list(algebra.triples(self._queries[node]))
        states: dict[object, int] = {algebra.THIS: focus}
        while ready := [one for one in waiting if one[0] in states or one[2] in states]:
            for subject, path, value in ready:
                self._pattern(states, subject, path, value)
            waiting = [one for one in waiting if one not in ready]
        for _, path, _ in waiting:
            self._unconnected(path)

    def _pattern(self, states: dict[object, int], subject: object, path: Path | None, value: object) -> None:
        """Let a pattern lead from each end to the other, but not back to `$this`.

        Both ways, because a branch of a UNION may come from the far end.
        """
        for end in (subject, value):
            states.setdefault(end, self.automaton.fresh())
        one, other = states[subject], states[value]
        if value != algebra.THIS:
            self._lead(path, one, other, forward=True)
        if subject != algebra.THIS:
            self._lead(path, other, one, forward=False)

    def _lead(self, path: Path | None, start: int, end: int, *, forward: bool) -> None:
        if path is None:
            self.automaton.walk_any(start, end, forward=forward)
        else:
            self.automaton.walk(path if forward else Inverse(path), start, end)

    def _unconnected(self, path: Path | None) -> None:
        if path is None:
            self.anything = True
        else:
            self.anywhere |= set(predicates(path))


def predicates(path: Path) -> Iterator[NamedNode]:
    """Yield every predicate that a path may use."""
    match path:
        case Predicate():
            yield path.iri
        case Inverse() | Repeated():
            yield from predicates(path.path)
        case Sequence() | Alternative():
            for step in path.paths:
                yield from predicates(step)
