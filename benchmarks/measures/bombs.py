"""A visitor asks something small while another visitor has eight questions running that do not end."""

from __future__ import annotations

import contextlib
import itertools
import statistics
import threading
import time
from collections.abc import Iterator
from typing import Final

from benchmarks.contestants import Contestant
from benchmarks.measures.lookups import percentile
from benchmarks.processes import Running
from benchmarks.questions import bomb
from benchmarks.wire import Broken, Connection, Refused, asking

BOMBS: Final = 8
SECONDS: Final = 12.0
"""Longer than the time limit of a query, so that bombs are ended and come again."""
PAUSE: Final = 0.05
VISITOR: Final = "127.0.0.2"
PATIENCE: Final = 10.0


def measure(contestant: Contestant) -> Iterator[tuple[str, float]]:
    """Yield the milliseconds of small questions. Raises `Refused` when more than one in a hundred got no answer."""
    with contestant.served(defaults=True) as server:
        times, refused = _beside_bombs(contestant, server)
    if refused * 100 > len(times):
        raise Refused(f"{refused} of {refused + len(times)} small questions got no answer within {PATIENCE:g} s")
    yield "bombs.p50", statistics.median(times)
    yield "bombs.p99", percentile(times, 0.99)


def _beside_bombs(contestant: Contestant, server: Running) -> tuple[list[float], int]:
    over = threading.Event()
    for number in range(BOMBS):
        threading.Thread(target=_throw, args=(contestant, server.port, number, over), daemon=True).start()
    time.sleep(0.5)
    times, refused, until = [], 0, time.perf_counter() + SECONDS
    for number in itertools.count():
        if time.perf_counter() > until:
            break
        try:
            with Connection(server.port, VISITOR, PATIENCE) as client:
                times.append(client.good(asking(contestant.query_path, f"ASK {{}} # {number}")).seconds * 1000)
        except (OSError, Broken, Refused):
            refused += 1
        time.sleep(PAUSE)
    over.set()
    return times, refused


def _throw(contestant: Contestant, port: int, number: int, over: threading.Event) -> None:
    """Ask one bomb after the other; what comes of them does not matter."""
    for unique in itertools.count(number, BOMBS):
        if over.is_set():
            return
        with contextlib.suppress(OSError, Broken), Connection(port, seconds=SECONDS * 2) as client:
            client.send(asking(contestant.query_path, bomb(unique)))
        over.wait(0.05)
