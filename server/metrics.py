"""What an operator watches, in the text format of Prometheus."""

from __future__ import annotations

from functools import cache
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

BUCKETS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""


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
        self.seconds = Histogram(
            "libri_query_seconds", "Time to the end of an answer.", buckets=BUCKETS, registry=self._registry
        )
        self.queue = Histogram(
            "libri_query_queue_seconds",
            "Time that a query waits for a worker, by lane.",
            ["lane"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self.writes = Counter("libri_writes", "Writes, by outcome.", ["outcome"], registry=self._registry)
        self._gauges = {
            name: Gauge(f"libri_{name}", text, registry=self._registry)
            for name, text in {
                "generation": "Number of the generation that is served, the last journal sequence in it.",
                "journal_sequence": "Last sequence of the journal.",
                "heavy_queries": "Queries in the heavy lane.",
                "waiting_queries": "Queries that wait for a worker.",
                "worker_restarts_total": "Query workers ended because of what they ran.",
                "promoted_queries_total": "Queries that went from the quick lane to the heavy one.",
                "cache_hits_total": "Answers taken from the cache.",
                "cache_misses_total": "Answers that were not in the cache.",
            }.items()
        }
        self._queues = cache(self.queue.labels)

    def waited(self, lane: str, seconds: float) -> None:
        """Note how long a query waited for a worker of `lane`."""
        self._queues(lane).observe(seconds)

    def text(self, **values: float) -> bytes:
        """Return all metrics, the gauges set to `values`."""
        for name, value in values.items():
            self._gauges[name].set(value)
        return generate_latest(self._registry)
