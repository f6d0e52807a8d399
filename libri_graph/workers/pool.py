"""The pool of query workers: two lanes, limits, and what happens to a query that does not end.

Every query begins in the quick lane, where clients that wait take turns. One that has not answered after
`QUICK_SECONDS` goes on in the heavy lane if that has room: its worker steps back behind all others and a new one takes
its place in the quick lane. If it has none, the query is ended at once and run again when a place is free.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from libri_graph.errors import (
    CallerGone,
    LibriError,
    QueryFailed,
    QueryInvalid,
    QueryMemory,
    QueryTimeout,
    QueueFull,
    TooManyRequests,
    WorkerLost,
)
from libri_graph.workers.frames import Frame, read_json
from libri_graph.workers.idle import Idle
from libri_graph.workers.job import Job, fault
from libri_graph.workers.link import Link, Nursery

QUICK_SECONDS: Final = 0.1
MOST_QUICK: Final = 512
"""Queries that may wait for the quick lane."""
MOST_HEAVY: Final = 64
"""Queries that may wait for the heavy lane."""
MOST_OF_ONE: Final = 8
"""Queries of one client that may be in the heavy lane, waiting or running."""
MOST_STREAMS: Final = 32
"""Answers that may be on their way at a time."""
READING_FACTOR: Final = 30
"""A client may take so many times the query's limit to read its answer."""

T = TypeVar("T")
Gone = Callable[[], Coroutine[Any, Any, None]]
"""Returns when the caller is gone."""
Waited = Callable[[str, float], None]
"""Is told the lane in which a query waited for a worker, and for how many seconds."""


def _unheard(_lane: str, _seconds: float) -> None:
    """Let nobody know."""


