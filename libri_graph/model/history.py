"""What happened to things and in change sets, as one reader sees it."""

from __future__ import annotations

from dataclasses import dataclass

from libri_graph.model.differences import Segments
from libri_graph.model.reading import ReadText, Thing


@dataclass(frozen=True, slots=True)
class Value:
    """One value, before or after a change: a thing, or a text in segments."""

    thing: Thing | None = None
    text: ReadText | None = None
    segments: Segments = ()
    """The text in pieces, where it stands beside another one of its kind."""


@dataclass(frozen=True, slots=True)
class Row:
    """One property of one subject: what it lost and what it won."""

    property: ReadText
    name: str
    """Prefixed name of the property."""
    before: tuple[Value, ...]
    after: tuple[Value, ...]
    part: str = ""
    """Of which part of the thing this is said; empty for the thing itself."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event: what one source says otherwise than before."""

    sequence: int
    kind: str
    """``create``, ``update`` or ``delete``."""
    source: Thing
    rows: tuple[Row, ...]
    left_out: int = 0
    """Values beyond those that are shown."""
    whole: bool = False
    """Whether the source was replaced as a whole."""
    told: bool = True
    """Whether it is known what that changed."""


@dataclass(frozen=True, slots=True)
class ToldChange:
    """What one change set did to one thing."""

    number: int
    time: str
    actor: str
    events: tuple[Told, ...]
    shown_by: int | None = None
    """A generation that is kept and shows the thing just after this change."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version in the files of a source that waits in review."""

    time: str
    """Since when."""
    event: Told
    """What it would change."""


@dataclass(frozen=True, slots=True)
class History:
    """A page of the history of one thing."""

    thing: Thing
    changes: tuple[ToldChange, ...]
    older: int | None
    waiting: tuple[Waiting, ...] = ()
    """What its sources say otherwise in their files, about which nobody has decided yet."""


@dataclass(frozen=True, slots=True)
class InSource:
    """What a change set did in one source."""

    source: Thing
    created: int
    updated: int
    deleted: int
    entities: tuple[tuple[str, Thing | None], ...]
    """Kind of change and thing, of those that are named here; `None` for the source as a whole."""


@dataclass(frozen=True, slots=True)
class ReadChange:
    """One change set."""

    number: int
    time: str
    actor: str
    events: int
    sources: tuple[InSource, ...]
    next: int | None = None
    """Where to read on in it."""
