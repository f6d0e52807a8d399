"""What a rule is, and how one says that it is broken or has nothing to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from libri_graph.conformance.site import Site


class Level(StrEnum):
    """How much a broken rule matters."""

    must = "must"
    """Clients or caches get something wrong, or nothing."""
    should = "should"
    """Clients get less than they are used to."""
    may = "may"
    """Some clients would be glad of it."""


class Verdict(StrEnum):
    """What became of a rule."""

    kept = "kept"
    broken = "broken"
    not_asked = "not asked"
    """There was nothing here to ask it of, or no request left."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is demanded of a server."""

    id: str
    level: Level
    demand: str
    """What is true of a server that keeps it."""
    source: str
    """Where that is written."""
    mend: str
    """What to do about a server that breaks it."""
    probe: Callable[[Site], None]
    """Asks; returns if the rule is kept, else raises `Broken` or `NothingToAsk`."""


class Broken(Exception):
    """The rule is broken; says what came."""


class NothingToAsk(Exception):
    """The server has nothing that the rule is about; says what is missing."""


def demand(kept: bool, came: str) -> None:
    """Raise `Broken` with what came, unless the rule is kept."""
    if not kept:
        raise Broken(came)
