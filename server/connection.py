"""One connection of a client: reads requests with limits of time and size, and has them answered in their order.

HTTP/1.1 as RFC 9112 has it; httptools, the parser of Node.js, says what is a request.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import struct
from collections import deque
from collections.abc import Sequence
from typing import Final, cast
from urllib.parse import unquote

import httptools

from libri_graph.errors import AddressTooLong, HeadTooLarge, LibriError, RequestInvalid
from server.problems import MEDIA_TYPE, UNEXPECTED_PROBLEM, problem_of
from server.reply import LAST, PHRASES, AnswerBroken, Application, Reply, head_of
from server.request import Request

log = logging.getLogger(__name__)
HEAD_SECONDS: Final = 9
"""A client that takes longer over a head, or says nothing on a connection that it keeps, is let go."""
LINGER_SECONDS: Final = 0.5
"""For which a client that was answered before it had sent all of its body may go on, so that it hears the answer."""
STALL_SECONDS: Final = 30
"""A client that takes nothing of its answer for so long is let go, since somebody else waits for what it holds."""
RESET: Final = struct.pack("ii", 1, 0)
"""Lingers for no second: the client is told that the connection is reset, not that it ends."""
MOST_HEAD: Final = 1 << 17
"""Bytes of a head that is not whole yet."""
MOST_ADDRESS: Final = 65_534
"""Bytes of an address."""
PLAIN_ADDRESS: Final = re.compile(rb'/[!"$-~]*')
"""A path and perhaps a query, of printable ASCII: as nearly all are."""
MOST_FIELDS: Final = 100


class Connection(asyncio.Protocol):
    """Reads requests one after the other; what cannot be one is answered here, and the connection closed."""

    def __init__(self, application: Application, open_ones: set[Connection], running: set[asyncio.Task[None]]) -> None:
        """Add itself to `open_ones` for as long as it is, and to `running` for as long as it answers."""
        self._application = application
        self._open_ones = open_ones
        self._running = running
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)  # what comes then is dropped
        self._transport = cast("asyncio.Transport", None)  # until there is one
        self.addresses = (("", 0), ("", 0))
        """Host and port of the server and of the client."""

        self._answering: Reply | None = None
        """The answer that is being given."""
        self._waiting: deque[Reply] = deque()
        self._next: Reply | None = None
        """The one that is to be answered next."""
        self._idle: asyncio.Future[None] | None = None
        """What waits for it."""
        self._lost = False
        self._paused = False
        self._leaving = False
        self._last_words = b""

        self._head_bytes = -1
        """Of the head that is being read; negative where none is."""
        self._url = b""
        self._fields: dict[str, str] = {}
        self._fields_left = MOST_FIELDS
        self._reading: Request | None = None
        """Whose body is still coming."""
        self._fault: LibriError | None = None
        """Why what is being read is refused."""

        self._due: float | None = None
        self._late: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self.is_full = False
        """Whether the client has taken little of what was sent."""
        self._room = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a first request."""
        self._transport = cast("asyncio.Transport", transport)  # a socket gives no other
        self.addresses = (_address(transport, "sockname"), _address(transport, "peername"))
        self._open_ones.add(self)
        task = self._loop.create_task(self._serve())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Let everybody know who waits for the client."""
        self._open_ones.discard(self)
        self._leaving = self._lost = True
        self._wake()
        self._due = None
        for timer in (self._late, self._stalled):
            if timer is not None:
                timer.cancel()
        for request in (self._answering.request if self._answering else None, self._reading):
            if request is not None:
                request.lose()
        self._answering = self._reading = None
        self._waiting.clear()
        self._room.set()
        del self._parser  # which knows this connection

    def leave(self) -> None:
        """Close the connection, behind the answers to what has come."""
        under_way = self._waiting[-1] if self._waiting else self._answering
        if under_way is None:
            self._close()
        else:
            under_way.keeps = False

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request; whatever comes between requests must become one in time."""
        if self._leaving:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # no other protocol is spoken here; such a request is answered as if it had not asked for one
        except httptools.HttpParserError:
            self._refuse(self._fault or RequestInvalid("this is no request of HTTP/1.1"))
            return
        if self._head_bytes >= 0:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD:
                self._refuse(HeadTooLarge(f"the head of a request may have {MOST_HEAD} bytes; this one has more"))
                return
        if self._answering is None:
            self._await_head()

    # What the parser calls

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        self._head_bytes = 0
        self._url = b""
        self._fields = {}
        self._fields_left = MOST_FIELDS

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self._url += url
        if len(self._url) > MOST_ADDRESS:
            self._fault = AddressTooLong(f"an address may have {MOST_ADDRESS} bytes; this one has more")
            raise self._fault

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head; those that stand behind a body could be taken for it and are dropped."""
        if self._head_bytes < 0:
            return
        key, text, fields = name.decode("latin-1").lower(), value.decode("latin-1"), self._fields
        fields[key] = f"{fields[key]}, {text}" if key in fields else text
        self._fields_left -= 1
        if self._fields_left < 0:
            self._fault = HeadTooLarge(f"a request may have {MOST_FIELDS} header fields; this one has more")
            raise self._fault

    def on_headers_complete(self) -> None:
        """Let the request be answered, once those before it are."""
        self._head_bytes, self._due = -1, None
        parser, fields = self._parser, self._fields
        version, method = parser.get_http_version(), parser.get_method().decode("ascii")
        raw_path, query_string = _parts(self._url)
        path = raw_path.decode("ascii")
        if "%" in path:
            path = unquote(path)
        request = self._reading = Request(self, method, path, query_string, fields, raw_path, version)
        if "expect" in fields:
            request.expects = fields["expect"].lower() == "100-continue"
        keeps = version != "1.0" and parser.should_keep_alive() and not parser.should_upgrade()
        reply = Reply(self, request, keeps=keeps)
        if self._answering is None:
            self._start(reply)
        else:
            self.pause_reading()
            self._waiting.append(reply)

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        if self._reading is not None and not self._reading.over:
            self._reading.take(body)

    def on_message_complete(self) -> None:
        """Take note that a request is whole."""
        if self._reading is not None:
            self._reading.end_body()
            self._reading = None

    # The answers

    async def _serve(self) -> None:
        """Answer one request after the other, until the client is gone."""
        while not self._lost:
            if self._next is None:
                self._idle = self._loop.create_future()
                await self._idle
                self._idle = None
            else:
                reply, self._next = self._next, None
                await self._answer(reply.request, reply)

    def _wake(self) -> None:
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    def _start(self, reply: Reply) -> None:
        self._answering = self._next = reply
        self._wake()

    async def _answer(self, request: Request, reply: Reply) -> None:
        """Let the application answer; an answer that it leaves unfinished breaks off, so that the client sees it."""
        try:
            await self._application(request, reply)
        except AnswerBroken:  # which was told of
            pass
        except Exception:
            log.exception("unexpected error")
            if not reply.status:
                await reply.answer_problem(UNEXPECTED_PROBLEM)
        finally:
            if not reply.complete and not request.gone:
                self._break_off(seen=not reply.to_the_end)

    # What a request and a reply call

    def write(self, pieces: Sequence[bytes]) -> None:
        """Send bytes to the client."""
        self._transport.writelines(pieces)

    async def drained(self) -> None:
        """Return when the client has taken most of what was sent, or is gone."""
        await self._room.wait()

    def pause_reading(self) -> None:
        """Read nothing more for now."""
        if not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def read_on(self) -> None:
        """Read again, if that was paused."""
        if self._paused:
            self._paused = False
            self._transport.resume_reading()

    def answered(self, reply: Reply) -> None:
        """Go on behind an answer: with the next request, or by closing the connection."""
        self._answering = None
        self.read_on()
        if self._waiting and reply.keeps:
            self._start(self._waiting.popleft())
        elif self._last_words and reply.keeps:
            self._say_last()
        elif reply.request.more_body:
            self._leaving = True
            self._loop.call_later(LINGER_SECONDS, self._close)
        elif reply.keeps:
            self._await_head()
        else:
            self._close()

    def _break_off(self, *, seen: bool) -> None:
        """End the connection in the middle of an answer; `seen` says whether the client can tell that from its end."""
        if seen:
            self._close()
        else:
            socket_ = self._transport.get_extra_info("socket")
            socket_.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self._transport.abort()

    # Time

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what was sent."""
        self.is_full = True
        self._room.clear()
        self._abort_in_time()

    def resume_writing(self) -> None:
        """Send the client more."""
        self.is_full = False
        self._room.set()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _abort_in_time(self) -> None:
        """End the connection if nothing is taken of what was sent."""
        if self._stalled is not None:
            self._stalled.cancel()
        self._stalled = self._loop.call_later(STALL_SECONDS, self._transport.abort)

    def _await_head(self) -> None:
        """Let go a client that does not send the head of a request in time, if that is not done already.

        A timer is left alone when the head has come, and looks at the time when it rings: making one for each request
        would cost more than reading it.
        """
        if self._due is None:
            self._due = self._loop.time() + HEAD_SECONDS
            if self._late is None:
                self._late = self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        self._late = None
        if self._due is None:
            return
        if self._loop.time() < self._due:
            self._late = self._loop.call_at(self._due, self._look)
        else:
            self._close()

    # The end

    def _refuse(self, fault: LibriError) -> None:
        """Answer what is no request, behind the answers to those before it, and close."""
        self._leaving = True
        problem = problem_of(fault)
        body = json.dumps(problem.body()).encode()
        head = head_of([("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body)))])
        self._last_words = PHRASES[problem.status] + head + LAST + body
        broken, self._reading = self._reading, None  # whose body cannot be read
        if self._waiting and self._waiting[-1].request is broken:
            self._waiting.pop()
        elif broken is not None and self._answering is not None:
            broken.lose()
            if self._answering.status:
                self._close()
                return
            self._answering = None
        if self._answering is None:
            self._say_last()

    def _say_last(self) -> None:
        self._transport.write(self._last_words)
        self._close()

    def _close(self) -> None:
        """Close the connection, once what was sent is taken."""
        self._due = None
        if not self._transport.is_closing():
            self._transport.close()
            self._abort_in_time()


def _parts(url: bytes) -> tuple[bytes, bytes]:
    """Return path and query of an address, which is nearly always a path alone. Raises `HttpParserInvalidURLError`."""
    if PLAIN_ADDRESS.fullmatch(url):
        path, _, query = url.partition(b"?")
        return path, query
    found = httptools.parse_url(url)
    return found.path, found.query or b""


def _address(transport: asyncio.BaseTransport, kind: str) -> tuple[str, int]:
    """Return an address of a connection; that of a client which has gone already is not known."""
    found = transport.get_extra_info(kind)
    return (found[0], found[1]) if found else ("", 0)
