"""What the log and the metrics hear of visits: together, a moment later, as telling each alone takes twice as long."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from server import logs
from server.clients import Pseudonyms
from server.visit import Visit

if TYPE_CHECKING:
    from server.metrics import Metrics

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

    def __init__(self) -> None:
        self._pseudonyms = Pseudonyms()
        self._visits: list[Visit] = []
        self._waits: dict[str, list[float]] = defaultdict(list)

    @cached_property
    def metrics(self) -> Metrics:
        """What has been counted of all that was told."""
        from server.metrics import Metrics  # imported beside the first answers, which need none of it

        return Metrics()

    def wait(self, lane: str, seconds: float) -> None:
        """Take how long a query waited for a worker of `lane`; it is told with its visit."""
        self._waits[lane].append(seconds)

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
        waits, self._waits = self._waits, defaultdict(list)
        self._count(visits)
        for lane, seconds in waits.items():
            self.metrics.queue.observe(seconds, lane)
        if log.isEnabledFor(logging.INFO):
            level = log.getEffectiveLevel()
            names = [self._pseudonyms.of(visit.request.client) for visit in visits]
            told = [visit.told(name, level) for visit, name in zip(visits, names, strict=True)]
            sys.stderr.write("".join(logs.line_of(visit.ended, one) for visit, one in zip(visits, told, strict=True)))
            sys.stderr.flush()

    def _count(self, visits: Sequence[Visit]) -> None:
        metrics, rooms = self.metrics, [_room(visit.request.path) for visit in visits]
        for (room, status), times in Counter(
            (room, visit.status) for room, visit in zip(rooms, visits, strict=True)
        ).items():
            metrics.requests.labels(room, str(status)).inc(times)
        queries = [visit for room, visit in zip(rooms, visits, strict=True) if room == "sparql"]
        writes = [visit for room, visit in zip(rooms, visits, strict=True) if _is_write(room, visit.request.method)]
        for counter, some in ((metrics.queries, queries), (metrics.writes, writes)):
            for outcome, times in Counter(visit.outcome for visit in some).items():
                counter.labels(outcome).inc(times)
        metrics.seconds.observe([visit.seconds for visit in queries])


def _is_write(room: str, method: str) -> bool:
    return room in ("update", "graphs") and method not in READING


@lru_cache(maxsize=256)
def _room(path: str) -> str:
    """Return a name for the part of the site that a path leads to; there are few, so that metrics stay few."""
    if path == "/sparql/update":
        return "update"
    first = path.strip("/").partition("/")[0]
    return first if first in ROOMS else "page"
