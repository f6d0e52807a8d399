"""What the journal holds: events, each the change of one entity in one graph, gathered in change sets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What happened to an entity in a graph."""

    create = "create"
    update = "update"
    delete = "delete"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event before the journal has given it a number: an entity of a graph has another description now."""

    graph: str
    """IRI of the graph; empty for the default graph, which only a plain store writes."""
    entity: str
    """IRI, or label of a blank node with ``_:`` before it; empty where the graph itself comes or goes."""
    kind: Kind
    added: str = ""
    """N-Triples that the description has won, as the store returns them, sorted; no graph is written in them."""
    kept: str = ""
    """N-Triples of the description that were there before."""
    removed: str = ""
    """N-Triples that the description has lost."""
    file: str = ""
    """SHA-256 of a payload file, in place of the three, where the graph as a whole was replaced."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the journal; nobody changes it any more."""

    sequence: int
    """From 1, without gaps."""
    time: str
    """When it was journalled, ``YYYY-MM-DDThh:mm:ss.sssZ``; never before the time of the event before it."""
    epoch: str
    """Of the journal at that time; a restore begins a new one."""
    actor: str
    """Who wrote: a token's name, or the command. Never a person's name."""
    change: int
    """Sequence of the last event of the change set."""
    previous: int | None
    """Sequence of the event before for the same entity in the same graph."""
    entry: Entry
    digest: str = field(repr=False, default="")
    """SHA-256 over the digest of the event before and all of the above."""

    def digested(self, before: str) -> str:
        """Return what `digest` must be, `before` being the digest of the event before."""
        entry = self.entry
        parts = (
            before,
            str(self.sequence),
            self.time,
            self.epoch,
            self.actor,
            str(self.change),
            str(self.previous or ""),
            *(entry.graph, entry.entity, entry.kind, entry.added, entry.kept, entry.removed, entry.file),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()
