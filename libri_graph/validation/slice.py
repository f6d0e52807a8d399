"""Validate one change: find the nodes that it can affect, and check those.

The shapes say what they read; walking that backwards from the changed triples, over the state after the change and the
triples that it took away, gives the focus nodes. The time depends on the change and not on the size of the graph. A
change of something that everybody shares affects too many and is checked as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store, Triple

from libri_graph.validation import reads
from libri_graph.validation.automaton import TooMany
from libri_graph.validation.reads import Reads
from libri_graph.validation.results import ValidationReport
from libri_graph.validation.run import Validator
from libri_graph.validation.shapes_graph import Term

MOST: Final = 5000
"""Nodes that one change may reach before all of the graph is checked instead."""


@dataclass(frozen=True, slots=True)
class ChangeValidator:
    """Shapes made ready to judge changes."""

    validator: Validator
    reads: Reads

    @staticmethod
    def of(validator: Validator) -> ChangeValidator:
        """Return a judge of changes by the same shapes."""
        return ChangeValidator(validator, reads.of(validator.shapes, validator.compiled))

    def affected(self, after: Store, added: Iterable[Triple], removed: Iterable[Triple]) -> set[Term] | None:
        """Return the nodes that a change can affect, `after` being the state with it; `None` for all nodes.

        Some of them may be targets of no shape.
        """
        state = _State(after, removed)
        changed = {*added, *state.removed}
        if self.reads.anything or any(triple.predicate in self.reads.anywhere for triple in changed):
            return None if changed else set()
        spots = {spot for triple in changed for spot in self.reads.automaton.spots(triple)}
        try:
            reached = self.reads.automaton.back(spots, state.find, MOST)
        except TooMany:
            return None
        return {node for node, at in reached if at in self.reads.starts}

    def validate(
        self, after: Store, added: Collection[Triple], removed: Collection[Triple], *, only_violations: bool = False
    ) -> ValidationReport:
        """Return the report on what a change can affect; on the whole graph when that is too much to name.

        `after` is the state with the change, `added` and `removed` the triples of its default graph that differ. With
        `only_violations`, what is merely advised may be left out.
        """
        nodes = self.affected(after, added, removed)
        if nodes is None:
            return self.validator.validate(after, only_violations=only_violations)
        if not nodes:
            return ValidationReport()
        slice_ = self.read(after, nodes) if self.validator.compiled.left else None
        return self.validator.validate(after, nodes, slice_=slice_, only_violations=only_violations)

    def read(self, store: Store, nodes: Iterable[Term]) -> set[Triple]:
        """Return the triples of `store` that decide about `nodes`."""
        spots = {(node, start) for node in nodes for start in self.reads.starts}
        return self.reads.automaton.read(spots, _State(store, ()).find)


class _State:
    """The default graph of a store, with the triples that were taken away still in it."""

    def __init__(self, store: Store, removed: Iterable[Triple]) -> None:
        self._store = store
        self.removed = frozenset(removed)
        self._by_end: dict[Term, list[Triple]] = defaultdict(list)
        for triple in self.removed:
            self._by_end[triple.subject].append(triple)
            self._by_end[triple.object].append(triple)

    def find(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterator[Triple]:
        """Yield the triples that match; subject or object must be given."""
        for quad in self._store.quads_for_pattern(subject, predicate, value, DefaultGraph()):  # type: ignore[arg-type]  # a term of the data at this place
            yield quad.triple
        for triple in self._by_end.get(subject if subject is not None else value, ()):  # type: ignore[arg-type]  # a term of the data at this place
            same = subject in (None, triple.subject) and value in (None, triple.object)
            if same and predicate in (None, triple.predicate):
                yield triple
