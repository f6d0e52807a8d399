"""One client asks: something new each time, the same again, and only if it changed."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterable, Iterator
from typing import Final

from benchmarks.contestants import Contestant
from benchmarks.processes import Running
from benchmarks.questions import lookup, lookups
from benchmarks.wire import Connection, asking

SECONDS: Final = 3.0
MOST: Final = 4000
WARM: Final = 200


def measure(contestant: Contestant, server: Running) -> Iterator[tuple[str, float]]:
    """Yield p50, p99 and processor time of each, in milliseconds."""
    path = contestant.query_path
    new = lookups(path, contestant.data.initiatives)
    same = asking(path, lookup(5, "Same"))
    with Connection(server.port) as client:
        yield from timed("lookup", client, server, new)
        yield from timed("cached", client, server, itertools.repeat(same))
        tag = client.good(same).header("etag")
        again = asking(path, lookup(5, "Same"), tag=tag)
        yield from timed("conditional", client, server, itertools.repeat(again))


def percentile(values: list[float], part: float) -> float:
    """Return the value that `part` of `values` do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def timed(name: str, client: Connection, server: Running, requests: Iterable[bytes]) -> Iterator[tuple[str, float]]:
    """Yield processor time, p50 and p99 of requests that one client sends, in milliseconds."""
    requests = iter(requests)
    until = time.perf_counter() + SECONDS / 3
    for request in itertools.islice(requests, WARM):
        client.good(request)
        if time.perf_counter() > until:
            break
    before, until, times = server.cpu(), time.perf_counter() + SECONDS, []
    for request in itertools.islice(requests, MOST):
        times.append(client.good(request).seconds * 1000)
        if time.perf_counter() > until:
            break
    yield f"{name}.cpu", (server.cpu() - before) / len(times) * 1000
    yield f"{name}.p50", statistics.median(times)
    yield f"{name}.p99", percentile(times, 0.99)
