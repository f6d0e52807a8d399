"""Replace the graphs of sources and publish the result as the next generation, or change nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from libri_graph.changes.lock import writer_lock
from libri_graph.errors import LibriError, ValidationFailed
from libri_graph.namespaces import GRAPHS
from libri_graph.store import view
from libri_graph.store.generations import Draft, Generation, Generations
from libri_graph.validation import ValidationReport
from libri_graph.validation.shapes import VIOLATION

Check = Callable[[pyoxigraph.Store, Sequence[Quad]], ValidationReport]
"""Validates the default graph of a store that is not published yet, and the spelling of what was just written."""
Beside = Callable[[pyoxigraph.Store, int, Path], object]
"""Given the new state, its number and its folder, writes into the folder what else belongs to the generation."""
WAIT_SECONDS = 60.0


class Proposal(Protocol):
    """New content for one named graph."""

    @property
    def name(self) -> str:
        """Id of the source."""

    @property
    def graph(self) -> NamedNode:
        """The graph that it replaces."""

    @property
    def checksum(self) -> str:
        """Of the files that it comes from."""

    def quads(self) -> Iterator[Quad]:
        """Yield what the graph shall hold."""


class RulesBroken(ValidationFailed):
    """Records break mandatory rules; `report` says which, `named` what the refused state says of the things in it."""

    def __init__(self, report: ValidationReport, named: pyoxigraph.Store) -> None:
        super().__init__("records break mandatory rules, so nothing was published")
        self.report = report
        self.named = named


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write did."""

    generation: Generation
    replaced: tuple[str, ...]
    """Names of the sources whose graphs were replaced; empty when everything was there already."""
    withdrawn: tuple[str, ...] = ()
    """Names of the sources whose graphs were removed."""


def publish(
    data_dir: Path,
    proposals: Sequence[Proposal],
    *,
    keep: int,
    complete: bool = False,
    check: Check | None = None,
    beside: Beside | None = None,
    tell: Callable[[str], None] = lambda _text: None,
) -> Outcome:
    """Publish a generation in which each of `proposals` has replaced its graph.

    A proposal whose checksum the current generation already has is left out; when nothing is left to do, nothing
    happens. When `proposals` are `complete`, all that the knowledge folder holds, what it held before and holds no
    more is withdrawn. `check` sees the new state before anyone else; a report with violations raises `RulesBroken`.
    Whatever is raised, the current generation goes on as before.
    """
    generations = Generations(data_dir)
    plan = Plan.of(generations.current(), proposals, complete)
    if plan.current and plan.idle:  # the common start of a server: it need not wait for a writer
        return Outcome(plan.current, ())
    with writer_lock(data_dir, WAIT_SECONDS, tell):
        plan = Plan.of(generations.current(), proposals, complete)
        if plan.current and plan.idle:
            return Outcome(plan.current, ())
        draft = generations.begin()
        try:
            _fill(draft, plan, check, tell)
            if beside is not None:
                tell("writing the files to take home")
                beside(draft.store, draft.number, draft.folder)
            generation = generations.publish(draft, plan.sources, keep, plan.knowledge)
        except BaseException:
            generations.discard(draft)
            raise
        return Outcome(generation, tuple(proposal.name for proposal in plan.changed), plan.withdrawn)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to come from the current generation to the proposed one."""

    current: Generation | None
    changed: tuple[Proposal, ...]
    withdrawn: tuple[str, ...]
    knowledge: tuple[str, ...]
    """Names of the sources that will lie in the knowledge folder."""

    @classmethod
    def of(cls, current: Generation | None, proposals: Sequence[Proposal], complete: bool) -> Plan:
        """Compare `proposals` with the current generation."""
        known = current.sources if current else {}
        changed = tuple(proposal for proposal in proposals if known.get(proposal.name) != proposal.checksum)
        before = current.knowledge if current else ()
        names = tuple(proposal.name for proposal in proposals)
        withdrawn = tuple(name for name in before if complete and name in known and name not in names)
        return cls(current, changed, withdrawn, names if complete else before)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return not self.changed and not self.withdrawn

    @property
    def sources(self) -> dict[str, str]:
        """Name -> checksum of every source afterwards."""
        known = self.current.sources if self.current else {}
        kept = {name: checksum for name, checksum in known.items() if name not in self.withdrawn}
        return kept | {proposal.name: proposal.checksum for proposal in self.changed}


def _fill(draft: Draft, plan: Plan, check: Check | None, tell: Callable[[str], None]) -> None:
    written: list[Quad] = []
    for proposal in plan.changed:
        tell(f"reading {proposal.name}")
        written += _replace(draft.store, proposal)
    for name in plan.withdrawn:
        draft.store.remove_graph(NamedNode(GRAPHS + name))
    tell("building the view")
    view.rebuild(draft.store)
    if check is not None:
        tell("checking the rules")
        _demand(check(draft.store, written), draft.store)


def _replace(store: pyoxigraph.Store, proposal: Proposal) -> list[Quad]:
    quads = list(proposal.quads())
    foreign = {quad.graph_name for quad in quads} - {proposal.graph}
    if foreign:
        raise LibriError(f"{proposal.name} holds quads of other graphs: {foreign}")
    store.clear_graph(proposal.graph)
    store.bulk_extend(quads)
    return quads


def _demand(report: ValidationReport, store: pyoxigraph.Store) -> None:
    if not report.conforms:
        faults = ValidationReport.of(result for result in report.results if result.severity == VIOLATION)
        raise RulesBroken(faults, _extract(store, faults))


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
