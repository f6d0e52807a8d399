"""What a validation says: one result for each fault, and the report that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pyoxigraph import NamedNode

from libri_graph.validation.paths import Path, Predicate
from libri_graph.validation.shapes import INFO, VIOLATION, WARNING
from libri_graph.validation.shapes_graph import Node, Term

SEVERITIES: Final = (VIOLATION, WARNING, INFO)
"""Worst first. A Violation blocks publishing, a Warning is shown, an Info advises."""


@dataclass(frozen=True, slots=True)
class Result:
    """One fault of one record."""

    focus_node: Term
    path: Path | None
    value: Term | None
    """What is wrong; `None` where SHACL names no value, as for a missing one."""
    severity: NamedNode
    source_shape: Node
    component: NamedNode
    messages: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Language tag -> what to do about it."""
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Language tag -> what the field is called."""
    constraint: Node | None = None
    """The ``sh:sparql`` constraint, for a fault that a query found."""
    beside: tuple[Term, ...] = ()
    """Values that the fault is about though SHACL does not name them: the two labels, the earlier date."""

    @property
    def predicate(self) -> NamedNode | None:
        """The property that the fault is about, where the path is no more than that."""
        return self.path.iri if isinstance(self.path, Predicate) else None

    @property
    def shown(self) -> tuple[Term, ...]:
        """The values that a reader should see."""
        own = () if self.value is None or self.value == self.focus_node else (self.value,)
        return tuple(dict.fromkeys((*own, *self.beside)))

    def key(self) -> tuple[str, ...]:
        """Return what makes this result this one, as texts that sort."""
        parts = (self.focus_node, self.path, self.component, self.value, self.source_shape, *self.beside)
        return tuple(str(part) for part in parts)


@dataclass(frozen=True)
class ValidationReport:
    """All results of one validation, in a fixed order: worst first, then by record."""

    results: tuple[Result, ...] = ()

    @staticmethod
    def of(results: Iterable[Result]) -> ValidationReport:
        """Return the report of `results`, sorted."""
        return ValidationReport(tuple(sorted(results, key=lambda result: (rank(result.severity), result.key()))))

    @property
    def conforms(self) -> bool:
        """Whether nothing blocks publishing: no Violation. (SHACL 1.0 says false for any result at all.)"""
        return not any(result.severity == VIOLATION for result in self.results)

    @cached_property
    def distinct(self) -> tuple[Result, ...]:
        """The results without those that say the same of one record by the same shape, reached in two ways."""
        return tuple({(result.severity, result.key()): result for result in self.results}.values())

    def counts(self) -> dict[NamedNode, int]:
        """Return severity -> number of distinct results, worst first, zeros included."""
        found = dict.fromkeys(SEVERITIES, 0)
        for result in self.distinct:
            found[result.severity] = found.get(result.severity, 0) + 1
        return found

    def with_literals(self, more: Iterable[Result]) -> ValidationReport:
        """Return a report that holds `more` as well, where no shape blames the same value already."""
        blamed = {(result.focus_node, result.path, result.value) for result in self.results}
        new = (result for result in more if (result.focus_node, result.path, result.value) not in blamed)
        return ValidationReport.of((*self.results, *new))


def rank(severity: NamedNode) -> int:
    """Return 0 for the worst; a severity of somebody else's own stands last."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
