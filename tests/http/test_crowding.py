"""What one client does costs the others nothing: bombs, gone clients, broken answers, more than its share."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import httpx

from tests.http.conftest import Running

PRODUCT = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(24))
BOMB = f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} FILTER(?c1 != ?c2) }}"
ENDLESS = f"SELECT * {{ {PRODUCT} }}"
SHARE = 8
FREED_SECONDS = 1.0


def long_query(server: Running, client: str) -> httpx.Response:
    headers = {"X-Forwarded-For": client}
    return httpx.get(server.url + "sparql", params={"query": BOMB, "timeout": "2"}, headers=headers, timeout=60)


def heavy(server: Running) -> float:
    found = re.search(r"^libri_heavy_queries (\S+)", httpx.get(server.url + "metrics").text, re.MULTILINE)
    assert found is not None
    return float(found[1])


def connected(server: Running, query: str) -> socket.socket:
    place = urlsplit(server.url)
    connection = socket.create_connection((place.hostname, place.port), timeout=30)
    connection.sendall(f"GET /sparql?query={quote(query)}&timeout=3 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection


def test_a_client_with_more_than_its_share_waits_and_nobody_else(writable: Running) -> None:
    with ThreadPoolExecutor(20) as threads:
        greedy = [threads.submit(long_query, writable, "203.0.113.50") for _ in range(SHARE + 6)]
        time.sleep(0.5)
        quick = httpx.get(
            writable.url + "sparql", params={"query": "ASK {}"}, headers={"X-Forwarded-For": "203.0.113.51"}
        )
        other = threads.submit(long_query, writable, "203.0.113.51")
        assert quick.status_code == 200
        answers = [answer.result() for answer in greedy]
    stopped = [answer for answer in answers if answer.status_code == 429]
    assert len(stopped) >= 1
    assert all(answer.json()["type"] == "/problems/too-many-requests" for answer in stopped)
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in stopped)
    assert {answer.status_code for answer in answers} <= {429, 503}
    assert other.result().status_code == 503
    assert other.result().json()["type"] in ("/problems/query-timeout", "/problems/busy")


def test_a_client_that_goes_away_frees_its_worker_within_a_second(writable: Running) -> None:
    with connected(writable, BOMB):
        until = time.monotonic() + 2.5
        while heavy(writable) < 1:
            assert time.monotonic() < until, "the bomb never reached the heavy lane"
            time.sleep(0.02)
    until = time.monotonic() + FREED_SECONDS
    while heavy(writable) > 0:
        assert time.monotonic() < until, "the worker was not freed"
        time.sleep(0.02)


def test_a_later_failure_leaves_the_last_chunk_out_on_the_wire(writable: Running) -> None:
    received = bytearray()
    with connected(writable, ENDLESS) as connection, contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(1 << 16):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"transfer-encoding: chunked" in head.lower()
    assert body
    assert not body.endswith(b"0\r\n\r\n")
