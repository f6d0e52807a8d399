"""What the log and the metrics hear of visits: together, a moment later, as telling each alone takes twice as long."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Final

from server import logs
from server.clients import Pseudonyms
from server.metrics import Metrics
from server.visit import Visit

log = logging.getLogger(__name__)
LAG_SECONDS: Final = 0.1
MOST: Final = 1000
"""Visits that wait to be told."""
READING: Final = ("GET", "HEAD", "OPTIONS")
ROOMS: Final = frozenset(
    {"api", "sparql", "graphs", "health", "static", "metrics", "service-gateway", "dumps", "id", "doc"}
)


class Guestbook:
    """Counts visits and writes their lines into the log."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._pseudonyms = Pseudonyms()
        self._visits: list[Visit] = []

    def enter(self, visit: Visit) -> None:
        """Take a visit that is over; it is told within `LAG_SECONDS`."""
        visit.end()
        if not self._visits:
            asyncio.get_running_loop().call_later(LAG_SECONDS, self.tell)
        self._visits.append(visit)
        if len(self._visits) >= MOST:
            self.tell()

    def tell(self) -> None:
        """Tell now of all that are over."""
        visits, self._visits = self._visits, []
        for visit in visits:
            self._count(visit)
        if log.isEnabledFor(logging.INFO):
            level = log.getEffectiveLevel()
            names = [self._pseudonyms.of(visit.request.client) for visit in visits]
            told = [visit.told(name, level) for visit, name in zip(visits, names, strict=True)]
            sys.stderr.write("".join(logs.line_of(visit.ended, one) for visit, one in zip(visits, told, strict=True)))
            sys.stderr.flush()

    def _count(self, visit: Visit) -> None:
        room = _room(visit.request.path)
        self._metrics.answered(room, visit.status).inc()
        if room == "sparql":
            self._metrics.queries.labels(visit.outcome).inc()
            self._metrics.seconds.observe(visit.seconds)
        elif room in ("update", "graphs") and visit.request.method not in READING:
            self._metrics.writes.labels(visit.outcome).inc()


def _room(path: str) -> str:
    """Return a name for the part of the site that a path leads to; there are few, so that metrics stay few."""
    if path == "/sparql/update":
        return "update"
    first = path.strip("/").partition("/")[0]
    return first if first in ROOMS else "page"
