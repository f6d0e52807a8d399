"""From the start of the process to the first answer, on data that are loaded."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Iterator
from typing import Final

from benchmarks.contestants import Contestant
from benchmarks.processes import PATIENCE, NotStarted, free_port, running
from benchmarks.questions import lookup
from benchmarks.wire import Broken, Connection, asking

TIMES: Final = 3


def measure(contestant: Contestant) -> Iterator[tuple[str, float]]:
    """Yield seconds; one that takes long is not repeated."""
    found = [_once(contestant)]
    while len(found) < TIMES and found[0] < 3:
        found.append(_once(contestant))
    yield "opening.seconds", statistics.median(found)


def _once(contestant: Contestant) -> float:
    port = free_port()
    question = asking(contestant.query_path, lookup(1, "First"))
    started = time.perf_counter()
    with running(contestant.serving(port), port, contestant.folder / "log") as server:
        while time.perf_counter() - started < PATIENCE:
            with contextlib.suppress(OSError, Broken), Connection(port) as client:
                client.good(question)
                return time.perf_counter() - started
            server.demand_alive()
            time.sleep(0.002)
    raise NotStarted("it gave no answer")
