"""What happened to an entity when its source was replaced as a whole, by one event that points at a payload.

Such an event does not say what it changed. The events about the entity before and after it do, and the graph as it is
now; only where two payloads follow each other with nothing between are they read, if they speak of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

from pyoxigraph import NamedNode, Quad, Store, Triple

from libri_graph.changes.delta import Listed
from libri_graph.changes.entities import described, said_of
from libri_graph.errors import JournalDamaged
from libri_graph.journal.events import Event, Kind
from libri_graph.journal.history import Step, Steps
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.replay import quads

MOST_BYTES: Final = 16 << 20
"""Of packed payloads that are read for one page; what lies beyond is not told."""
REMEMBERED: Final = 256
"""Answers out of payloads."""
_READING: Final = Lock()
"""One page at a time reads payloads, which takes a second for each million triples."""
Said = frozenset[Quad]


def with_wholes(journal: Journal, data_dir: Path, store: Store, iri: str, steps: Steps, before: int | None) -> Steps:
    """Return `steps`, a page of the history of `iri`, with those that replaced its sources as wholes.

    `before` is the event before which they were read, `store` the state that is shown.
    """
    end, start = before or journal.last + 1, steps.older or 0
    reader = _Reader(data_dir)
    found: list[Step] = []
    for graph, wholes in journal.wholes().items():
        events = journal.events_of(iri, graph)
        now = frozenset(said_of(store, iri, NamedNode(graph)))
        if events or now or any(reader.finds(one.entry.file, iri) for one in wholes):
            place = _Place(iri, NamedNode(graph), events, wholes, now, reader)
            found += place.steps(start, end)
    together = sorted((*steps.found, *found), key=lambda step: step.sequence, reverse=True)
    return replace(steps, found=tuple(together)) if found else steps


@dataclass(slots=True)
class _Reader:
    """Reads payloads for one page."""

    data_dir: Path
    left: int = MOST_BYTES

    def finds(self, checksum: str, iri: str) -> bool | None:
        """Return whether a payload speaks of `iri`; `None` where only reading it could tell."""
        return Payloads(self.data_dir).speaks_of(checksum, iri)

    def said(self, checksum: str, iri: str, graph: NamedNode) -> Said | None:
        """Return what a payload says of `iri`; `None` where it is too much to read, or another page is reading."""
        if self.finds(checksum, iri) is False:
            return frozenset()
        try:
            self.left -= Payloads(self.data_dir).path(checksum).stat().st_size
        except OSError:
            return None
        if self.left < 0 or not _READING.acquire(blocking=False):
            return None
        try:
            return _read(self.data_dir, checksum, iri, graph)
        except (JournalDamaged, OSError):
            return None
        finally:
            _READING.release()


@dataclass(frozen=True, slots=True)
class _Place:
    """An entity in one graph that was replaced as a whole, once or more often."""

    iri: str
    graph: NamedNode
    events: Sequence[Event]
    """About the entity, in order."""
    wholes: Sequence[Event]
    """Those that replaced the graph, in order."""
    now: Said
    reader: _Reader

    def steps(self, start: int, end: int) -> Iterator[Step]:
        """Yield what each replacement between two events did to the entity, the latest first.

        Nothing where it did nothing.
        """
        for position, one in reversed(list(enumerate(self.wholes))):
            step = Step(one.sequence, one.time, one.actor, one.change, self.graph.value, self.iri, Kind.update, (), ())
            if not start < one.sequence < end or self._same(position):
                continue
            old, new = self._before(position), self._after(position)
            if old is None or new is None:
                yield replace(step, whole=True, told=False)
            elif old != new:
                kind = Kind.create if not old else Kind.update if new else Kind.delete
                yield replace(step, kind=kind, added=_triples(new - old), removed=_triples(old - new), whole=True)

    def _between(self, first: int, last: int) -> list[Event]:
        """Return the events about the entity between two replacements, by their positions."""
        start = self.wholes[first].sequence if first >= 0 else 0
        end = self.wholes[last].sequence if last < len(self.wholes) else None
        return [one for one in self.events if start < one.sequence and (end is None or one.sequence < end)]

    def _same(self, position: int) -> bool:
        """Return whether a replacement brought the same payload again, with nothing done to the entity between."""
        same = position > 0 and self.wholes[position].entry.file == self.wholes[position - 1].entry.file
        return same and not self._between(position - 1, position)

    def _before(self, position: int) -> Said | None:
        """Return what was said of the entity before a replacement; `None` where that cannot be told."""
        earlier = self._between(position - 1, position)
        if earlier:
            return frozenset(quads(earlier[-1].entry.added + earlier[-1].entry.kept, self.graph))
        return self._after(position - 1) if position else frozenset()

    def _after(self, position: int) -> Said | None:
        """Return what was said of it just after one; `None` where that cannot be told."""
        following = self._between(position, position + 1)
        if following:
            return frozenset(quads(following[0].entry.kept + following[0].entry.removed, self.graph))
        if position == len(self.wholes) - 1:
            return self.now
        return self.reader.said(self.wholes[position].entry.file, self.iri, self.graph)


@lru_cache(REMEMBERED)
def _read(data_dir: Path, checksum: str, iri: str, graph: NamedNode) -> Said:
    lines = Payloads(data_dir).about(checksum, [iri])
    return frozenset(described(Listed(quads(b"".join(lines).decode(), graph)), iri, graph))


def _triples(found: Said) -> tuple[Triple, ...]:
    return tuple(sorted((quad.triple for quad in found), key=str))
