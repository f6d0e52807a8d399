"""What became of a request is counted and logged, a moment later."""

from __future__ import annotations

import asyncio
import json
import logging
from types import SimpleNamespace

import pytest

from server import logs
from server.guestbook import LAG_SECONDS, Guestbook
from server.visit import Visit
from tests.server.exchange import request


def visit(path: str, method: str = "GET", status: int = 200, outcome: str = "ok") -> Visit:
    return Visit(request(method, path), SimpleNamespace(status=status, sent=0), outcome)


def test_visits_are_counted_by_room_and_outcome_and_logged_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info")
    book = Guestbook()

    async def stay() -> None:
        book.enter(visit("/sparql", status=503, outcome="query-timeout"))
        book.enter(visit("/sparql/update", "POST", 201))
        book.enter(visit("/" + "x" * 9000))
        await asyncio.sleep(LAG_SECONDS * 3)

    asyncio.run(stay())
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["status"], line["outcome"]) for line in lines] == [(503, "query-timeout"), (201, "ok"), (200, "ok")]
    assert "203.0.113.9" not in json.dumps(lines)
    told = book.metrics.text().decode()
    assert 'libri_requests_total{room="page",status="200"} 1.0' in told
    assert 'libri_queries_total{outcome="query-timeout"} 1.0' in told
    assert 'libri_writes_total{outcome="ok"} 1.0' in told


def test_nothing_is_logged_where_the_level_is_higher(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("warning")

    async def stay() -> None:
        book = Guestbook()
        book.enter(visit("/"))
        book.tell()

    asyncio.run(stay())
    assert capsys.readouterr().err == ""
    logging.getLogger("server").setLevel(logging.INFO)
