"""What an operator watches, in the text format of Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

BUCKETS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""
STATES: Final = {
    "generation": "Number of the generation that is served, the last journal sequence in it.",
    "journal_sequence": "Last sequence of the journal.",
    "heavy_queries": "Queries in the heavy lane.",
    "waiting_queries": "Queries that wait for a worker.",
}
"""What goes up and down, and is counted elsewhere."""
TOTALS: Final = {
    "worker_restarts": "Query workers ended because of what they ran, or found dead.",
    "promoted_queries": "Queries that went from the quick lane to the heavy one.",
    "cache_hits": "Answers taken from the cache.",
    "cache_misses": "Answers that were not in the cache.",
}
"""What only goes up, and is counted elsewhere."""


class Durations(Collector):
    """A histogram of durations. One of the library takes five times as long, and each answer has two."""

    def __init__(self, name: str, text: str, labels: Sequence[str] = ()) -> None:
        self._name, self._text, self._labels = name, text, labels
        self._counts: dict[tuple[str, ...], list[int]] = {} if labels else {(): _none()}
        self._sums: dict[tuple[str, ...], float] = {} if labels else {(): 0.0}

    def observe(self, many: Sequence[float], *labels: str) -> None:
        """Count durations, in seconds, under their labels."""
        if labels not in self._counts:
            self._counts[labels], self._sums[labels] = _none(), 0.0
        counts = self._counts[labels]
        for seconds in many:
            counts[bisect_left(BUCKETS, seconds)] += 1
        self._sums[labels] += sum(many)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Yield what was counted."""
        family = HistogramMetricFamily(self._name, self._text, labels=self._labels)
        ends = [*map(str, BUCKETS), "+Inf"]
        for labels, counts in self._counts.items():
            buckets = list(zip(ends, accumulate(counts), strict=True))
            family.add_metric(labels, buckets, self._sums[labels])
        yield family


def _none() -> list[int]:
    """Return counts of nothing, the last of what is longer than all buckets."""
    return [0] * (len(BUCKETS) + 1)


class States(Collector):
    """What is counted elsewhere, as it was told last."""

    def __init__(self) -> None:
        self.values: Mapping[str, float] = {}

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """Yield what was told."""
        for name, value in self.values.items():
            if name in TOTALS:
                yield CounterMetricFamily(f"libri_{name}", TOTALS[name], value=value)
            else:
                yield GaugeMetricFamily(f"libri_{name}", STATES[name], value=value)


class Metrics:
    """The counters of one server."""

    media_type: Final = CONTENT_TYPE_LATEST
    """Of `text`."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "libri_requests", "Requests answered, by room and status.", ["room", "status"], registry=self._registry
        )
        self.queries = Counter(
            "libri_queries",
            "Queries answered, by outcome (a problem's name, or ok).",
            ["outcome"],
            registry=self._registry,
        )
        self.seconds = Durations("libri_query_seconds", "Time to the end of an answer.")
        self.queue = Durations("libri_query_queue_seconds", "Time that a query waits for a worker, by lane.", ["lane"])
        self._registry.register(self.seconds)
        self._registry.register(self.queue)
        self.writes = Counter("libri_writes", "Writes, by outcome.", ["outcome"], registry=self._registry)
        self._states = States()
        self._registry.register(self._states)

    def text(self, **values: float) -> bytes:
        """Return all metrics, with `values` for what is counted elsewhere."""
        self._states.values = values
        return generate_latest(self._registry)
