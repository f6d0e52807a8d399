"""Servers side by side, asked in turns: whether the machine is quick or slow at a moment, it is so for all of them."""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Final

from benchmarks.contestants import Contestant
from benchmarks.measures.crowd import MOST, SECONDS, crowd
from benchmarks.measures.lookups import WARM
from benchmarks.processes import Running
from benchmarks.questions import EVERYTHING, lookup, lookups
from benchmarks.wire import N_TRIPLES, Connection, asking

Side = tuple[Contestant, Running]
Told = tuple[str, str, float]
"""Name of a contestant, name of a figure, its value."""

ROUNDS: Final = 40
BLOCK: Final = 50
"""Questions that one server is asked before the next has its turn."""
EXPORTS: Final = 21
CROWDS: Final = 6


def lookups_in_turns(sides: Sequence[Side]) -> Iterator[Told]:
    """Yield processor time and p50 in milliseconds of new questions, of one asked again, and of one unchanged."""
    with ExitStack() as opened:
        clients = {side: opened.enter_context(Connection(side[1].port)) for side in sides}
        for figure in ("lookup", "cached", "conditional"):
            requests = {side: _requests(figure, side[0], client) for side, client in clients.items()}
            yield from _asked(figure, clients, requests)


def export_in_turns(sides: Sequence[Side]) -> Iterator[Told]:
    """Yield megabytes in a second of a full export; the first of each server warms up."""
    rates: dict[Side, list[float]] = defaultdict(list)
    with ExitStack() as opened:
        clients = {side: opened.enter_context(Connection(side[1].port, seconds=900)) for side in sides}
        for _ in range(EXPORTS):
            for side, client in clients.items():
                reply = client.good(asking(side[0].query_path, EVERYTHING, N_TRIPLES))
                rates[side].append(reply.size / reply.seconds / 1e6)
    for (contestant, _), found in rates.items():
        yield contestant.name, "export.rate", statistics.median(found[1:])


def crowd_in_turns(sides: Sequence[Side]) -> Iterator[Told]:
    """Yield answers in a second to new questions of a crowd; the first crowd of each server warms it up."""
    asked = {side: lookups(side[0].query_path, side[0].data.initiatives, start=80_000_000) for side in sides}
    rates: dict[Side, list[float]] = defaultdict(list)
    for _ in range(CROWDS):
        for side in sides:
            requests = list(itertools.islice(asked[side], MOST))
            rates[side].append(len(crowd(side[1].port, iter(requests))) / SECONDS)
    for (contestant, _), found in rates.items():
        yield contestant.name, "crowd.new", statistics.median(found[1:])


def _requests(figure: str, contestant: Contestant, client: Connection) -> Iterator[bytes]:
    path = contestant.query_path
    if figure == "lookup":
        return lookups(path, contestant.data.initiatives, start=50_000_000)
    same = asking(path, lookup(6, "Turns"))
    if figure == "cached":
        return itertools.repeat(same)
    return itertools.repeat(asking(path, lookup(6, "Turns"), tag=client.good(same).header("etag")))


def _asked(figure: str, clients: Mapping[Side, Connection], requests: Mapping[Side, Iterator[bytes]]) -> Iterator[Told]:
    spent: dict[Side, float] = defaultdict(float)
    times: dict[Side, list[float]] = defaultdict(list)
    for side, client in clients.items():
        for request in itertools.islice(requests[side], WARM):
            client.good(request)
    processes = {side: side[1].processes() for side in clients}
    for _ in range(ROUNDS):
        for side, client in clients.items():
            before = side[1].cpu(processes[side])
            times[side] += [client.good(request).seconds for request in itertools.islice(requests[side], BLOCK)]
            spent[side] += side[1].cpu(processes[side]) - before
    for side in clients:
        yield side[0].name, f"{figure}.cpu", spent[side] / (ROUNDS * BLOCK) * 1000
        yield side[0].name, f"{figure}.p50", statistics.median(times[side]) * 1000
