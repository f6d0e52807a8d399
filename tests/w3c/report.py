"""Put the outcomes into a table, name the cause of each failure, and decide what the run says."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .evaluation import Outcome
from .suites import CORE, SUITES

CAUSES = Path(__file__).with_name("causes.toml")


@dataclass(frozen=True)
class Report:
    """One run; `inside` is the same tests on pyoxigraph in process, where it was asked for."""

    outcomes: Sequence[Outcome]
    inside: Sequence[Outcome] = ()
    causes: dict[str, str] = field(default_factory=lambda: read_causes())

    @property
    def failures(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.passed]

    @property
    def unexplained(self) -> list[Outcome]:
        return [outcome for outcome in self.failures if outcome.key not in self.causes]

    @property
    def below(self) -> list[Outcome]:
        """Tests that fail although pyoxigraph in process passes them."""
        passed = {outcome.key for outcome in self.inside if outcome.passed}
        return [outcome for outcome in self.failures if outcome.key in passed]

    @property
    def above(self) -> list[Outcome]:
        """Tests that pass although pyoxigraph in process fails them."""
        failed = {outcome.key for outcome in self.inside if not outcome.passed}
        return [outcome for outcome in self.outcomes if outcome.passed and outcome.key in failed]

    @property
    def exit_code(self) -> int:
        return 1 if self.unexplained or self.below else 0

    def count(self, *suites: str) -> tuple[int, int]:
        """Return how many tests of these suites passed, and how many there are."""
        return counted(self.outcomes, suites)

    def text(self, name: str) -> str:
        lines = [f"{'suite':<22}{name:>12}" + ("  pyoxigraph in process" if self.inside else "")]
        lines += [self.line(suite, (suite,)) for suite in SUITES[: len(CORE)]]
        lines.append(self.line("  core together", CORE))
        lines += [self.line(suite, (suite,)) for suite in SUITES[len(CORE) :]]
        lines += ["", *(self.failure(outcome) for outcome in self.failures)]
        lines += [f"passed {outcome.key}, where pyoxigraph in process fails" for outcome in self.above]
        lines.append(self.verdict())
        return "\n".join(lines)

    def line(self, title: str, suites: Sequence[str]) -> str:
        passed, total = counted(self.outcomes, suites)
        inside_passed, inside_total = counted(self.inside, suites)
        ours = f"{passed}/{total}" if total else "-"
        theirs = f"{inside_passed}/{inside_total}" if inside_total else "-"
        return f"{title:<22}{ours:>12}" + (f"{theirs:>23}" if self.inside else "")

    def failure(self, outcome: Outcome) -> str:
        cause = self.causes.get(outcome.key)
        below = " BELOW PYOXIGRAPH IN PROCESS;" if outcome in self.below else ""
        return f"failed {outcome.key}:{below} {cause or f'NO CAUSE LISTED: {outcome.detail}'}"

    def verdict(self) -> str:
        passed, total = self.count(*SUITES)
        compared = f", {len(self.below)} below pyoxigraph in process" if self.inside else ""
        return f"{passed} of {total} passed; {len(self.unexplained)} failures without a listed cause{compared}"

    def facts(self) -> dict[str, object]:
        """Return the run as JSON has it."""
        return {
            "suites": {suite: dict(zip(("passed", "total"), self.count(suite), strict=True)) for suite in SUITES},
            "core": dict(zip(("passed", "total"), self.count(*CORE), strict=True)),
            "tests": [self.fact(outcome) for outcome in self.outcomes],
            "in_process": {outcome.key: outcome.passed for outcome in self.inside},
        }

    def fact(self, outcome: Outcome) -> dict[str, object]:
        told = {"detail": outcome.detail, "cause": self.causes.get(outcome.key)} if outcome.detail else {}
        return {"test": outcome.key, "suite": outcome.suite, "passed": outcome.passed, **told}


def counted(outcomes: Sequence[Outcome], suites: Sequence[str]) -> tuple[int, int]:
    chosen = [outcome.passed for outcome in outcomes if outcome.suite in suites]
    return sum(chosen), len(chosen)


def read_causes() -> dict[str, str]:
    """Return the known causes by test."""
    causes: dict[str, str] = tomllib.loads(CAUSES.read_text())
    return causes
