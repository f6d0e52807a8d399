"""One query on its way through the lanes of the pool, and its answer.

It begins in the quick lane. One that has not answered after `QUICK_SECONDS` goes on in the heavy lane if that has room:
its worker steps back behind all others and a new one takes its place in the quick lane. If it has none, the query is
ended at once and run again when a place is free.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from libri_graph.errors import (
    CallerGone,
    LibriError,
    QueryFailed,
    QueryInvalid,
    QueryMemory,
    QueryTimeout,
    WorkerLost,
)
from libri_graph.workers.frames import Frame, read_json
from libri_graph.workers.job import Job, fault
from libri_graph.workers.link import Link

if TYPE_CHECKING:
    from libri_graph.workers.pool import Pool

QUICK_SECONDS: Final = 0.1
OUT_OF_MEMORY: Final = "the query needed more memory than its limit and was ended"
READING_FACTOR: Final = 30
"""A client may take so many times the query's limit to read its answer."""

T = TypeVar("T")
Gone = Callable[[], Coroutine[Any, Any, None]]
"""Returns when the caller is gone."""


@dataclass(slots=True)
class Answer(AbstractAsyncContextManager["Answer"]):
    """An answer whose status is decided; its body may still be coming, until the end of its block."""

    kind: str
    """``solutions``, ``boolean`` or ``triples``."""
    media_type: str
    whole: bytes | None = field(default=None, repr=False)
    """All of it, where it is small; then it holds nothing."""
    rest: AsyncIterator[bytes] | None = field(default=None, repr=False)
    """Its pieces, where it is not. Raises `QueryTimeout` or `QueryMemory` when the rest cannot be had, `CallerGone`."""
    end: Callable[[], Awaitable[None]] | None = field(default=None, repr=False)

    async def __aexit__(self, *_: object) -> None:
        """Let go of everything, whatever has happened."""
        if self.end is not None:
            await self.end()

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


class Run:
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

    async def answer(self) -> Answer:
        """Return the answer once its status is decided."""
        try:
            found = self._read(*await self._first())
        except BaseException:
            await self._end()
            raise
        if found.rest is None and not self._is_free:
            await self._end()
        return found

    async def _first(self) -> tuple[Frame, bytes]:
        """Return the first that is heard of the answer."""
        seconds = min(QUICK_SECONDS, self._left)
        try:  # watching the caller would take longer than most answers
            if self._of_quick_lane:
                return await self._turn(seconds)
            self._worker = await self._pool.ask_apart(self._job)
            return await self._worker.receive(seconds)
        except TimeoutError:
            self._left -= seconds
            return await self._heavy()
        except WorkerLost as lost:
            raise QueryMemory(OUT_OF_MEMORY) from lost

    async def _turn(self, seconds: float) -> tuple[Frame, bytes]:
        turn = self._pool.ask(self._job, seconds)
        try:
            return await turn.answer
        finally:
            self._worker = turn.worker
            self._pool.end_turn(turn)

    @property
    def _is_free(self) -> bool:
        """Whether nothing is held any more, as nearly always when an answer is whole."""
        return self._worker is None and self._gone_task is None and self._held is None

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

    def _read(self, kind: Frame, content: bytes) -> Answer:
        if kind == Frame.FAULT:
            error = fault(content)
            self._finished = isinstance(error, QueryInvalid | QueryFailed)
            raise error
        if kind == Frame.WHOLE:
            self._finished = True
            start, _, body = content.partition(b"\n")
            kind_of_answer, media_type = _read_start(start)
            return Answer(kind_of_answer, media_type, whole=body)
        self._pool.begin_stream(self._job.client)
        self._streaming = True
        kind_of_answer, media_type = _read_start(content)
        return Answer(kind_of_answer, media_type, rest=self._pieces(), end=self._end)

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
            if self._worker.has_more:
                self._demand_caller()
                return await self._worker.receive(seconds)
            return await self._unless_gone(self._worker.receive(seconds))
        except WorkerLost as lost:
            raise QueryMemory(OUT_OF_MEMORY) from lost
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

    def _give_back(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            self._pool.give_back(worker)

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
            self._pool.end_stream(self._job.client)
        if self._finished and self._of_quick_lane:
            self._give_back()
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


@lru_cache(maxsize=64)
def _read_start(start: bytes) -> tuple[str, str]:
    """Return the kind of an answer and its media type; there are few of them."""
    kind, media_type = read_json(start)
    return kind, media_type
