"""Replace the graphs of sources and publish the result as the next generation, or change nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from libri_graph.changes.lock import writer_lock
from libri_graph.errors import LibriError, ValidationFailed
from libri_graph.store import view
from libri_graph.store.generations import Draft, Generation, Generations
from libri_graph.validation import ValidationReport

Check = Callable[[pyoxigraph.Store, Sequence[Quad]], ValidationReport]
"""Validates the default graph of a store that is not published yet, and the spelling of what was just written."""
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
    """Records break mandatory rules; `report` says which."""

    def __init__(self, report: ValidationReport) -> None:
        super().__init__("records break mandatory rules, so nothing was published")
        self.report = report


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write did."""

    generation: Generation
    replaced: tuple[str, ...]
    """Names of the sources whose graphs were replaced; empty when everything was there already."""


def publish(
    data_dir: Path,
    proposals: Sequence[Proposal],
    *,
    keep: int,
    check: Check | None = None,
    tell: Callable[[str], None] = lambda _text: None,
) -> Outcome:
    """Publish a generation in which each of `proposals` has replaced its graph.

    A proposal whose checksum the current generation already has is left out; when none is left, nothing
    happens. `check` sees the new state before anyone else; a report with violations raises `RulesBroken`.
    Whatever is raised, the current generation goes on as before.
    """
    with writer_lock(data_dir, WAIT_SECONDS, tell):
        generations = Generations(data_dir)
        current = generations.current()
        changed = _changed(current, proposals)
        if current and not changed:
            return Outcome(current, ())
        draft = generations.begin()
        try:
            generation = _fill_and_publish(generations, draft, current, changed, keep, check, tell)
        except BaseException:
            generations.discard(draft)
            raise
        return Outcome(generation, tuple(proposal.name for proposal in changed))


def _changed(current: Generation | None, proposals: Sequence[Proposal]) -> list[Proposal]:
    known = current.sources if current else {}
    return [proposal for proposal in proposals if known.get(proposal.name) != proposal.checksum]


def _fill_and_publish(
    generations: Generations,
    draft: Draft,
    current: Generation | None,
    changed: Sequence[Proposal],
    keep: int,
    check: Check | None,
    tell: Callable[[str], None],
) -> Generation:
    written: list[Quad] = []
    for proposal in changed:
        tell(f"reading {proposal.name}")
        written += _replace(draft.store, proposal)
    tell("building the view")
    view.rebuild(draft.store)
    if check is not None:
        tell("checking the rules")
        _demand(check(draft.store, written))
    sources = dict(current.sources) if current else {}
    return generations.publish(draft, sources | {proposal.name: proposal.checksum for proposal in changed}, keep)


def _replace(store: pyoxigraph.Store, proposal: Proposal) -> list[Quad]:
    quads = list(proposal.quads())
    foreign = {quad.graph_name for quad in quads} - {proposal.graph}
    if foreign:
        raise LibriError(f"{proposal.name} holds quads of other graphs: {foreign}")
    store.clear_graph(proposal.graph)
    store.bulk_extend(quads)
    return quads


def _demand(report: ValidationReport) -> None:
    if not report.conforms:
        raise RulesBroken(report)
