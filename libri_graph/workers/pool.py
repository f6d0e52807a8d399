"""The pool of query workers: two lanes, and who may wait for them; `run` says how a query goes through."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from libri_graph.errors import QueueFull, TooManyRequests, WorkerLost
from libri_graph.workers.idle import Idle
from libri_graph.workers.job import Job
from libri_graph.workers.link import Link, Nursery, Turn
from libri_graph.workers.run import Answer, Gone, Run

log = logging.getLogger(__name__)
MOST_QUICK: Final = 512
"""Queries that may wait for the quick lane."""
MOST_HEAVY: Final = 64
"""Queries that may wait for the heavy lane."""
MOST_OF_ONE: Final = 8
"""Queries of one client that may be in the heavy lane, waiting or running."""
MOST_STREAMS: Final = 32
"""Answers that may be on their way at a time."""
MOST_STREAMS_OF_ONE: Final = 8
"""Of one client."""

PAUSE_SECONDS: Final = 0.2
"""Before a worker that died by itself is replaced, and before another try: what cannot live would have no end."""

Waited = Callable[[str, float], None]
"""Is told the lane in which a query waited for a worker, and for how many seconds."""


def _unheard(_lane: str, _seconds: float) -> None:
    """Let nobody know."""


@dataclass(slots=True)
class Tally:
    """What has happened, for the operator."""

    restarts: int = 0
    """Workers that were ended because of what they ran."""
    promoted: int = 0
    """Queries that went from the quick lane to the heavy one."""
    heavy: int = 0
    """Queries in the heavy lane now."""


class Pool:
    """So many places in the heavy lane, and a worker more in the quick one: it works while another waits to be told."""

    def __init__(self, size: int, nursery: Nursery, waited: Waited = _unheard) -> None:
        self._quick = size + 1
        self._waited = waited
        self._nursery = nursery
        self._idle = Idle()
        self._places = asyncio.Semaphore(size)
        self._waiting_heavy = 0
        self._heavy_of: Counter[str] = Counter()
        self._streams: Counter[str] = Counter()
        self._replacing: set[asyncio.Task[None]] = set()
        self._store: str | None = None
        self._is_stopping = False
        self.tally = Tally()

    async def start(self) -> None:
        """Start all workers; the first is there on return, as nobody needs the others before."""
        self._nursery.start()
        await self._add()
        for _ in range(1, self._quick):
            self.replace()

    async def stop(self) -> None:
        """End all workers."""
        self._is_stopping = True
        await asyncio.gather(*self._replacing, return_exceptions=True)
        for worker in self._idle.all():
            worker.close()
        await self._nursery.stop()

    def run(self, job: Job, gone: Gone | None = None) -> Coroutine[Any, Any, Answer]:
        """Run `job` and return its answer, which holds its worker for as long as it still comes.

        Closing it early ends the query, and so does `gone`.
        Raises `QueueFull`, `TooManyRequests`, `QueryTimeout`, `QueryMemory`, `QueryInvalid` or `CallerGone` before the
        first byte of an answer.
        """
        return Run(self, job, gone).answer()

    def ask(self, job: Job, seconds: float) -> Turn:
        """Have a worker of the quick lane do `job`, at once or when there is one. Raises `QueueFull`."""
        self._store = job.store
        if self._idle.waiting >= MOST_QUICK:
            raise QueueFull("all query workers are busy; please try again in a moment")
        loop = asyncio.get_running_loop()
        turn = Turn(job.client, job.message(), seconds, self.give_back, loop.time(), loop.create_future())
        self._idle.ask(turn)
        return turn

    def end_turn(self, turn: Turn) -> None:
        """Take note that nobody waits any more for what is first heard of a job."""
        self._waited("quick", turn.waited)
        if turn.answer.cancelled():
            self._idle.forget(turn)

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker now."""
        return self._idle.waiting + self._waiting_heavy

    async def ask_apart(self, job: Job) -> Link:
        """Return a new worker that has been sent `job` and reaches other services."""
        worker = await self._nursery.hatch(network=True)
        worker.send(job.message())
        return worker

    @property
    def has_place(self) -> bool:
        """Whether the heavy lane has a free place, and nobody waits for it."""
        return not self._places.locked()

    async def heavy(self, job: Job) -> Link:
        """Return a fresh worker for the heavy lane, waiting for a place in it."""
        worker = await self._nursery.hatch(network=job.federated)
        self.step_back(worker)
        return worker

    def step_back(self, worker: Link) -> None:
        """Let a worker run only when no quick one wants to."""
        self._nursery.make_heavy(worker)

    @contextlib.asynccontextmanager
    async def place(self, job: Job, wait_seconds: float) -> AsyncIterator[None]:
        """Hold a place in the heavy lane; where there `has_place`, without waiting at all."""
        if self._heavy_of[job.client] >= MOST_OF_ONE:
            raise TooManyRequests("you have too many long queries under way; please wait for some to end")
        if self._waiting_heavy >= MOST_HEAVY:
            raise QueueFull("too many long queries are waiting; please try again in a moment")
        self._heavy_of[job.client] += 1
        try:
            await self._acquire(wait_seconds)
            self.tally.heavy += 1
            try:
                yield
            finally:
                self.tally.heavy -= 1
                self._places.release()
        finally:
            self._heavy_of[job.client] -= 1
            if not self._heavy_of[job.client]:
                del self._heavy_of[job.client]

    async def _acquire(self, wait_seconds: float) -> None:
        if self.has_place:
            await self._places.acquire()
            self._waited("heavy", 0.0)
            return
        clock = asyncio.get_running_loop().time
        began = clock()
        self._waiting_heavy += 1
        try:
            await asyncio.wait_for(self._places.acquire(), wait_seconds)
        except TimeoutError as late:
            raise QueueFull("the query found no free worker in time; please try again in a moment") from late
        finally:
            self._waiting_heavy -= 1
            self._waited("heavy", clock() - began)

    def give_back(self, worker: Link) -> None:
        """Put a worker that has done its work back into the quick lane."""
        self._idle.put(worker)

    def replace(self, worker: Link | None = None, pause: float = 0.0) -> None:
        """Put a new worker into the quick lane, `pause` seconds from now; end `worker`."""
        if worker is not None:
            self.discard(worker)
        task = asyncio.get_running_loop().create_task(self._fill(pause))
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _fill(self, pause: float) -> None:
        """Put a new worker into the quick lane, however often that must be tried: nobody would be answered without."""
        while not self._is_stopping:
            try:
                await asyncio.sleep(pause)
                await self._add()
            except (WorkerLost, OSError) as fault:
                log.warning("no query worker could be started: %s", fault)
                pause = PAUSE_SECONDS
            else:
                return

    def discard(self, worker: Link) -> None:
        """End a worker."""
        self.tally.restarts += 1
        self._nursery.end(worker)

    def begin_stream(self, client: str) -> None:
        """Count an answer on its way. Raises `QueueFull` where there are too many, `TooManyRequests` for one client."""
        if self._streams.total() >= MOST_STREAMS:
            raise QueueFull("too many large answers are under way; please try again in a moment")
        if self._streams[client] >= MOST_STREAMS_OF_ONE:
            raise TooManyRequests("you have too many large answers under way; please wait for some to end")
        self._streams[client] += 1

    def end_stream(self, client: str) -> None:
        """Count an answer no more."""
        self._streams[client] -= 1
        if not self._streams[client]:
            del self._streams[client]

    async def _add(self) -> None:
        try:
            worker = await self._nursery.hatch(store=self._store)
        except WorkerLost:
            self._nursery.start()
            worker = await self._nursery.hatch(store=self._store)
        worker.when_lost = self._forget
        self._idle.put(worker)

    def _forget(self, worker: Link) -> None:
        """Replace a worker that died while it had nothing to do; who waits for what it does learns it himself."""
        if self._idle.drop(worker):
            self.replace(worker, PAUSE_SECONDS)
