"""What happened to an entity, and in a change set, read out of the journal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from libri_graph.journal.events import Kind
from libri_graph.journal.journal import Journal

STEPS: Final = 20
"""Events of an entity that are read at once."""
CHANGES: Final = 20
"""Change sets that are read at once."""
FIRST: Final = 5
"""Entities of each of them that are named."""
ENTITIES: Final = 100
"""Entities of one change set that are read at once."""
WHOLE: Final = "sequence, time, actor, change, graph, entity, kind, added, removed"

TOUCHED: Final = "event.sequence, graph, entity, kind, iif(kind = 'delete', removed, '')"


@dataclass(frozen=True, slots=True)
class Step:
    """One event about an entity: what its description in one graph won and lost."""

    sequence: int
    time: str
    actor: str
    change: int
    graph: str
    entity: str
    kind: Kind
    added: tuple[Triple, ...]
    removed: tuple[Triple, ...]
    whole: bool = False
    """Whether the source was replaced as a whole, so that this was found out by comparing."""
    told: bool = True
    """Whether it was; else nobody knows whether anything changed."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Some events of an entity and of its parts (IRIs that are its own plus ``#...``), latest first."""

    found: tuple[Step, ...]
    older: int | None = None
    """Where to read on; `None` after the first event."""
    before: int | None = None
    """The change set of the event before them, on the next page."""


@dataclass(frozen=True, slots=True)
class Touched:
    """An entity that a change set touched in one graph."""

    sequence: int
    graph: str
    entity: str
    """Empty where the graph itself came, went, or was replaced as a whole."""
    kind: Kind
    said: tuple[Triple, ...] = ()
    """Of what went: what was said of it."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One write: what it did to how many entities of which graphs."""

    number: int
    """Sequence of its last event."""
    time: str
    actor: str
    events: int
    counts: dict[str, dict[Kind, int]]
    """Graph -> kind -> number of entities."""
    touched: tuple[Touched, ...]
    """The first of them."""

    @property
    def first(self) -> int:
        """Sequence of its first event."""
        return self.number - self.events + 1


def of_entity(journal: Journal, iri: str, before: int | None = None, limit: int = STEPS) -> Steps:
    """Return the last `limit` events of an entity and its parts in all graphs, those before event `before`."""
    query = f"""SELECT {WHOLE} FROM event
        WHERE (entity = ? OR (entity > ? AND entity < ?)) AND sequence < ?
        ORDER BY +sequence DESC LIMIT ?"""  # noqa: S608  # our own columns; + keeps it from walking the whole table
    values = (iri, f"{iri}#", f"{iri}$", before or journal.last + 1, limit + 1)
    steps = [step_of(row) for row in journal.rows(query, values)]
    if len(steps) <= limit:
        return Steps(tuple(steps))
    return Steps(tuple(steps[:limit]), steps[limit - 1].sequence, steps[limit].change)


def shown_by(steps: Steps, kept: Sequence[int], until: int | None = None) -> dict[int, int]:
    """Return change set -> the first generation of `kept` (ascending) that shows the entity as just after it.

    `until` is the event before which `steps` were read. A change that only took away has no such state to look at.
    """
    found = {}
    for change in dict.fromkeys(step.change for step in steps.found):
        made = any(step.change == change and step.kind is not Kind.delete for step in steps.found)
        number = next((number for number in kept if number >= change and (until is None or number < until)), None)
        if made and number is not None:
            found[change] = number
        until = change
    return found


def latest(journal: Journal, before: int | None = None, limit: int = CHANGES) -> list[ChangeSet]:
    """Return the last `limit` change sets, those before change `before`, latest first. Three queries."""
    found = journal.changes(limit, before)
    counts = _counts(journal, [number for number, *_ in found])
    first = _first(journal, [(number - events, number) for number, _, _, events in found])
    return [ChangeSet(*change, counts.get(change[0], {}), tuple(first.get(change[0], ()))) for change in found]


def change_set(journal: Journal, number: int, after: int = 0, limit: int = ENTITIES) -> ChangeSet | None:
    """Return a change set with `limit` of its entities, those after event `after`; `None` where there is none."""
    found = [change for change in journal.changes(1, number + 1) if change[0] == number]
    if not found:
        return None
    (_, _, _, events) = found[0]
    query = f"""SELECT {TOUCHED} FROM event WHERE sequence > ? AND sequence <= ?
        ORDER BY sequence LIMIT ?"""  # noqa: S608  # our own columns
    rows = journal.rows(query, (max(after, number - events), number, limit))
    return ChangeSet(*found[0], _counts(journal, [number]).get(number, {}), tuple(_touched(row) for row in rows))


def changed_after(journal: Journal, after: int, until: int) -> list[str]:
    """Return the entities that events after `after`, to `until`, touched, each once; a part counts as its whole."""
    query = "SELECT DISTINCT entity FROM event WHERE sequence > ? AND sequence <= ?"
    whole = (str(entity).partition("#")[0] for (entity,) in journal.rows(query, (after, until)))
    return list(dict.fromkeys(entity for entity in whole if entity))


def last_before(journal: Journal, time: str) -> int:
    """Return the sequence of the last event before `time`; 0 where there is none. One row for each halving."""
    before, after = 0, journal.last + 1
    while after - before > 1:
        middle = (before + after) // 2
        found = journal.rows("SELECT time FROM event WHERE sequence = ?", (middle,))
        if found and str(found[0][0]) < time:
            before = middle
        else:
            after = middle
    return before


def _counts(journal: Journal, changes: Sequence[int]) -> dict[int, dict[str, dict[Kind, int]]]:
    query = """SELECT change, graph, kind, count(*) FROM event WHERE change IN (SELECT value FROM json_each(?))
        GROUP BY change, graph, kind ORDER BY change, graph, kind"""
    found: dict[int, dict[str, dict[Kind, int]]] = {}
    for change, graph, kind, count in journal.rows(query, (json.dumps(changes),)):
        found.setdefault(_int(change), {}).setdefault(str(graph), {})[Kind(str(kind))] = _int(count)
    return found


def _first(journal: Journal, bounds: Sequence[tuple[int, int]]) -> dict[int, list[Touched]]:
    """Return the first entities of each change set; `bounds` are the sequence before its first event and its last."""
    query = f"""SELECT {TOUCHED}, change FROM json_each(?) AS bound JOIN event
        ON event.sequence > bound.value ->> 0 AND event.sequence <= min(bound.value ->> 0 + ?, bound.value ->> 1)
        """  # noqa: S608  # our own columns
    found: dict[int, list[Touched]] = {}
    for *row, change in journal.rows(query, (json.dumps(bounds), FIRST)):
        found.setdefault(_int(change), []).append(_touched(row))
    return found


def _touched(row: Sequence[object]) -> Touched:
    sequence, graph, entity, kind, said = row
    return Touched(_int(sequence), str(graph), str(entity), Kind(str(kind)), _triples(str(said)))


def step_of(row: Sequence[object]) -> Step:
    """Return the event that lies in a row of `WHOLE`."""
    sequence, time, actor, change, graph, entity, kind, added, removed = map(str, row)
    return Step(int(sequence), time, actor, int(change), graph, entity, Kind(kind), _triples(added), _triples(removed))


def _triples(lines: str) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in pyoxigraph.parse(lines, format=RdfFormat.N_TRIPLES))


def _int(value: object) -> int:
    return int(str(value))
