"""One record is written: into the journal alone, and through the server until everybody sees it."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote_plus

from benchmarks.contestants import Contestant, Ours
from benchmarks.measures.lookups import percentile
from benchmarks.processes import Running
from benchmarks.questions import WRITTEN, is_there, new_record
from benchmarks.synthetic import GRAPHS, IDS, Draw, initiative
from benchmarks.wire import Connection, asking, request
from libri_graph.journal.events import Entry, Kind
from libri_graph.journal.journal import Journal

WRITES: Final = 20
PAUSE: Final = 1.2
"""Seconds between single writes; index, old generations and the next draft are done by then."""
APPENDS: Final = 300
PATIENCE: Final = 10.0
FORM: Final = "application/x-www-form-urlencoded"


class NotVisible(Exception):
    """A write was acknowledged and is not there."""


def measure(contestant: Contestant, server: Running) -> Iterator[tuple[str, float]]:
    """Yield the milliseconds until a new record is acknowledged, and until a question finds it.

    Once for single writes, each when all is done that the one before left, and once for writes in a row.
    """
    if isinstance(contestant, Ours):
        contestant.allow_writing()
    with Connection(server.port) as client:
        for name, first, pause in (("write", WRITTEN, PAUSE), ("row", WRITTEN + WRITES, 0.0)):
            acknowledged, visible = [], []
            for number in range(first, first + WRITES):
                time.sleep(pause)
                started = time.perf_counter()
                client.good(_update(contestant, new_record(number)))
                acknowledged.append(time.perf_counter() - started)
                _await(contestant, client, number)
                visible.append(time.perf_counter() - started)
            yield f"{name}.acknowledged", statistics.median(acknowledged) * 1000
            yield f"{name}.visible", statistics.median(visible) * 1000


def measure_journal(contestant: Contestant) -> Iterator[tuple[str, float]]:
    """Yield the milliseconds of appending one event, on the disk where the data lie."""
    times = []
    with tempfile.TemporaryDirectory(dir=contestant.folder) as folder, Journal.open(Path(folder)) as journal:
        for number in range(APPENDS):
            added = "".join(f"{triple} .\n" for triple in initiative(Draw(f"journal/{number}"), number))
            entry = Entry(f"{GRAPHS}synthetic", f"{IDS}initiative/synthetic-{number}", Kind.create, added)
            started = time.perf_counter()
            journal.append([("benchmark", [entry])])
            times.append((time.perf_counter() - started) * 1000)
    yield "journal.p50", statistics.median(times)
    yield "journal.p99", percentile(times, 0.99)


def _update(contestant: Contestant, update: str) -> bytes:
    headers = {"Content-Type": FORM, "Accept": "*/*", **contestant.update_headers}
    return request("POST", contestant.update_path, headers, f"update={quote_plus(update)}".encode())


def _await(contestant: Contestant, client: Connection, number: int) -> None:
    question = asking(contestant.query_path, is_there(number, in_view=isinstance(contestant, Ours)))
    until = time.perf_counter() + PATIENCE
    while b"true" not in client.good(question, keep=True).body:
        if time.perf_counter() > until:
            raise NotVisible("acknowledged, and not there ten seconds later")
