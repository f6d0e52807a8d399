"""Our server stands the whole battery, and the battery sees what it looks for."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest

from tests.security import report
from tests.security.battery import ALL, Battery, Outcome, Verdict, told_badly
from tests.security.canary import Canary
from tests.security.html import Page
from tests.security.probe import Failed, Probe, demand, refused
from tests.security.server import Running, our_server
from tests.security.target import Answer, Target

pytestmark = pytest.mark.timeout(240)
TIMED = ("09b",)
"""Probes whose promise is a time, which other tests at work would spoil."""
QUERY_SECONDS = 3.0
"""A tight limit: the battery waits for it a dozen times."""


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Running, Canary]]:
    """Our server, holding the graph of the battery, and the victim that nothing may reach."""
    with ExitStack() as opened:
        canary = opened.enter_context(Canary())
        server = opened.enter_context(our_server(QUERY_SECONDS))
        running = replace(server, target=replace(server.target, victim=canary.address))
        yield running, canary


def test_every_probe_is_stood(running: tuple[Running, Canary]) -> None:
    stands(running, [probe for probe in ALL if probe.number not in TIMED])


@pytest.mark.alone
def test_others_are_served_in_time_while_bombs_run(running: tuple[Running, Canary]) -> None:
    stands(running, [probe for probe in ALL if probe.number in TIMED])


def stands(running: tuple[Running, Canary], probes: Sequence[Probe]) -> None:
    server, canary = running
    outcomes = list(Battery(server.target, canary, again=True).run(probes))
    assert [report.line(outcome) for outcome in outcomes if outcome.verdict != Verdict.passed] == []
    assert report.exit_code(outcomes) == 0


def test_the_log_stays_one_object_a_line_whatever_is_sent(running: tuple[Running, Canary]) -> None:
    server, _ = running
    target = server.target
    for _ in range(60):
        target.send("GET", target.root + "/id/%0A%7B%22level%22:%22forged%22%7D/%1b%5b31m")
        target.send("GET", target.root + "/health/live", headers={"User-Agent": 'x"}\\n{"level":"forged"}'})
    target.send("GET", target.root + "/metrics")  # before it counts, what is over is logged
    text = server.log.read_text(encoding="utf-8", errors="strict")
    lines = [line for line in text.splitlines() if line and not line.startswith("LIBRI Graph is at")]
    found = [json.loads(line) for line in lines]
    assert len(found) > 100
    assert {line["level"] for line in found} <= {"info", "warning"}
    assert not any(character < " " for line in lines for character in line)
    assert "127.0.0.1" not in {line.get("client") for line in found}


def test_probes_are_numbered_once() -> None:
    assert len({probe.number for probe in ALL}) == len(ALL) >= 60


class Careless:
    """A server that does all that it must not: it fetches what it is asked to, and tells errors with a trace."""

    def __init__(self, victim: str) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._victim = victim
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/sparql"

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    self._answer(connection)

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _answer(self, connection: socket.socket) -> None:
        asked = connection.recv(65536)
        while b"query=" not in asked:
            asked += connection.recv(65536)
        if b"SERVICE" in asked:
            httpx.get(self._victim, trust_env=False)
        fine = b"query=ASK" in asked and b"image/png" not in asked
        status, body = (b"200 OK", b"{}") if fine else (b"500 Oh", b'Traceback: File "/usr/lib/x.py"')
        head = b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        connection.sendall(head % (status, len(body)) + body)


def test_a_careless_server_is_found_out() -> None:
    with Canary() as canary, ThreadPoolExecutor(1) as threads:
        server = Careless(canary.address)
        threads.submit(server.serve)
        target = Target(server.address, server.address, server.address, victim=canary.address)
        chosen = [probe for probe in ALL if probe.number in ("16", "39", "37b")]
        outcomes = list(Battery(target, canary).run(chosen))
        server.stop()
    assert {outcome.verdict for outcome in outcomes} == {Verdict.failed}
    assert "the victim was fetched from 1 times" in outcomes[0].came
    assert report.exit_code(outcomes) == 1


def test_a_page_with_a_script_or_an_unsafe_link_is_seen() -> None:
    page = Page()
    page.feed("<a href='JaVaScript:x'>a</a><script>x</script><p onclick=x><script type=application/ld+json>{}</script>")
    assert len(page.faults) == 3


@pytest.mark.parametrize(
    ("status", "kind", "body", "fault"),
    [
        (400, "application/problem+json", b'{"type": "/problems/x"}', ""),
        (414, "", b"", ""),
        (500, "text/plain", b"oh", "500 as text/plain"),
        (400, "application/problem+json", b"{}", "400 without a type"),
        (400, "application/problem+json", b'{"type": "/x", "detail": "/usr/x"}', "400 tells '/usr/'"),
    ],
)
def test_an_error_that_is_told_badly_is_seen(status: int, kind: str, body: bytes, fault: str) -> None:
    headers = {"content-type": kind} if kind else {}
    assert list(told_badly([Answer(status, headers, body, 0.1)])) == ([fault] if fault else [])


def test_a_refusal_of_another_server_counts_whatever_its_words() -> None:
    ours, theirs = Target("http://x/", "", ""), Target("http://x/", "", "", foreign=True)
    answer = Answer(500, {}, b"", 0.1)
    assert refused(theirs, answer, {400}, ("too-deep",)).startswith("500")
    with pytest.raises(Failed):
        refused(ours, answer, {400})
    with pytest.raises(Failed):
        refused(theirs, replace(answer, fault="ReadError"), {400})


def test_the_last_line_counts_what_became_of_the_probes() -> None:
    probe = Probe("1", "a", lambda _: demand(True, "") or "")
    outcomes = [Outcome(probe, Verdict.passed, "x"), Outcome(probe, Verdict.failed, "y", dead=True)]
    assert report.summary(outcomes) == "2 probes: 1 passed, 1 failed; dead afterwards 1 times"
