"""The owner's end of one worker, and the nursery that workers come from."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from libri_graph.errors import WorkerLost
from libri_graph.workers.frames import HEADER, Frame
from libri_graph.workers.job import Job

MOST_WAITING: Final = 8
"""Frames that may wait here before the worker is made to wait."""
FRAMES: Final = {int(kind): kind for kind in Frame}
HEAVY_NICENESS: Final = 15
OPENING_SECONDS: Final = 10.0
ALLOCATOR: Final = "glibc.malloc.tcache_count=500"
"""Pieces of memory of each size that a worker keeps at hand, where the system's library is glibc.

A query takes hundreds of them to be read and planned, and gives them back; the seven of the default let a lookup take
a twentieth longer. Source: the manual of the GNU C library, "Memory Allocation Tunables".
"""


@dataclass(slots=True, eq=False)
class Turn:
    """A job of the quick lane on its way to a worker, and the first that is heard of it."""

    client: str
    message: bytes
    """What the worker is sent."""
    seconds: float
    """For which it is waited for, once a worker has it."""
    free: Callable[[Link], None]
    """Is called as soon as the answer has come whole, before anybody hears of it: the next can have the worker."""
    began: float
    answer: asyncio.Future[tuple[Frame, bytes]]
    worker: Link | None = None
    """The worker while it is this job's."""
    waited: float = 0.0
    """Seconds until a worker had it."""


