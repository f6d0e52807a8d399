"""Visitors' queries as the query page runs them: in the pool, under the same limits, cut where the page ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from libri_graph.errors import StoreMissing
from libri_graph.settings import Settings
from libri_graph.store.generations import Generations
from libri_graph.workers.job import Job
from libri_graph.workers.pool import Pool
from libri_graph.workers.precheck import Allowed, checked
from server.gateway import Gateway

MOST_BYTES: Final = 2 << 20
"""Of one answer; the rest is left to the downloads."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gave."""

    kind: str
    """``solutions``, ``boolean`` or ``triples``."""
    body: bytes
    """SPARQL JSON, or Turtle for triples."""
    whole: bool
    """Whether `body` is all of it."""
    seconds: float


RunQuery = Callable[[str, int | None, str], Found]
"""Runs the query of a client on a generation (``None``: the current one). Raises a `LibriError`."""


class PageQueries:
    """Runs queries for threads of the pages."""

    def __init__(
        self, settings: Settings, pool: Pool, generations: Generations, gateway: Gateway, graphs: str | None
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._generations = generations
        self._gateway = gateway
        self._allowed = Allowed(graphs, gateway.services)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Run in the event loop that is running now."""
        self._loop = asyncio.get_running_loop()

    def run(self, query: str, generation: int | None, client: str) -> Found:
        """Run a query from a thread and return what it gave. Raises a `LibriError`."""
        assert self._loop is not None  # noqa: S101  # pages are served only after startup
        return asyncio.run_coroutine_threadsafe(self._ask(query, generation, client), self._loop).result()

    async def _ask(self, query: str, generation: int | None, client: str) -> Found:
        number = self._generations.current_number() if generation is None else self._generations.demand(generation)
        if number is None:
            raise StoreMissing("nothing has been loaded yet")
        allowed = checked(query, self._allowed)
        store = self._generations.store_path(number)
        seconds = self._settings.query_seconds
        job = Job(str(store), allowed.text, seconds, federated=allowed.federated, client=client)
        begun = time.perf_counter()
        body, whole = bytearray(), True
        with self._gateway.asked(job.federated):
            async with await self._pool.run(job) as found:
                async for piece in found.pieces():
                    body += piece
                    if len(body) > MOST_BYTES:
                        whole = False
                        break
        return Found(found.kind, bytes(body), whole, time.perf_counter() - begun)
