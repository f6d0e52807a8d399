"""What the files of a source say of an entity that was changed here too, and what was decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

VERSION_COLUMNS: Final = "number, time, after, graph, entity, lines, verdict, actor"


class Verdict(StrEnum):
    """What became of the version of the files."""

    waits = "waits"
    """Nobody has decided yet; what is served stays."""
    file = "file"
    """It was taken in the place of what was served."""
    served = "served"
    """It was turned down; what was served stays until the files say something else again."""
    moot = "moot"
    """There is nothing to decide any more: both say the same again, or the files went back to what they said."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entity that stands in the files of a source; the last one noted of an entity is what holds."""

    graph: str
    """IRI of the graph of the source."""
    entity: str
    """As the journal calls it."""
    lines: str
    """N-Triples, as in an event; empty where the files do not describe the entity any more."""
    verdict: Verdict
    actor: str
    """Who noted it: the import, or who decided."""
    number: int = 0
    """From 1; 0 before the journal has given it one."""
    time: str = ""
    """When it was noted, as in an event."""
    after: int = 0
    """The last event at that time."""


def version_of(row: Sequence[object]) -> Version:
    """Return the version that lies in a row of `VERSION_COLUMNS`. Raises `ValueError` for one that we never wrote."""
    number, time, after, graph, entity, lines, verdict, actor = map(str, row)
    return Version(graph, entity, lines, Verdict(verdict), actor, int(number), time, int(after))


def row_of_version(version: Version, time: str, after: int) -> tuple[object, ...]:
    """Return `version` as it lies in the table; the number comes from there."""
    about = (version.graph, version.entity, version.lines, version.verdict.value, version.actor)
    return (None, time, after, *about)