@dataclass(slots=True)
class Answer:
    """An answer whose status is decided; its body may still be coming."""

    kind: str
    """``solutions``, ``boolean`` or ``triples``."""
    media_type: str
    whole: bytes | None = field(default=None, repr=False)
    """All of it, where it is small."""
    rest: AsyncIterator[bytes] | None = field(default=None, repr=False)
    """Its pieces, where it is not. Raises `QueryTimeout` or `QueryMemory` when the rest cannot be had, `CallerGone`."""

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield all of it."""
        if self.rest is None:
            yield self.whole or b""
            return
        async for piece in self.rest:
            yield piece

    async def body(self) -> bytes:
        """Return all of it."""
        return b"".join([piece async for piece in self.pieces()])


@dataclass(slots=True)
class Tally:
    """What has happened, for the operator."""

    restarts: int = 0
    """Workers that were ended because of what they ran."""
    promoted: int = 0
    """Queries that went from the quick lane to the heavy one."""
    heavy: int = 0
    """Queries in the heavy lane now."""
    waiting: int = 0
    """Queries that wait for a place now."""


class Pool:
    """So many workers of the quick lane, so many places in the heavy one."""

    def __init__(self, size: int, nursery: Nursery, waited: Waited = _unheard) -> None:
        self._quick = max(2, size)
        self._waited = waited
        self._nursery = nursery
        self._idle = Idle()
        self._places = asyncio.Semaphore(size)
        self._waiting_heavy = 0
        self._heavy_of: Counter[str] = Counter()
        self._streams = 0
        self._replacing: set[asyncio.Task[None]] = set()
        self._store: str | None = None
        self.tally = Tally()

    async def start(self) -> None:
        """Start all workers."""
        self._nursery.start()
        for _ in range(self._quick):
            await self._add()

    async def stop(self) -> None:
        """End all workers."""
        await asyncio.gather(*self._replacing, return_exceptions=True)
        for worker in self._idle.all():
            worker.close()
        await self._nursery.stop()

    def run(self, job: Job, gone: Gone | None = None) -> AbstractAsyncContextManager[Answer]:
        """Run `job` for the length of the block; leaving it early ends the query, and so does `gone`.

        Raises `QueueFull`, `TooManyRequests`, `QueryTimeout`, `QueryMemory`, `QueryInvalid` or `CallerGone` before the
        first byte of an answer.
        """
        return _Run(self, job, gone)

    async def take(self, job: Job) -> Link:
        """Return a worker of the quick lane, waiting for one."""
        if job.federated:
            return await self._nursery.hatch(network=True)
        self._store = job.store
        worker = self._idle.at_once()
        if worker is not None:
            self._waited("quick", 0.0)
            return worker
        if self._idle.waiting >= MOST_QUICK:
            raise QueueFull("all query workers are busy; please try again in a moment")
        with self._waits("quick"):
            return await self._idle.next_for(job.client)

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
        with self._waits("heavy"):
            if self.has_place:
                await self._places.acquire()
                return
            self._waiting_heavy += 1
            try:
                await asyncio.wait_for(self._places.acquire(), wait_seconds)
            except TimeoutError as late:
                raise QueueFull("the query found no free worker in time; please try again in a moment") from late
            finally:
                self._waiting_heavy -= 1

    @contextlib.contextmanager
    def _waits(self, lane: str) -> Iterator[None]:
        clock = asyncio.get_running_loop().time
        began = clock()
        self.tally.waiting += 1
        try:
            yield
        finally:
            self._waited(lane, clock() - began)
            self.tally.waiting -= 1

    def give_back(self, worker: Link) -> None:
        """Put a worker that has done its work back into the quick lane."""
        self._idle.put(worker)

    def replace(self, worker: Link | None = None) -> None:
        """Put a new worker into the quick lane; end `worker`."""
        if worker is not None:
            self.discard(worker)
        task = asyncio.get_running_loop().create_task(self._add())
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    def discard(self, worker: Link) -> None:
        """End a worker."""
        self.tally.restarts += 1
        self._nursery.end(worker)

    def stream(self, change: int) -> None:
        """Count answers on their way. Raises `QueueFull` where there are too many."""
        if self._streams + change > MOST_STREAMS:
            raise QueueFull("too many large answers are under way; please try again in a moment")
        self._streams += change

    async def _add(self) -> None:
        try:
            worker = await self._nursery.hatch(store=self._store)
        except WorkerLost:
            self._nursery.start()
            worker = await self._nursery.hatch(store=self._store)
        self._idle.put(worker)


class _Run(AbstractAsyncContextManager[Answer]):
    """One query on its way through the lanes."""

    def __init__(self, pool: Pool, job: Job, gone: Gone | None) -> None:
        self._pool = pool
        self._job = job
        self._gone = gone
        self._gone_task: asyncio.Task[None] | None = None
        self._worker: Link | None = None
        self._of_quick_lane = not job.federated
        self._left = job.seconds
        self._finished = False
        self._streaming = False
        self._held: contextlib.AsyncExitStack | None = None

    async def __aenter__(self) -> Answer:
        """Return the answer once its status is decided."""
        try:
            return await self._begin()
        except BaseException:
            await self._end()
            raise

    async def __aexit__(self, *_: object) -> None:
        """Let go of everything, whatever has happened."""
        await self._end()

    async def _begin(self) -> Answer:
        self._worker = await self._pool.take(self._job)
        self._worker.send(self._job.message())
        try:
            kind, content = await self._receive(min(QUICK_SECONDS, self._left))
        except TimeoutError:
            kind, content = await self._heavy()
        return self._answer(kind, content)

    async def _heavy(self) -> tuple[Frame, bytes]:
        if self._left <= 0:
            raise self._overrun()
        self._pool.tally.promoted += 1
        waited = asyncio.get_running_loop().time()
        if not self._pool.has_place:
            self._end_worker()  # the quick lane needs its worker while this query waits
        self._held = contextlib.AsyncExitStack()
        await self._unless_gone(self._held.enter_async_context(self._pool.place(self._job, self._job.seconds)))
        if self._worker is not None:
            self._pool.step_back(self._worker)
            self._leave_quick_lane()
        else:
            self._worker = await self._pool.heavy(self._job)
            self._left = max(self._job.seconds - (asyncio.get_running_loop().time() - waited) / 2, QUICK_SECONDS)
            self._worker.send(self._job.message())
        try:
            return await self._receive(self._left)
        except TimeoutError as over:
            raise self._overrun() from over

    def _answer(self, kind: Frame, content: bytes) -> Answer:
        if kind == Frame.FAULT:
            error = fault(content)
            self._finished = isinstance(error, QueryInvalid | QueryFailed)
            raise error
        if kind == Frame.WHOLE:
            self._finished = True
            start, _, body = content.partition(b"\n")
            kind_of_answer, media_type = read_json(start)
            return Answer(kind_of_answer, media_type, whole=body)
        self._pool.stream(1)
        self._streaming = True
        kind_of_answer, media_type = read_json(content)
        return Answer(kind_of_answer, media_type, rest=self._pieces())

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        clock = asyncio.get_running_loop().time
        last = clock() + self._job.seconds * READING_FACTOR
        began = clock()
        while True:
            if self._of_quick_lane and clock() - began > QUICK_SECONDS and self._worker is not None:
                self._pool.step_back(self._worker)
                self._leave_quick_lane()
            try:
                kind, content = await self._receive(self._left)
            except TimeoutError as over:
                raise self._overrun() from over
            if kind == Frame.FAULT:
                raise fault(content)
            if kind == Frame.END:
                self._finished = True
                return
            yield content
            if clock() > last:
                raise QueryTimeout("the answer was not read in time")

    async def _receive(self, seconds: float) -> tuple[Frame, bytes]:
        """Return the next frame; only waiting for it counts. Raises `TimeoutError`."""
        assert self._worker is not None  # noqa: S101  # taken before
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            if self._worker.has_more or (self._of_quick_lane and not self._streaming):
                self._demand_caller()
                return await self._worker.receive(seconds)
            return await self._unless_gone(self._worker.receive(seconds))
        except WorkerLost as lost:
            raise QueryMemory("the query needed more memory than its limit and was ended") from lost
        finally:
            self._left -= clock() - began

    def _demand_caller(self) -> None:
        """Raise `CallerGone` when it is known that the caller is gone."""
        if self._gone_task is not None and self._gone_task.done():
            raise CallerGone

    async def _unless_gone(self, wanted: Awaitable[T]) -> T:
        """Return what is wanted. Raises `CallerGone` when the caller is gone before."""
        if self._gone is None:
            return await wanted
        if self._gone_task is None:
            self._gone_task = asyncio.ensure_future(self._gone())
        task = asyncio.ensure_future(wanted)
        try:
            await asyncio.wait({task, self._gone_task}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise CallerGone
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    def _overrun(self) -> LibriError:
        return QueryTimeout(f"the query ran longer than {self._job.seconds:g} seconds and was ended")

    def _leave_quick_lane(self) -> None:
        self._of_quick_lane = False
        self._pool.replace()

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        if self._of_quick_lane:
            self._of_quick_lane = False
            self._pool.replace(worker)
        else:
            self._pool.discard(worker)

    async def _end(self) -> None:
        if self._streaming:
            self._pool.stream(-1)
        if self._worker is not None and self._finished and self._of_quick_lane:
            self._pool.give_back(self._worker)
        elif self._worker is not None and self._finished:
            self._worker.close()
        else:
            self._end_worker()
        if self._gone_task is not None:
            self._gone_task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._gone_task
        if self._held is not None:
            await self._held.aclose()
