"""One probe, and the words in which it says what it expects."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from .target import Answer, Target

TOLERANCE = 2.5
"""Seconds over its limit that a query may take until its end is told."""


class Failed(Exception):
    """The server did not stand the probe; says what came."""


class NotRun(Exception):
    """The probe does not apply to this endpoint; says why."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Something that an attacker sends. `run` returns what came, or raises `Failed` or `NotRun`."""

    number: str
    name: str
    run: Callable[[Target], str]
    ours: bool = False
    """Only our own server promises this."""


def demand(fine: object, told: object) -> None:
    """Raise `Failed` unless `fine`."""
    if not fine:
        raise Failed(str(told))


def refused(
    target: Target, answer: Answer, statuses: Collection[int], kinds: Collection[str] = (), within: float = 0
) -> str:
    """Return what came where it is a refusal with one of `statuses` and of one of `kinds`.

    From another server any whole refusal will do, if it comes in time.
    """
    longest = within or (target.seconds + TOLERANCE)
    if target.foreign:
        demand(answer.status >= 400 and not answer.fault, answer)
        demand(answer.seconds <= max(longest, 1), answer)
        return str(answer)
    demand(answer.status in statuses and not answer.fault, answer)
    demand(not kinds or answer.kind in kinds, answer)
    demand(answer.seconds <= longest, answer)
    return str(answer)


def answered(answer: Answer, within: float = 0) -> str:
    """Return what came where it is a whole answer in time."""
    demand(answer.status == 200 and not answer.fault, answer)
    demand(not within or answer.seconds <= within, answer)
    return str(answer)


def demand_writer(target: Target) -> None:
    """Raise `NotRun` where the battery may not write."""
    if not (target.token or target.foreign):
        raise NotRun("needs a token that may write")
