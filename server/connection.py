"""One connection of a client: reads requests with limits of time and size, and has them answered in their order.

HTTP/1.1 as RFC 9112 has it; httptools, the parser of Node.js, says what is a request.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import deque
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import unquote

import httptools

from libri_graph.errors import AddressTooLong, HeadTooLarge, LibriError, RequestInvalid
from server.exchange import ALWAYS, Application, Exchange
from server.problems import MEDIA_TYPE, problem_of

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
MOST_FIELDS: Final = 100


class Connection(asyncio.Protocol):
    """Reads requests one after the other; what cannot be one is answered here, and the connection closed."""

    def __init__(self, application: Application, open_ones: set[Connection], running: set[asyncio.Task[None]]) -> None:
        """Add itself to `open_ones` for as long as it is, and what answers its requests to `running`."""
        self._application = application
        self._open_ones = open_ones
        self._running = running
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)  # what comes then is dropped
        self._transport = cast("asyncio.Transport", None)  # until there is one
        self._addresses = (("", 0), ("", 0))

        self._answering: Exchange | None = None
        self._waiting: deque[Exchange] = deque()
        self._paused = False
        self._leaving = False
        self._last_words = b""

        self._head_bytes = -1
        """Of the head that is being read; negative where none is."""
        self._url = b""
        self._fields: list[tuple[bytes, bytes]] = []
        self._expects = False
        self._reading: Exchange | None = None
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
        self._addresses = (_address(transport, "sockname"), _address(transport, "peername"))
        self._open_ones.add(self)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Let everybody know who waits for the client."""
        self._open_ones.discard(self)
        self._leaving = True
        self._due = None
        for timer in (self._late, self._stalled):
            if timer is not None:
                timer.cancel()
        for exchange in (self._answering, self._reading):
            if exchange is not None:
                exchange.lose()
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
        self._fields = []
        self._expects = False

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
        name = name.lower()
        self._fields.append((name, value))
        if name == b"expect":
            self._expects = value.lower() == b"100-continue"
        if len(self._fields) > MOST_FIELDS:
            self._fault = HeadTooLarge(f"a request may have {MOST_FIELDS} header fields; this one has more")
            raise self._fault

    def on_headers_complete(self) -> None:
        """Let the request be answered, once those before it are."""
        self._head_bytes, self._due = -1, None
        parser = self._parser
        version = parser.get_http_version()
        url = httptools.parse_url(self._url)
        path = url.path.decode("ascii")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": version,
            "method": parser.get_method().decode("ascii"),
            "scheme": "http",
            "path": unquote(path) if "%" in path else path,
            "raw_path": url.path,
            "query_string": url.query or b"",
            "root_path": "",
            "headers": self._fields,
            "server": self._addresses[0],
            "client": self._addresses[1],
        }
        keeps = version != "1.0" and parser.should_keep_alive() and not parser.should_upgrade()
        exchange = self._reading = Exchange(self, scope, keeps=keeps, expects=self._expects)
        if self._answering is None:
            self._start(exchange)
        else:
            self.pause_reading()
            self._waiting.append(exchange)

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        if self._reading is not None and not self._reading.complete:
            self._reading.take(body)

    def on_message_complete(self) -> None:
        """Take note that a request is whole."""
        if self._reading is not None:
            self._reading.end_body()
            self._reading = None

    # What an exchange calls

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

    def answered(self, exchange: Exchange) -> None:
        """Go on behind an answer: with the next request, or by closing the connection."""
        self._answering = None
        self.read_on()
        if self._waiting and exchange.keeps:
            self._start(self._waiting.popleft())
        elif self._last_words and exchange.keeps:
            self._say_last()
        elif exchange.more_body:
            self._leaving = True
            self._loop.call_later(LINGER_SECONDS, self._close)
        elif exchange.keeps:
            self._await_head()
        else:
            self._close()

    def break_off(self, *, seen: bool) -> None:
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

    def _start(self, exchange: Exchange) -> None:
        self._answering = exchange
        task = self._loop.create_task(exchange.run(self._application))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _refuse(self, fault: LibriError) -> None:
        """Answer what is no request, behind the answers to those before it, and close."""
        self._leaving = True
        problem = problem_of(fault)
        body = json.dumps(problem.body()).encode()
        head = (
            f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\ncontent-type: {MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n"
        )
        self._last_words = head.encode() + ALWAYS + b"\r\n" + body
        broken, self._reading = self._reading, None  # whose body cannot be read
        if broken is not None and broken in self._waiting:
            self._waiting.remove(broken)
        elif broken is not None:
            broken.lose()
            if broken.status:
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


def _address(transport: asyncio.BaseTransport, kind: str) -> tuple[str, int]:
    """Return an address of a connection; that of a client which has gone already is not known."""
    found = transport.get_extra_info(kind)
    return (found[0], found[1]) if found else ("", 0)
