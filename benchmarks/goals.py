"""Every figure that is measured, which way is better, and the goal it has to meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

OURS: Final = "libri"
Figures = Mapping[str, Mapping[str, float]]
"""Contestant -> figure -> value."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound for a figure of ours, or for its ratio to that of a peer."""

    bound: float
    at_least: bool = False
    peer: str = ""

    def __str__(self) -> str:
        """Return the goal in a few signs."""
        sign = ">=" if self.at_least else "<="
        return f"{sign} {self.bound:g}x {self.peer}" if self.peer else f"{sign} {self.bound:g}"

    def met(self, figure: str, figures: Figures) -> bool | None:
        """Return whether it is met; `None` where a figure is missing."""
        value = figures.get(OURS, {}).get(figure)
        base = figures.get(self.peer, {}).get(figure) if self.peer else 1.0
        if value is None or not base:
            return None
        return value / base >= self.bound if self.at_least else value / base <= self.bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table."""

    title: str
    unit: str
    goal: Goal | None = None
    more: bool = False
    """Whether more is better."""


FIGURES: Final[dict[str, Figure]] = {
    "load.seconds": Figure("load (ours: with rules, view, journal)", "s"),
    "lookup.p50": Figure("point lookup, never asked before, p50", "ms"),
    "lookup.p99": Figure("point lookup, never asked before, p99", "ms"),
    "lookup.cpu": Figure("point lookup, server CPU", "ms", Goal(2, peer="oxigraph")),
    "cached.p50": Figure("same lookup again, p50", "ms"),
    "cached.p99": Figure("same lookup again, p99", "ms"),
    "cached.cpu": Figure("same lookup again, server CPU", "ms", Goal(1, peer="oxigraph")),
    "conditional.p50": Figure("If-None-Match (peers: in full), p50", "ms"),
    "conditional.p99": Figure("If-None-Match (peers: in full), p99", "ms"),
    "conditional.cpu": Figure("If-None-Match, server CPU", "ms", Goal(1, peer="oxigraph")),
    "crowd.new": Figure("32 clients, all questions new", "/s", Goal(20, True, "rdflib-endpoint"), more=True),
    "crowd.popular": Figure("32 clients, 100 popular questions", "/s", more=True),
    "crowd.p99": Figure("32 clients, all questions new, p99", "ms"),
    "export.rate": Figure("full export", "MB/s", Goal(0.95, True, "oxigraph"), more=True),
    "export.seconds": Figure("full export, to the last byte", "s"),
    "export.first": Figure("full export, first byte", "ms", Goal(20)),
    "export.memory": Figure("full export, memory growth", "MB", Goal(64)),
    "lists.page": Figure("list page with facets, server CPU", "ms", Goal(30)),  # 60 at 5 million
    "lists.index": Figure("the same, the index alone, CPU", "ms"),
    "lists.sparql": Figure("the same facets without index, as SPARQL", "ms"),
    "api.page.cpu": Figure("API page kept ready (peers: point lookup), CPU", "ms", Goal(1, peer="oxigraph")),
    "api.page.p50": Figure("the same, p50", "ms"),
    "api.list.cpu": Figure("API list of 50 kept ready (peers: point lookup), CPU", "ms", Goal(1, peer="oxigraph")),
    "api.list.p50": Figure("the same, p50", "ms"),
    "api.unchanged.cpu": Figure("API list of 50, unchanged (304), CPU", "ms", Goal(0.3)),
    "api.unchanged.p50": Figure("the same, p50", "ms"),
    "api.fresh.cpu": Figure("API list of 50 never asked before, CPU", "ms", Goal(10)),
    "api.fresh.p50": Figure("the same, p50", "ms"),
    "journal.p50": Figure("journal append, p50", "ms", Goal(5)),
    "journal.p99": Figure("journal append, p99", "ms"),
    "write.acknowledged": Figure("write of one entity, acknowledged, p50", "ms"),
    "write.visible": Figure("write of one entity, visible, p50", "ms", Goal(100)),
    "row.acknowledged": Figure("twenty of them in a row, acknowledged, p50", "ms"),
    "row.visible": Figure("twenty of them in a row, visible, p50", "ms"),
    "opening.seconds": Figure("process start to first answer", "s", Goal(0.5)),
    "bombs.p50": Figure("ASK {} beside eight query bombs, p50", "ms"),
    "bombs.p99": Figure("ASK {} beside eight query bombs, p99", "ms", Goal(250)),
}
