"""What is gone: when and by what an entity left the view, read out of the journal.

An entity leaves with an event of its own, with its source when that does not enter the view any more, or when its
source is replaced as a whole by a payload that does not speak of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Triple

from libri_graph.journal.events import Event, Kind
from libri_graph.journal.history import WHOLE, Step, step_of
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.subjects import ENTERS
from libri_graph.namespaces import GRAPHS

ALWAYS_SHOWN: Final = frozenset({"", GRAPHS + "ontology"})
"""Graphs of the view that need not say so."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that was described once and is not any more."""

    iri: str
    time: str
    """When it went."""
    change: int
    """The change set that took it away."""
    actor: str
    said: tuple[Triple, ...]
    """What was said of it last; nothing where only a payload did."""


@dataclass(frozen=True, slots=True)
class _Trace:
    """The last that the journal knows of an entity in one graph."""

    graph: str
    last: Step | Event
    """By which it was written, or after which it was there."""
    departure: Step | Event | None
    """By which it left; `None` while it is in the graph."""

    @property
    def said(self) -> tuple[Triple, ...]:
        return (*self.last.added, *self.last.removed) if isinstance(self.last, Step) else ()


def gone(journal: Journal, payloads: Payloads, iri: str, until: int | None = None) -> Gone | None:
    """Return what became of an entity that the view does not hold; `None` where the view never held it.

    `until` is the state that is looked at; without it, all that happened counts. Four queries at most, and some small
    reads for each payload.
    """
    end = journal.last if until is None else until
    wholes = {graph: [one for one in found if one.sequence <= end] for graph, found in journal.wholes().items()}
    known = _traces(journal, payloads, iri, end, wholes)
    traces = [one for one in known if _was_shown(journal, payloads, one.graph, wholes.get(one.graph, ()))]
    if not traces:
        return None
    left = [trace.graph for trace in traces if trace.departure is None]
    moments = [trace.departure for trace in traces if trace.departure] + _rulings(journal, left, end, wholes)
    last = max(moments or [trace.last for trace in traces], key=lambda moment: moment.sequence)
    return Gone(iri, last.time, last.change, last.actor, tuple(triple for trace in traces for triple in trace.said))


def _traces(
    journal: Journal, payloads: Payloads, iri: str, end: int, wholes: Mapping[str, Sequence[Event]]
) -> Iterator[_Trace]:
    """Yield what is known of an entity, graph by graph, the latest event of its own first."""
    query = f"""SELECT {WHOLE} FROM event WHERE sequence IN
        (SELECT max(sequence) FROM event WHERE entity = ? AND sequence <= ? GROUP BY graph)
        ORDER BY sequence DESC"""  # noqa: S608  # our own columns
    steps = {step.graph: step for step in map(step_of, journal.rows(query, (iri, end)))}
    for graph in dict.fromkeys([*steps, *wholes]):
        replaced, step = wholes.get(graph, ()), steps.get(graph)
        speaking = next((one for one in reversed(replaced) if payloads.speaks_of(one.entry.file, iri)), None)
        last = max([one for one in (step, speaking) if one], key=lambda one: one.sequence, default=None)
        if isinstance(last, Step) and last.kind is Kind.delete:
            yield _Trace(graph, last, last)
        elif last is not None:
            yield _Trace(graph, last, next((one for one in replaced if one.sequence > last.sequence), None))


def _rulings(
    journal: Journal, graphs: Sequence[str], until: int, wholes: Mapping[str, Sequence[Event]]
) -> list[Step | Event]:
    """Return the last events by which any of `graphs` may have left the view: where it speaks of itself."""
    query = f"""SELECT {WHOLE} FROM event WHERE entity IN (SELECT value FROM json_each(?)) AND sequence <= ?
        ORDER BY sequence DESC LIMIT 1"""  # noqa: S608  # our own columns
    said = [step_of(row) for row in journal.rows(query, (json.dumps(graphs), until))] if graphs else []
    return [*said, *(one for graph in graphs for one in wholes.get(graph, ())[-1:])]


def _was_shown(journal: Journal, payloads: Payloads, graph: str, wholes: Sequence[Event]) -> bool:
    """Return whether `graph` ever said that it enters the view."""
    query = "SELECT 1 FROM event WHERE entity = ? AND graph = ? AND instr(added || kept, ?) LIMIT 1"
    if graph in ALWAYS_SHOWN or journal.rows(query, (graph, graph, ENTERS)):
        return True
    return any(payloads.enters(one.entry.file, graph) for one in wholes)
