"""The rules by which a write is judged before anyone sees what it did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from libri_graph import validation
from libri_graph.changes.broken import RulesBroken
from libri_graph.validation import ChangeValidator, ValidationReport, Validator, literals
from libri_graph.validation.shapes import VIOLATION


@dataclass(frozen=True, slots=True)
class Rules:
    """The shapes of a folder, made ready to judge; keep them when more than one write is judged."""

    judge: ChangeValidator

    @staticmethod
    def read(folder: Path) -> Rules:
        """Return the rules of the shapes in `folder`."""
        return Rules(ChangeValidator.of(Validator.of(validation.load_shapes(folder))))

    def demand(
        self,
        store: pyoxigraph.Store,
        view: tuple[Collection[Triple], Collection[Triple]] | None,
        written: Collection[Quad] = (),
    ) -> None:
        """Raise `RulesBroken` unless the view of `store` keeps the mandatory rules.

        `view` is what the view won and lost; `None` where all of it must be looked at. `written` is what was
        parsed, before the store took it: literals that it spells otherwise are judged as they were written.
        """
        report = self._report(store, view, [quad.triple for quad in written])
        if not report.conforms:
            faults = ValidationReport.of(result for result in report.results if result.severity == VIOLATION)
            raise RulesBroken(faults, _extract(store, faults))

    def _report(
        self,
        store: pyoxigraph.Store,
        view: tuple[Collection[Triple], Collection[Triple]] | None,
        written: Collection[Triple],
    ) -> ValidationReport:
        validator = self.judge.validator
        if view is None:
            found = validator.validate(store, None, written, only_violations=True)
        else:
            found = self.judge.validate(store, *view, only_violations=True)
        return found.with_literals(literals.check(written, validator.shapes))


def _extract(store: pyoxigraph.Store, report: ValidationReport) -> pyoxigraph.Store:
    """Return what the view says of the things in `report`; the store itself is about to be thrown away."""
    named = {node for result in report.results for node in (result.focus_node, *result.shown)}
    named |= {NamedNode(node.value.partition("#")[0]) for node in named if isinstance(node, NamedNode)}
    blank = {node for node in named if isinstance(node, BlankNode)}
    extract = pyoxigraph.Store()
    for node in named:
        if isinstance(node, NamedNode | BlankNode):
            extract.extend(store.quads_for_pattern(node, None, None, DefaultGraph()))
    for node in blank:
        extract.extend(store.quads_for_pattern(None, None, node, DefaultGraph()))
    return extract
