"""What became of writes, as the process that carries them out tells it."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from libri_graph import errors
from libri_graph.errors import LibriError

DOINGS: Final = {"put": "the replacement of", "post": "the addition to", "delete": "the removal of"}


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did."""

    generation: int
    events: int
    made: Sequence[str] = ()
    """Graphs that it made."""
    dropped: Sequence[str] = ()
    """Graphs that it removed."""


class WriteFailed(LibriError):
    """A write that breaks rules; `report` says which."""

    def __init__(self, message: str, report: object) -> None:
        super().__init__(message)
        self.report = report


def what_of(head: Mapping[str, object]) -> str:
    """Return what a write does, in words."""
    doing = DOINGS.get(str(head["kind"]))
    return f"{doing} {head['graph'] or 'the default graph'}" if doing else "the update"


def how_ended(code: int) -> str:
    """Return how a process ended."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code}"


def error_of(found: dict[str, Any]) -> LibriError:
    """Return the error that the process tells of."""
    if "report" in found:
        return WriteFailed(found["message"], found["report"])
    cause = getattr(errors, found["cause"], LibriError)
    where = {name: found[name] for name in ("line", "column", "excerpt") if name in found}
    error: LibriError = cause(found["message"], **where)
    return error
