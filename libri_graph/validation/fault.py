"""One way in which a constraint can be violated: steps that lead away from a focus node, and a filter over them.

At the top of a shape a fault becomes the body of a query that finds the guilty nodes; inside another shape it becomes
an expression that tells whether there is one.
"""

from __future__ import annotations

from dataclasses import dataclass

from libri_graph.validation.paths import Path
from libri_graph.validation.sparql_text import NotCompiled, Variables, exists, match


@dataclass(frozen=True, slots=True)
class Step:
    """From a node to another over a path."""

    path: Path
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class AnyStep:
    """From a node to another over any predicate."""

    start: str
    predicate: str
    end: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to violate a constraint: the steps can be walked and `filter` is true."""

    filter: str
    steps: tuple[Step | AnyStep, ...] = ()
    value: str | None = None
    """Variable of the node that the result blames."""
    beside: str | None = None
    """Variable of what makes two results of one value different, as the date that an end date is compared with."""
    path: str | None = None
    """Variable of the result's path, where it is not the shape's own."""
    having: str | None = None
    """A condition on the rows of one focus node, counted."""

    def pattern(self, variables: Variables) -> str:
        """Return the graph pattern that binds the variables of this fault, its focus node being bound already."""
        patterns = [_pattern(step, variables) for step in self.steps]
        if self.having:
            kept = "" if self.filter == "true" else f" FILTER({self.filter})"
            return f"OPTIONAL {{ {' '.join(patterns)}{kept} }}"
        return " ".join([*patterns, *([] if self.filter == "true" else [f"FILTER({self.filter})"])])

    def expression(self, variables: Variables) -> str:
        """Return an expression that is true where this fault is. Raises `NotCompiled` for one that has to count."""
        if self.having:
            raise NotCompiled("counting to three inside another shape")
        return nested(self.steps, self.filter, variables)


def _pattern(step: Step | AnyStep, variables: Variables) -> str:
    if isinstance(step, AnyStep):
        return f"{step.start} {step.predicate} {step.end} ."
    return match(step.path, step.start, step.end, variables)


def nested(steps: tuple[Step | AnyStep, ...], condition: str, variables: Variables) -> str:
    """Return an expression: the steps can be walked and `condition` holds at their end."""
    if not steps:
        return condition
    step, rest = steps[0], nested(steps[1:], condition, variables)
    if isinstance(step, Step):
        return exists(step.path, step.start, step.end, rest, variables)
    return f"EXISTS {{ {_pattern(step, variables)} FILTER({rest}) }}"
