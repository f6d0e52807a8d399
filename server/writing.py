"""The server's end of the process that carries out writes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from libri_graph import errors
from libri_graph.errors import LibriError, QueueFull, WorkerLost, WriteLost, WriteTimeout
from libri_graph.settings import Settings
from libri_graph.workers.frames import Frame, packed
from libri_graph.workers.link import Link

MOST_WAITING: Final = 256
"""Writes that may wait."""
OPENING_SECONDS: Final = 0.5
"""After the start of the server, before the process is started."""
PAUSE_SECONDS: Final = 1.0
"""Before another try, where the process ended without having opened the data directory."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did."""

    generation: int
    events: int
    made: Sequence[str] = ()
    """Graphs that it made."""
    dropped: Sequence[str] = ()
    """Graphs that it removed."""


class WriteFailed(LibriError):
    """A write that breaks rules; `report` says which."""

    def __init__(self, message: str, report: object) -> None:
        super().__init__(message)
        self.report = report


@dataclass(slots=True)
class _Waiting:
    message: bytes
    outcome: asyncio.Future[Written]
    begun: bool = False


@dataclass(slots=True)
class Writing:
    """Hands writes to a process and gives back what became of them; starts another when one ends."""

    settings: Settings
    shapes: Path
    _link: Link | None = None
    _process: asyncio.subprocess.Process | None = None
    _waiting: dict[int, _Waiting] = field(default_factory=dict)
    _number: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _stopping: bool = False
    _timer: asyncio.TimerHandle | None = None
    _opening: asyncio.TimerHandle | None = None

    def start_soon(self) -> None:
        """Start the process in a moment, or with the first write: until then it would slow down the first answers."""
        self._opening = asyncio.get_running_loop().call_later(OPENING_SECONDS, self._start_now)

    def _start_now(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
            self._keep(self.start())

    async def start(self) -> None:
        """Start the process; it brings the generation up to the journal first."""
        mine, its = socket.socketpair()
        mine.setblocking(False)
        settings = self.settings
        arguments = [str(settings.data_dir), str(settings.generations), str(self.shapes), str(its.fileno())]
        self._process = await asyncio.create_subprocess_exec(
            *[sys.executable, "-m", "libri_graph.changes.writer", *arguments],
            pass_fds=(its.fileno(),),
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        its.close()
        _, self._link = await asyncio.get_running_loop().create_unix_connection(Link, sock=mine)
        self._keep(self._hear(self._link, self._process))
        for waiting in self._waiting.values():
            self._link.send(waiting.message)

    async def stop(self) -> None:
        """Let the process finish what it has begun, and end it."""
        self._stopping = True
        if self._opening is not None:
            self._opening.cancel()
        if self._link is not None:
            self._link.close()
        if self._process is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 4)
            self._kill()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def write(self, head: Mapping[str, object], body: bytes = b"") -> Written:
        """Have a write done and return what it did; see `changes.writer.Request` for `head`.

        Raises what the write raised, `QueueFull`, or `WriteTimeout`.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise QueueFull("too many writes are waiting; please try again in a moment")
        self._number += 1
        message = packed(Frame.REQUEST, json.dumps({**head, "number": self._number}).encode() + b"\n" + body)
        waiting = _Waiting(message, asyncio.get_running_loop().create_future())
        self._waiting[self._number] = waiting
        self._start_now()
        if self._link is not None:
            self._link.send(message)
        return await waiting.outcome

    async def _hear(self, link: Link, process: asyncio.subprocess.Process) -> None:
        opened = False
        with contextlib.suppress(WorkerLost):
            while True:
                kind, content = await link.receive()
                opened = True
                self._take(kind, json.loads(content))
        self._stop_timer()
        with contextlib.suppress(ProcessLookupError):
            if process.returncode is None:
                os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001  # else its pipes wait for the collector
        self._link = None
        self._fail_begun()
        if not opened:
            self._fail(self._waiting, WorkerLost("the process that writes does not start; its log says why"))
            await asyncio.sleep(PAUSE_SECONDS)
        if not self._stopping:
            await self.start()

    def _take(self, kind: Frame, found: dict[str, Any]) -> None:
        waiting = self._waiting.get(found["number"])
        if kind == Frame.START and waiting is not None:
            waiting.begun = True
            self._stop_timer()
            if found["sealed"]:
                return
            self._timer = asyncio.get_running_loop().call_later(self.settings.write_seconds, self._overrun)
        elif kind == Frame.WHOLE and waiting is not None:
            del self._waiting[found["number"]]
            if not any(other.begun for other in self._waiting.values()):
                self._stop_timer()
            if waiting.outcome.done():
                return
            if "error" in found:
                waiting.outcome.set_exception(_error(found["error"]))
            else:
                written = Written(found["generation"], found["events"], found["made"], found["dropped"])
                waiting.outcome.set_result(written)

    def _overrun(self) -> None:
        seconds = self.settings.write_seconds
        self._fail_begun(WriteTimeout(f"the write took longer than {seconds:g} seconds and was ended; nothing is done"))
        self._kill()

    def _fail_begun(self, error: LibriError | None = None) -> None:
        """Fail what was begun when the process ended; the rest is handed to the next one."""
        begun = [number for number, waiting in self._waiting.items() if waiting.begun]
        self._fail(begun, error or WriteLost("the process that carried out the write ended; look whether it was done"))

    def _fail(self, numbers: Iterable[int], error: LibriError) -> None:
        for number in list(numbers):
            outcome = self._waiting.pop(number).outcome
            if not outcome.done():
                outcome.set_exception(error)

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _keep(self, work: Any) -> None:  # a coroutine
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _error(found: dict[str, Any]) -> LibriError:
    if "report" in found:
        return WriteFailed(found["message"], found["report"])
    cause = getattr(errors, found["cause"], LibriError)
    where = {name: found[name] for name in ("line", "column", "excerpt") if name in found}
    error: LibriError = cause(found["message"], **where)
    return error
