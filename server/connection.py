"""One connection of a client: uvicorn's, with limits of time and size for the head of a request."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from libri_graph.errors import AddressTooLong, HeadTooLarge, LibriError, RequestInvalid
from server.problems import MEDIA_TYPE, problem_of

HEAD_SECONDS: Final = 9
"""A client that takes longer over a head, or says nothing on a connection that it keeps, is let go."""
LINGER_SECONDS: Final = 0.5
"""For which a client that was answered before it had sent all of its body may go on, so that it hears the answer."""
STALL_SECONDS: Final = 30
"""A client that takes nothing of its answer for so long is let go, since somebody else waits for what it holds."""
MOST_HEAD: Final = 1 << 17
"""Bytes of a head that is not whole yet."""
MOST_ADDRESS: Final = 65_534
"""Bytes of an address."""
MOST_FIELDS: Final = 100


class Connection(HttpToolsProtocol):
    """Reads requests one after the other; what cannot be one is answered here, and the connection closed."""

    _reading_head = False
    _head_bytes = 0
    _leaving = False
    _late: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _fault: LibriError | None = None
    """Why the request that is being read is refused."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a first request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        self._go_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request; whatever comes between requests must become one in time."""
        if self._leaving:
            return
        super().data_received(data)
        if self._reading_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD:
                self._fault = HeadTooLarge(f"the head of a request may have {MOST_HEAD} bytes; this one has more")
                self.send_400_response("")
                return
        if self._reading_head or self.cycle is None or self.cycle.response_complete:
            self._await_head()

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        self._reading_head, self._head_bytes = True, 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        super().on_url(url)
        if len(self.url) > MOST_ADDRESS:
            self._refuse(AddressTooLong(f"an address may have {MOST_ADDRESS} bytes; this one has more"))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head; those that stand behind a body could be taken for it and are dropped."""
        if not self._reading_head:
            return
        super().on_header(name, value)
        if len(self.headers) > MOST_FIELDS:
            self._refuse(HeadTooLarge(f"a request may have {MOST_FIELDS} header fields; this one has more"))

    def on_headers_complete(self) -> None:
        """Let the request be answered."""
        self._reading_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request; where the body of this one is still coming, let the client go."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._abort_in_time()
        elif self.cycle.more_body and not self.pipeline:
            self._leaving = True
            self.loop.call_later(LINGER_SECONDS, self.timeout_keep_alive_handler)

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what was sent."""
        super().pause_writing()
        self._abort_in_time()

    def resume_writing(self) -> None:
        """Send the client more."""
        self._go_on()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, once what was sent is taken."""
        super().timeout_keep_alive_handler()
        self._abort_in_time()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's signature; ours says what is wrong
        """Answer what is no request, and close."""
        problem = problem_of(self._fault or RequestInvalid("this is no request of HTTP/1.1"))
        body = json.dumps(problem.body()).encode()
        head = (
            f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\ncontent-type: {MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
        self._abort_in_time()

    def _refuse(self, fault: LibriError) -> None:
        """Make the parser give up, which calls `send_400_response`."""
        self._fault = fault
        raise fault

    def _abort_in_time(self) -> None:
        """End the connection if nothing is taken of what was sent."""
        self._go_on()
        self._stalled = self.loop.call_later(STALL_SECONDS, self.transport.abort)

    def _go_on(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _await_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
