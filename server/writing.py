"""The server's end of the process that carries out writes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from libri_graph.errors import LibriError, QueueFull, WorkerLost, WriteAborted, WriteLost, WriteMemory, WriteTimeout
from libri_graph.settings import Settings
from libri_graph.workers.confine import private_memory
from libri_graph.workers.frames import Frame, packed
from libri_graph.workers.link import Link
from server.outcomes import Written, error_of, how_ended, what_of

log = logging.getLogger(__name__)
MOST_WAITING: Final = 256
"""Writes that may wait."""
OPENING_SECONDS: Final = 0.5
"""After the start of the server, before the process is started."""
PAUSE_SECONDS: Final = 1.0
"""Before another try, where the process ended without having opened the data directory."""

STOP_SECONDS: Final = 4.0
"""After the end of the server was asked for, for the writes that have come by then."""
IDLE_STOP_SECONDS: Final = 0.5
"""The same where none have; what nobody waits for is done after the next start."""
STOPPING: Final = "the server is being stopped; nothing of this write is done, so send it again in a moment"

LOOK_SECONDS: Final = 0.25
"""Between two looks at the process while it works."""
PATIENCE: Final = 10
"""How many times as long as a write the rest that nobody waits for may go on without a word of how far it is."""


@dataclass(slots=True)
class _Waiting:
    message: bytes
    what: str
    """What it does, in words."""
    outcome: asyncio.Future[Written]
    begun: bool = False
    sealed: bool = False
    """Whether it goes to disk, and cannot be broken off any more."""


@dataclass(slots=True)
class Writing:
    """Hands writes to a process and gives back what became of them; starts another when one ends.

    A write that takes too long or too much memory, or at which the process ends, is told so and not tried again. Those
    that were begun beside it, and wait, are handed to the next process: nothing of them was done.
    """

    settings: Settings
    shapes: Path
    _link: Link | None = None
    _transport: asyncio.Transport | None = None
    """Of the link."""
    _process: asyncio.subprocess.Process | None = None
    _waiting: dict[int, _Waiting] = field(default_factory=dict)
    _number: int = 0
    _at: int = 0
    """The write that is being carried out; 0 while there is none."""
    _reason: LibriError | None = None
    """Why we ended the process."""
    _resting: bool = False
    """Whether the process does what nobody waits for."""
    _behind: bool = False
    """Whether a process ended at the index, so that the next one leaves it as it is until there is more to write."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _stopping: bool = False
    _look: asyncio.TimerHandle | None = None
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
        arguments.append("behind" if self._behind else "")
        self._process = await asyncio.create_subprocess_exec(
            *[sys.executable, "-m", "libri_graph.changes.writer", *arguments],
            pass_fds=(its.fileno(),),
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        its.close()
        self._transport, self._link = await asyncio.get_running_loop().create_unix_connection(Link, sock=mine)
        self._keep(self._hear(self._link, self._process))
        if self._stopping:
            self._kill()
            return
        for waiting in self._waiting.values():
            self._link.send(waiting.message)

    async def stop(self) -> None:
        """Let the process finish the writes that have come, for some seconds, and end it.

        Every write is answered then: it is done, or told that nothing of it is.
        """
        self._stopping = True
        if self._opening is not None:
            self._opening.cancel()
        if self._transport is not None:
            self._transport.write_eof()  # the process goes on to the end of what was sent, and is heard meanwhile
        seconds = STOP_SECONDS if self._waiting else IDLE_STOP_SECONDS
        killing = asyncio.get_running_loop().call_later(seconds, self._kill)
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        killing.cancel()
        self._fail(self._waiting, WriteAborted(STOPPING))

    async def write(self, head: Mapping[str, object], body: bytes = b"") -> Written:
        """Have a write done and return what it did; see `changes.writer.Request` for `head`.

        Raises what the write raised, `QueueFull`, `WriteTimeout`, `WriteMemory`, or `WriteAborted` and `WriteLost`
        where the process ended: nothing was done, or nobody knows.
        """
        if self._stopping:
            raise WriteAborted(STOPPING)
        if len(self._waiting) >= MOST_WAITING:
            raise QueueFull("too many writes are waiting; please try again in a moment")
        self._number += 1
        message = packed(Frame.REQUEST, json.dumps({**head, "number": self._number}).encode() + b"\n" + body)
        waiting = _Waiting(message, what_of(head), asyncio.get_running_loop().create_future())
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
        self._stop_looking()
        with contextlib.suppress(ProcessLookupError):
            if process.returncode is None:
                os.kill(process.pid, signal.SIGKILL)
        code = await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001  # else its pipes wait for the collector
        self._link = self._transport = None
        self._settle(code)
        if not opened and self._behind:
            self._fail(self._waiting, WorkerLost("the process that writes does not start; its log says why"))
            await asyncio.sleep(PAUSE_SECONDS)
        self._behind = not opened or self._resting
        self._resting = False
        if not self._stopping:
            await self.start()

    def _take(self, kind: Frame, found: dict[str, Any]) -> None:
        if kind == Frame.START:
            self._go_on(found["stage"], [self._waiting[number] for number in found["numbers"]], found["numbers"])
        elif kind == Frame.WHOLE and found["number"] in self._waiting:
            waiting = self._waiting.pop(found["number"])
            if not any(other.begun for other in self._waiting.values()):
                self._stop_looking()
            if waiting.outcome.done():
                return
            if "error" in found:
                waiting.outcome.set_exception(error_of(found["error"]))
            else:
                written = Written(found["generation"], found["events"], found["made"], found["dropped"])
                waiting.outcome.set_result(written)

    def _go_on(self, stage: str, writes: Sequence[_Waiting], numbers: Sequence[int]) -> None:
        """Follow the process to its next stage, see `changes.writer.Stage`."""
        self._stop_looking()
        self._at, self._resting = 0, stage == "rest"
        for waiting in writes:
            waiting.begun, waiting.sealed = True, stage == "sealed"
        if stage == "begun":
            (self._at,) = numbers
            self._look_after(self.settings.write_seconds, writes[0].what, self.settings.write_memory_mb)
        elif stage == "rest":
            self._look_after(PATIENCE * self.settings.write_seconds, "a stretch of the index")

    def _look_after(self, seconds: float, what: str, memory_mb: int = 0) -> None:
        """End the process when it works on `what` for longer, or with more memory, than it may."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds

        def look() -> None:
            self._look = None
            if loop.time() >= until:
                words = f"{what} took longer than {seconds:g} seconds and was ended; nothing of it is done"
                self._end(WriteTimeout(words))
            elif memory_mb and self._process and private_memory(self._process.pid) > memory_mb << 20:
                words = f"{what} needed more than {memory_mb} MiB of memory and was ended; nothing of it is done"
                self._end(WriteMemory(words))
            else:
                self._look = loop.call_later(min(LOOK_SECONDS, until - loop.time()), look)

        self._look = loop.call_later(min(LOOK_SECONDS, seconds), look)

    def _end(self, reason: LibriError) -> None:
        """Kill the process; what it said before is heard first, and then each write is told what became of it."""
        log.warning("the process that writes is ended: %s", reason)
        self._reason = reason
        self._kill()

    def _settle(self, code: int) -> None:
        """Tell the writes that were begun when the process ended, which is known by then to the last of its words."""
        at, reason, self._at, self._reason = self._at, self._reason, 0, None
        for number, waiting in list(self._waiting.items()):
            if waiting.sealed:
                words = f"the process that wrote ended while {waiting.what} went to disk; look whether it was done"
                self._fail([number], WriteLost(words))
            elif self._stopping:
                self._fail([number], WriteAborted(STOPPING))
            elif number == at:
                words = f"the process that carried out {waiting.what} ended ({how_ended(code)}); nothing of it is done"
                self._fail([number], reason or WriteAborted(words))
            else:
                waiting.begun = False

    def _fail(self, numbers: Iterable[int], error: LibriError) -> None:
        for number in list(numbers):
            outcome = self._waiting.pop(number).outcome
            if not outcome.done():
                outcome.set_exception(error)

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)

    def _stop_looking(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None

    def _keep(self, work: Any) -> None:  # a coroutine
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
