"""The log tells what became of a request, and nothing by which a reader is known."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import logs
from server.gateway import PATH as GATEWAY
from server.visit import Visit
from tests.server.exchange import request


@dataclass
class Told:
    """An answer that was sent."""

    status: int = 200
    sent: int = 5


def visit(path: str = "/sparql", agent: str = "curl", query: str | None = None) -> Visit:
    made = request("GET", path, b"query=secret", {"user-agent": agent})
    made.query = query
    return Visit(made, Told())


def test_it_is_told_what_was_answered() -> None:
    told = visit().told("somebody", logging.INFO)
    assert (told["status"], told["bytes"], told["outcome"], told["client"]) == (200, 5, "ok", "somebody")


@pytest.mark.parametrize(("level", "shown"), [(logging.DEBUG, True), (logging.INFO, False), (logging.WARNING, False)])
def test_the_query_itself_is_told_at_level_debug_alone(level: int, shown: bool) -> None:
    told = visit(query="SELECT ?secret {}").told("somebody", level)
    assert told["query"] == logs.query_hash("SELECT ?secret {}")
    assert ("secret" in json.dumps(told)) is shown


def test_the_address_of_a_client_is_not_told() -> None:
    assert "203.0.113.9" not in json.dumps(visit(query="x").told("somebody", logging.DEBUG))


def test_the_secret_of_the_gateway_is_not_told() -> None:
    told = visit(f"{GATEWAY}very-secret/0").told("somebody", logging.DEBUG)
    assert "very-secret" not in json.dumps(told)


@given(st.binary(max_size=2000).map(lambda agent: agent.decode("latin-1")), st.text(max_size=2000))
def test_whatever_a_client_sends_it_stays_one_short_line(agent: str, path: str) -> None:
    line = logs.line_of(0.0, visit(path, agent).told("somebody", logging.INFO))
    assert line.endswith("\n")
    assert line.isascii()
    assert line[:-1].isprintable()
    assert len(line) < 5000
    assert json.loads(line)["event"] == "request"


def test_a_fault_brings_its_trace_in_the_same_line() -> None:
    try:
        raise RuntimeError("first\nsecond")
    except RuntimeError as fault:
        record = logging.LogRecord(
            "server", logging.ERROR, "", 0, "oops", (), (type(fault), fault, fault.__traceback__)
        )
    line = logs.JsonLines().format(record)
    assert "\n" not in line
    assert "second" in json.loads(line)["trace"]


def test_a_query_is_known_by_twelve_characters() -> None:
    assert len(logs.query_hash("ASK {}")) == 12
    assert logs.query_hash("ASK {}") != logs.query_hash("ASK { }")
    assert logs.query_hash("\ud800")
