"""The one table: ours, each peer, and the ratio between them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.contestants import python_version
from benchmarks.goals import FIGURES, OURS, Figure, Figures

WORDS = {True: "met", False: "MISSED", None: "?"}


def lines(figures: Figures, peers: Sequence[str], missing: Mapping[tuple[str, str], str]) -> Iterable[str]:
    """Yield the table as text, then what is missing and why."""
    heads = "".join(f"{peer:>17}{'ratio':>8}" for peer in peers)
    yield f"{'what':<41}{'unit':<6}{OURS:>10}{heads}  {'goal':<24}"
    for name, figure in FIGURES.items():
        if any(name in found for found in figures.values()) or name.split(".")[0] in {what for _, what in missing}:
            yield _line(name, figure, figures, peers)
    for (who, what), why in missing.items():
        yield f"missing: {who}, {what}: {why}"
    yield (
        f"ratio = ours / peer's; more is better for {', '.join(sorted({f.unit for f in FIGURES.values() if f.more}))}, "
        f"less for the rest. {os.cpu_count()} cores, {python_version()}; "
        "the load comes from the same machine: ratios count, figures do not."
    )


def _line(name: str, figure: Figure, figures: Figures, peers: Sequence[str]) -> str:
    ours = figures.get(OURS, {}).get(name)
    cells = ""
    for peer in peers:
        value = figures.get(peer, {}).get(name)
        ratio = f"{ours / value:.3g}x" if ours is not None and value else ""
        cells += f"{_number(value):>17}{ratio:>8}"
    goal = f"{figure.goal} {WORDS[figure.goal.met(name, figures)]}" if figure.goal else ""
    return f"{figure.title:<41}{figure.unit:<6}{_number(ours):>10}{cells}  {goal}".rstrip()


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    if value >= 1000:
        return f"{value:.0f}"
    return f"{value:.3g}"
