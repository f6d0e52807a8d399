"""The outcomes as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .battery import Outcome, Verdict

NAME_WIDTH, CAME_WIDTH = 62, 100


def line(outcome: Outcome) -> str:
    """Return one row."""
    came = (
        outcome.came
        if len(outcome.came) <= CAME_WIDTH or outcome.verdict == Verdict.failed
        else outcome.came[: CAME_WIDTH - 1] + "…"
    )
    return f"{outcome.probe.number:<4} {outcome.probe.name:<{NAME_WIDTH}} {outcome.verdict:<8} {came}"


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return the last line."""
    counted = Counter(outcome.verdict for outcome in outcomes)
    dead = sum(outcome.dead for outcome in outcomes)
    told = ", ".join(f"{counted[verdict]} {verdict.value.lower()}" for verdict in Verdict if counted[verdict])
    return f"{len(outcomes)} probes: {told}" + (f"; dead afterwards {dead} times" if dead else "")


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return 0 where nothing failed, else 1."""
    return 1 if any(outcome.verdict == Verdict.failed for outcome in outcomes) else 0
