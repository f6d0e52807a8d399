"""One client takes everything home."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Final

from benchmarks.contestants import Contestant
from benchmarks.processes import Running, Watch
from benchmarks.questions import EVERYTHING
from benchmarks.wire import N_TRIPLES, Connection, asking

SMALL: Final = 500_000
"""Up to so many triples, the median of several counts."""


def measure(contestant: Contestant, server: Running) -> Iterator[tuple[str, float]]:
    """Yield rate, first byte, duration and memory; the first export warms up what is small."""
    request = asking(contestant.query_path, EVERYTHING, N_TRIPLES)
    times = 5 if contestant.data.triples <= SMALL else 1
    with Connection(server.port, seconds=900) as client:
        with Watch(server) as watch:
            first = client.good(request)
        replies = [client.good(request) for _ in range(times)] if first.seconds < 3 else [first]
    yield "export.rate", statistics.median(reply.size / reply.seconds for reply in replies) / 1e6
    yield "export.first", statistics.median(reply.first for reply in replies) * 1000
    yield "export.seconds", statistics.median(reply.seconds for reply in replies)
    yield "export.memory", watch.growth / 1e6
