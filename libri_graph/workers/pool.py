"""The pool of query workers: who runs what, for how long, and what happens to a query that does not end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from libri_graph.errors import LibriError, QueryInvalid, QueryMemory, QueryTimeout, QueueFull
from libri_graph.workers.frames import HEADER, Frame

MOST_WAITING: Final = 64
"""Queries that may wait for a worker; one more is told to come back later."""
RESULTS: Final = "application/sparql-results+json"
TRIPLES: Final = "text/turtle"


@dataclass(frozen=True, slots=True)
class Job:
    """One query to run. The text has passed `precheck.checked`."""

    store: Path
    query: str
    seconds: float
    results: str = RESULTS
    """Media type for SELECT and ASK."""
    triples: str = TRIPLES
    """Media type for CONSTRUCT and DESCRIBE."""
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()

    def message(self) -> bytes:
        """Return the request frame."""
        content = json.dumps(
            {
                "store": str(self.store),
                "query": self.query,
                "results": self.results,
                "triples": self.triples,
                "default_graphs": list(self.default_graphs),
                "named_graphs": list(self.named_graphs),
            }
        ).encode()
        return HEADER.pack(Frame.REQUEST, len(content)) + content


@dataclass(slots=True)
class Answer:
    """An answer whose status is decided; its body is still coming."""

    kind: str
    """``solutions``, ``boolean`` or ``triples``."""
    media_type: str
    chunks: AsyncIterator[bytes] = field(repr=False)
    """Raises `QueryTimeout` or `QueryMemory` when the rest cannot be had."""


class Worker:
    """One process, and the only end of its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, memory_mb: int) -> Worker:
        """Start a process; it is ready in some 60 ms."""
        command = [sys.executable, "-m", "libri_graph.workers.worker", str(memory_mb)]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, start_new_session=True
        )
        return cls(process)

    async def send(self, job: Job) -> None:
        """Hand over a job."""
        assert self._process.stdin is not None  # noqa: S101  # started with a pipe
        self._process.stdin.write(job.message())
        await self._process.stdin.drain()

    async def receive(self) -> tuple[Frame, bytes]:
        """Return the next frame. Raises `QueryMemory` when the process is gone, which only its limit makes it."""
        assert self._process.stdout is not None  # noqa: S101  # started with a pipe
        try:
            kind, length = HEADER.unpack(await self._process.stdout.readexactly(HEADER.size))
            return Frame(kind), await self._process.stdout.readexactly(length)
        except asyncio.IncompleteReadError as end:
            raise QueryMemory("the query needed more memory than its limit and was ended") from end

    async def end(self) -> None:
        """Kill the process and wait until it and its pipes are gone."""
        # Not Process.kill(): that may reap a process that died by itself before its watcher sees it.
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001  # else pipes wait for the collector


class Pool:
    """So many workers; a query that runs over its limits costs its worker, and another takes its place."""

    def __init__(self, size: int, memory_mb: int) -> None:
        self._size = size
        self._memory_mb = memory_mb
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._waiting = 0
        self._all: set[Worker] = set()
        self._replacing: set[asyncio.Task[None]] = set()
        self.restarts = 0
        """How many workers had to be replaced."""

    async def start(self) -> None:
        """Start all workers."""
        for _ in range(self._size):
            await self._add()

    async def stop(self) -> None:
        """End all workers."""
        await asyncio.gather(*self._replacing, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._all))
        self._all.clear()

    @contextlib.asynccontextmanager
    async def run(self, job: Job) -> AsyncIterator[Answer]:
        """Run `job` for the length of the block; leaving it early ends the query.

        Raises `QueueFull`, `QueryTimeout`, `QueryMemory` or `QueryInvalid` before the first byte of an answer.
        """
        worker = await self._take()
        finished = False
        try:
            deadline = asyncio.get_running_loop().time() + job.seconds
            start = json.loads(await self._first(worker, job, deadline))

            async def chunks() -> AsyncGenerator[bytes, None]:
                nonlocal finished
                async for chunk in self._rest(worker, job, deadline):
                    yield chunk
                finished = True

            body = chunks()
            try:
                yield Answer(start["kind"], start["media_type"], body)
            finally:
                await body.aclose()
        except QueryInvalid:
            finished = True
            raise
        finally:
            self._give_back(worker, finished)

    async def _take(self) -> Worker:
        if self._idle.empty() and self._waiting >= MOST_WAITING:
            raise QueueFull("all query workers are busy; please try again in a moment")
        self._waiting += 1
        try:
            return await self._idle.get()
        finally:
            self._waiting -= 1

    async def _first(self, worker: Worker, job: Job, deadline: float) -> bytes:
        async with _limit(job, deadline):
            await worker.send(job)
            kind, content = await worker.receive()
        if kind == Frame.FAULT:
            raise _fault(json.loads(content))
        return content

    async def _rest(self, worker: Worker, job: Job, deadline: float) -> AsyncIterator[bytes]:
        while True:
            async with _limit(job, deadline):
                kind, content = await worker.receive()
            if kind == Frame.FAULT:
                raise _fault(json.loads(content))
            if kind == Frame.END:
                return
            yield content

    def _give_back(self, worker: Worker, finished: bool) -> None:
        if finished:
            self._idle.put_nowait(worker)
            return
        task = asyncio.get_running_loop().create_task(self._replace(worker))
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _replace(self, worker: Worker) -> None:
        self.restarts += 1
        self._all.discard(worker)
        await worker.end()
        await self._add()

    async def _add(self) -> None:
        worker = await Worker.start(self._memory_mb)
        self._all.add(worker)
        self._idle.put_nowait(worker)


def run_once(job: Job, memory_mb: int) -> tuple[str, bytes]:
    """Run one job in a pool of its own and return the kind of answer with its whole body; for the command line."""

    async def run() -> tuple[str, bytes]:
        pool = Pool(1, memory_mb)
        await pool.start()
        try:
            async with pool.run(job) as answer:
                return answer.kind, b"".join([chunk async for chunk in answer.chunks])
        finally:
            await pool.stop()

    return asyncio.run(run())


@contextlib.asynccontextmanager
async def _limit(job: Job, deadline: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout_at(deadline):
            yield
    except TimeoutError as over:
        raise QueryTimeout(f"the query ran longer than {job.seconds:g} seconds and was ended") from over


def _fault(found: dict[str, object]) -> LibriError:
    message = str(found["message"])
    if found["cause"] == "memory":
        return QueryMemory("the query needed more memory than its limit and was ended")
    if found["cause"] == "syntax":
        line, column = found["line"], found["column"]
        return QueryInvalid(
            message,
            line=line if isinstance(line, int) else None,
            column=column if isinstance(column, int) else None,
            excerpt=str(found["excerpt"]),
        )
    return QueryInvalid(message)
