"""Thirty-two clients at once, each asking again as soon as it has its answer, from one process with one thread."""

from __future__ import annotations

import itertools
import selectors
import socket
import time
from collections.abc import Iterator
from typing import Final

from benchmarks.contestants import Contestant
from benchmarks.measures.lookups import percentile
from benchmarks.processes import Running
from benchmarks.questions import lookup, lookups
from benchmarks.wire import PIECE, Broken, Reader, Refused, asking

CLIENTS: Final = 32
SECONDS: Final = 4.0
BEGINNING_SECONDS: Final = 0.5
"""Before answers count: a server that works on all questions at once answers none at first."""
POPULAR: Final = 100
MOST: Final = 40_000
"""Questions that are written before they are put, so that the time of the crowd is the server's."""


def measure(contestant: Contestant, server: Running) -> Iterator[tuple[str, float]]:
    """Yield answers in a second."""
    new = list(itertools.islice(lookups(contestant.query_path, contestant.data.initiatives, start=1_000_000), MOST))
    asked = [asking(contestant.query_path, lookup(number, "Popular")) for number in range(POPULAR)]
    times = crowd(server.port, iter(new))
    yield "crowd.new", len(times) / SECONDS
    yield "crowd.p99", percentile(times, 0.99) * 1000
    yield "crowd.popular", len(crowd(server.port, itertools.cycle(asked))) / SECONDS


class _Client:
    """One connection of the crowd."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self.ask()

    def ask(self) -> None:
        """Put the next question."""
        self._reader, self._asked = Reader(keep=False), time.perf_counter()
        self.socket.sendall(next(self._requests))

    def hear(self) -> float:
        """Take what has come; return the seconds since the question once the answer is whole, else 0."""
        piece = self.socket.recv(PIECE)
        if not piece:
            raise Broken("the server closed the connection")
        if not self._reader.feed(piece):
            return 0.0
        if self._reader.status != 200:
            raise Refused(f"status {self._reader.status}")
        return time.perf_counter() - self._asked


def crowd(port: int, requests: Iterator[bytes]) -> list[float]:
    """Return the seconds that each answer took which came in `SECONDS`, once the crowd had begun."""
    clients = [_Client(port, requests) for _ in range(CLIENTS)]
    times: list[float] = []
    begun = time.perf_counter() + BEGINNING_SECONDS
    until = begun + SECONDS
    with selectors.DefaultSelector() as waiting:
        for client in clients:
            waiting.register(client.socket, selectors.EVENT_READ, client)
        while (left := until - time.perf_counter()) > 0:
            for key, _ in waiting.select(left):
                if taken := key.data.hear():
                    if time.perf_counter() >= begun:
                        times.append(taken)
                    key.data.ask()
    for client in clients:
        client.socket.close()
    return times
