"""All probes, one after the other, and what is looked at after each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from . import bodies, bombs, crowd, forgery, html, nesting, processes, protocol, writing
from .canary import Canary
from .probe import Failed, NotRun, Probe
from .target import Answer, Target, exchange

ASK_SECONDS = 0.25
GROWTH_MB = 50.0
DEAD_SECONDS = 15.0
PARSER_REFUSES = frozenset({400, 414, 431})
TRACES = ("Traceback", 'File "', "site-packages", ".py", "/usr/", "/home/", "/root/", "/var/", "panicked")
ALL: Sequence[Probe] = (
    *forgery.PROBES,
    *protocol.PROBES,
    *nesting.PROBES,
    *bodies.PROBES,
    *html.PROBES,
    *bombs.PROBES,
    *crowd.PROBES,
    *writing.PROBES,
)


class Verdict(StrEnum):
    """What became of a probe."""

    passed = "passed"
    failed = "FAILED"
    not_run = "not run"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One probe that was sent."""

    probe: Probe
    verdict: Verdict
    came: str
    dead: bool = False
    """Whether the server answered nobody any more."""


@dataclass
class Battery:
    """A run against one endpoint; `revive`, where we can, starts it anew after a probe that it did not stand."""

    target: Target
    canary: Canary
    revive: Callable[[], None] | None = None
    again: bool = False
    """Whether a probe is sent once more that was not stood: a busy machine is slow now and then, a hole stays."""
    _hits: int = 0
    _pids: frozenset[int] = field(default_factory=frozenset)

    def run(self, probes: Iterable[Probe]) -> Iterator[Outcome]:
        """Yield the outcome of each probe."""
        self._look()
        for probe in probes:
            if probe.ours and self.target.foreign:
                yield Outcome(probe, Verdict.not_run, "a promise of ours only")
                continue
            outcome = self._outcome(probe)
            if outcome.verdict == Verdict.failed and self.again:
                outcome = self._outcome(probe)
            yield outcome

    def _look(self) -> None:
        """Remember which processes serve."""
        host, port = self.target.place
        self._pids = processes.listeners(port) if host in ("127.0.0.1", "localhost", "::1") else frozenset()

    def _outcome(self, probe: Probe) -> Outcome:
        target = replace(self.target, seen=[])
        before = processes.resident_mb(self._pids)
        try:
            came = probe.run(target)
            verdict = Verdict.passed
        except Failed as fault:
            came, verdict = str(fault), Verdict.failed
        except NotRun as reason:
            return Outcome(probe, Verdict.not_run, str(reason))
        except Exception as fault:  # noqa: BLE001  # a probe that trips over an answer has found something
            came, verdict = f"{type(fault).__name__}: {fault}", Verdict.failed
        faults = [*self._after(before), *(() if target.foreign else told_badly(target.seen))]
        dead = not self._alive()
        if dead:
            faults.append("the server is dead")
        if faults:
            came, verdict = "; ".join([came, *faults]), Verdict.failed
        if verdict == Verdict.failed and self.revive:  # so that no probe suffers from the one before
            self.revive()
            self._look()
        return Outcome(probe, verdict, came, dead)

    def _after(self, before: float) -> Iterator[str]:
        """Yield what is wrong after a probe: a slow answer, memory, somebody fetched."""
        asked = exchange("GET", self.target.query, 5, params={"query": "ASK {}"})
        if asked.status != 200 or asked.seconds > ASK_SECONDS:
            yield f"afterwards ASK {{}} {asked}"
        grown = processes.resident_mb(self._pids) - before
        if grown > GROWTH_MB:
            yield f"the server has grown by {grown:.0f} MB"
        hits, self._hits = self.canary.hits - self._hits, self.canary.hits
        if hits:
            yield f"the victim was fetched from {hits} times"

    def _alive(self) -> bool:
        deadline = time.monotonic() + DEAD_SECONDS
        while time.monotonic() < deadline:
            if exchange("GET", self.target.query, 3, params={"query": "ASK {}"}).status == 200:
                return True
            time.sleep(0.2)
        return False


def told_badly(seen: Iterable[Answer]) -> Iterator[str]:
    """Yield what is wrong with how errors were told."""
    for answer in seen:
        if answer.status < 400:
            continue
        kind = answer.headers.get("content-type", "")
        if not kind and not answer.body and answer.status in PARSER_REFUSES:
            continue
        if not kind.startswith(("application/problem+json", "text/html")):
            yield f"{answer.status} as {kind or 'nothing'}"
        elif kind.startswith("application/problem+json") and answer.body and not answer.kind:
            yield f"{answer.status} without a type"
        for trace in TRACES:
            if trace in answer.text and kind.startswith("application/problem"):
                yield f"{answer.status} tells {trace!r}"
