"""Metrics tell what happened, in the words of Prometheus."""

from __future__ import annotations

import re

from server.metrics import Metrics


def told(metrics: Metrics, **values: float) -> dict[str, float]:
    text = metrics.text(**values).decode()
    return {name: float(value) for name, value in re.findall(r"^(libri_\S+) (\S+)$", text, re.MULTILINE)}


def test_queries_are_counted_by_outcome_and_timed() -> None:
    metrics = Metrics()
    metrics.queries.labels("ok").inc()
    metrics.queries.labels("query-timeout").inc(2)
    metrics.seconds.observe([0.02])
    found = told(metrics)
    assert found['libri_queries_total{outcome="ok"}'] == 1
    assert found['libri_queries_total{outcome="query-timeout"}'] == 2
    assert found['libri_query_seconds_bucket{le="0.05"}'] == 1


def test_waiting_is_timed_by_lane() -> None:
    metrics = Metrics()
    metrics.queue.observe([0.0], "quick")
    metrics.queue.observe([3.0], "heavy")
    found = told(metrics)
    assert found['libri_query_queue_seconds_bucket{lane="quick",le="0.001"}'] == 1
    assert found['libri_query_queue_seconds_bucket{lane="heavy",le="2.5"}'] == 0
    assert found['libri_query_queue_seconds_sum{lane="heavy"}'] == 3


def test_states_are_told_as_they_are_now() -> None:
    metrics = Metrics()
    assert told(metrics, generation=7, journal_sequence=9)["libri_generation"] == 7
    assert told(metrics, worker_restarts=3)["libri_worker_restarts_total"] == 3


def test_what_only_goes_up_is_a_counter() -> None:
    text = Metrics().text(generation=7, worker_restarts=3, cache_hits=1).decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    assert {name for name, kind in kinds.items() if name.endswith("_total") != (kind == "counter")} == set()


def test_two_servers_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.queries.labels("ok").inc()
    assert 'libri_queries_total{outcome="ok"}' not in told(other)