class Link(asyncio.Protocol):
    """One worker: takes requests, gives frames in the order in which they come."""

    def __init__(self) -> None:
        self.pid = 0
        self.when_lost: Callable[[Link], None] | None = None
        """Is called when the worker is gone, whatever it was doing."""
        self._buffer = bytearray()
        self._frames: deque[tuple[Frame, bytes]] = deque()
        """That came before somebody waited."""
        self._waiter: asyncio.Future[tuple[Frame, bytes]] | None = None
        self._turn: Turn | None = None
        self._due = math.inf
        """Until when a frame is waited for."""
        self._alarm: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None
        self._lost = False
        self._paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember how to send."""
        self._transport = cast("asyncio.Transport", transport)  # a socket gives no other
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        """Take bytes; hand every frame that is whole to who waits for it."""
        if not self._buffer and len(data) >= HEADER.size and len(data) == _whole(data):  # as nearly always
            self._take((FRAMES[data[0]], data[HEADER.size :]))
        else:
            self._buffer += data
            for frame in self._whole_frames():
                self._take(frame)
        if len(self._frames) >= MOST_WAITING and self._transport and not self._paused:
            self._transport.pause_reading()
            self._paused = True

    def _whole_frames(self) -> Iterator[tuple[Frame, bytes]]:
        while len(self._buffer) >= HEADER.size:
            kind, end = FRAMES[self._buffer[0]], _whole(self._buffer)
            if len(self._buffer) < end:
                return
            with memoryview(self._buffer) as seen:
                content = bytes(seen[HEADER.size : end])
            del self._buffer[:end]
            yield kind, content

    def _take(self, frame: tuple[Frame, bytes]) -> None:
        waiter, turn = self._waiter, self._turn
        if waiter is None or waiter.done():
            self._frames.append(frame)
            return
        self._waiter = self._turn = None
        self._due = math.inf
        waiter.set_result(frame)
        if turn is not None and frame[0] == Frame.WHOLE:
            turn.worker = None
            turn.free(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Tell who waits that there will be nothing more."""
        self._lost = True
        self._disappoint()
        if self.when_lost is not None:
            self.when_lost(self)

    def _disappoint(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(WorkerLost("the worker is gone"))

    def send(self, message: bytes) -> None:
        """Send a request frame."""
        if self._transport is not None:
            self._transport.write(message)

    def ask(self, turn: Turn) -> None:
        """Do the job of a turn."""
        turn.worker, self._turn, self._waiter = self, turn, turn.answer
        now = self._loop.time()
        turn.waited = now - turn.began
        self.send(turn.message)
        self._set_alarm(now + turn.seconds)
        if self._lost:
            self._disappoint()

    def receive(self, seconds: float | None = None) -> asyncio.Future[tuple[Frame, bytes]]:
        """Return the next frame, to be awaited: `WorkerLost` where there is none, `TimeoutError` after `seconds`."""
        waiter: asyncio.Future[tuple[Frame, bytes]] = self._loop.create_future()
        if self._frames:
            waiter.set_result(self._next_frame())
        elif self._lost:
            waiter.set_exception(WorkerLost("the worker is gone"))
        else:
            self._waiter, self._turn, self._due = waiter, None, math.inf
            if seconds is not None:
                self._set_alarm(self._loop.time() + seconds)
        return waiter

    def _next_frame(self) -> tuple[Frame, bytes]:
        frame = self._frames.popleft()
        if self._paused and self._transport and not self._frames:
            self._transport.resume_reading()
            self._paused = False
        return frame

    def _set_alarm(self, due: float) -> None:
        """Have waiting end when it is `due`.

        An alarm is left alone when the frame has come, and looks at the time when it rings: making one for each frame
        would cost more than reading it.
        """
        self._due = due
        if self._alarm is None or self._alarm.when() > due:
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = self._loop.call_at(due, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        if self._loop.time() < self._due < math.inf:
            self._set_alarm(self._due)
        elif self._due < math.inf and self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(TimeoutError())

    @property
    def has_more(self) -> bool:
        """Whether a frame has come that was not received yet."""
        return bool(self._frames)

    def close(self) -> None:
        """Close the socket, upon which an idle worker ends."""
        if self._transport is not None:
            self._transport.abort()


def _whole(data: bytes | bytearray) -> int:
    """Return how long the frame is whose header has come."""
    return int(HEADER.size + HEADER.unpack_from(data)[1])


class Nursery:
    """Starts and ends workers in some milliseconds each."""

    def __init__(self, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._hatching: dict[int, asyncio.Future[int]] = {}
        self._number = 0

    def begin(self) -> None:
        """Start the process that workers are forked from, which gets ready while its owner does; no loop is needed.

        One that was hung up is ended before.
        """
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        mine.setblocking(False)
        told = os.environ.get("GLIBC_TUNABLES", "")
        command = [sys.executable, "-m", "libri_graph.workers.nursery", str(self._memory_mb), str(its.fileno())]
        with its:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                command,
                pass_fds=(its.fileno(),),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, "GLIBC_TUNABLES": ":".join(filter(None, (told, ALLOCATOR)))},
            )
        self._control = mine

    def start(self) -> None:
        """Begin, unless that was done, and listen."""
        if self._control is None:
            self.begin()
        asyncio.get_running_loop().add_reader(self._demand_control().fileno(), self._hear)

    async def stop(self) -> None:
        """End the process and with it all workers."""
        self._hang_up()
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)

    async def hatch(self, *, network: bool = False, store: str | None = None) -> Link:
        """Return a new worker, which has `store` open. Raises `WorkerLost` when the nursery is gone."""
        link = await self._hatched(network=network)
        if store is not None:
            link.send(Job(store, "", OPENING_SECONDS).message())
            try:
                with contextlib.suppress(TimeoutError):
                    await link.receive(OPENING_SECONDS)  # else opening would take from the time of its first query
            except BaseException:
                link.close()
                raise
        return link

    async def _hatched(self, *, network: bool) -> Link:
        mine, its = socket.socketpair()
        mine.setblocking(False)
        with its:
            _, link = await asyncio.get_running_loop().create_unix_connection(Link, sock=mine)
            try:
                link.pid = await self._born(its, network=network)
            except BaseException:
                link.close()
                raise
        return link

    async def _born(self, its: socket.socket, *, network: bool) -> int:
        """Have a worker forked that has `its` end of a socket; return its process. Raises `WorkerLost`."""
        self._number += 1
        number = self._number
        born: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._hatching[number] = born
        try:
            wish = json.dumps({"hatch": number, "network": network}).encode()
            socket.send_fds(self._demand_control(), [wish], [its.fileno()])
            return await born
        except ConnectionError as fault:
            self._hang_up()
            raise WorkerLost("the nursery is gone") from fault
        except OSError as fault:
            raise WorkerLost(f"no worker can be started: {fault}") from fault
        finally:
            del self._hatching[number]

    def end(self, worker: Link) -> None:
        """Kill a worker, whatever it is doing."""
        with contextlib.suppress(OSError, WorkerLost):
            self._demand_control().send(json.dumps({"end": worker.pid}).encode())
        worker.close()

    def make_heavy(self, worker: Link) -> None:
        """Let a worker run only when nobody else wants to."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, worker.pid, HEAVY_NICENESS)

    def _hear(self) -> None:
        try:
            message = self._demand_control().recv(4096)
        except OSError:
            message = b""
        if not message:
            self._hang_up()
            for hatching in self._hatching.values():
                if not hatching.done():
                    hatching.set_exception(WorkerLost("the nursery is gone"))
            return
        found = json.loads(message)
        waiting = self._hatching.get(found["hatched"])
        if waiting is not None and not waiting.done():
            waiting.set_result(found["pid"])

    def _hang_up(self) -> None:
        control, self._control = self._control, None
        if control is not None:
            asyncio.get_running_loop().remove_reader(control.fileno())
            control.close()

    def _demand_control(self) -> socket.socket:
        if self._control is None:
            raise WorkerLost("there is no nursery")
        return self._control
