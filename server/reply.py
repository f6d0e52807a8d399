"""The answer to one request: its head goes out together with the first of its body."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable, Iterable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.problems import MEDIA_TYPE, Problem
from server.request import Request
from server.sharing import SHARED

if TYPE_CHECKING:
    from server.connection import Connection

UNFIT: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What no field of a head can hold."""
TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")
"""The name of a field, in lower case (RFC 9110, section 5.6.2)."""
PHRASES: Final = {int(status): b"HTTP/1.1 %d %b\r\n" % (status, status.phrase.encode()) for status in HTTPStatus}
BODILESS: Final = frozenset({204, 304})
"""Statuses whose answers have no body, and so say no length of one."""
CHUNKED: Final = b"transfer-encoding: chunked\r\n"
ALWAYS: Final = (
    b"content-security-policy: default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"referrer-policy: strict-origin-when-cross-origin\r\n"
    b"permissions-policy: geolocation=(), camera=(), microphone=()\r\n"
    b"\r\n"
)
"""What every answer says for safety, and the end of its head."""
LAST: Final = b"connection: close\r\n" + ALWAYS
"""The same where the connection ends behind it."""


class AnswerBroken(Exception):
    """An answer that has begun cannot be finished; the transfer breaks off, which a client sees."""


class Reply:
    """Sends one answer: as a whole, or its head and then piece after piece."""

    __slots__ = (
        "_chunked",
        "_connection",
        "_head",
        "_left",
        "complete",
        "keeps",
        "request",
        "sent",
        "status",
        "to_the_end",
    )

    def __init__(self, connection: Connection, request: Request, *, keeps: bool) -> None:
        self.keeps = keeps
        """Whether the connection stays open behind it."""
        self.status = 0
        """0 until it has begun."""
        self.sent = 0
        """Bytes of its body."""
        self.complete = False
        self.to_the_end = False
        """Whether its end is that of the connection."""
        self._connection = connection
        self.request = request
        self._head = b""
        self._chunked = False
        self._left: int | None = None

    async def answer(self, status: int, head: bytes = b"", body: bytes = b"") -> None:
        """Send a whole answer; `head` is of `head_of`. To HEAD, and with a status without a body, none is sent."""
        if self._connection.is_full:
            await self._connection.drained()
        if self.request.gone:
            return
        pieces = [self._begun(status), head]
        if status not in BODILESS:
            pieces.append(b"content-length: %d\r\n" % len(body))
        pieces.append(ALWAYS if self.keeps else LAST)
        if self._has_body:
            pieces.append(body)
            self.sent = len(body)
        self._connection.write(pieces)
        self._end()

    async def answer_problem(self, problem: Problem, *, shared: bool = True) -> None:
        """Send an error as a problem document; `shared` lets pages of other sites read it."""
        own = [("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store"), *(SHARED if shared else ())]
        await self.answer(problem.status, head_of([*own, *problem.headers]), json.dumps(problem.body()).encode())

    async def start(self, status: int, head: bytes = b"", length: int | None = None) -> None:
        """Begin an answer whose body has `length` bytes, or however many come."""
        if not await self._room():
            return
        lines = [self._begun(status), head]
        if length is not None:
            lines.append(b"content-length: %d\r\n" % length)
            self._left = length
        elif self._has_body and self.request.version == "1.0":
            self.to_the_end = True
        elif self._has_body:
            self._chunked = True
            lines.append(CHUNKED)
        lines.append(ALWAYS if self.keeps else LAST)
        self._head = b"".join(lines)

    async def send(self, piece: bytes) -> None:
        """Send a piece of the body, when the client has taken most of what came before.

        Raises `RuntimeError` for a body of another length than the head says.
        """
        await self._send(piece, more=True)

    async def finish(self, piece: bytes = b"") -> None:
        """Send the last of the body. Raises as `send`."""
        await self._send(piece, more=False)

    async def _send(self, piece: bytes, *, more: bool) -> None:
        if not await self._room():
            return
        if not self.status or self.complete:
            raise RuntimeError("a body stands behind the head of its answer")
        pieces = [self._head] if self._head else []
        self._head = b""
        if self._has_body:
            pieces += self._framed(piece, more=more)
            self.sent += len(piece)
        self._connection.write(pieces)
        if not more:
            self._end()

    def _framed(self, piece: bytes, *, more: bool) -> list[bytes]:
        if self._chunked:
            framed = [b"%x\r\n" % len(piece), piece, b"\r\n"] if piece else []
            return framed if more else [*framed, b"0\r\n\r\n"]
        if self._left is not None:
            self._left -= len(piece)
            if self._left < 0 or (self._left and not more):
                raise RuntimeError("an answer has another length than its head says")
        return [piece]

    @property
    def _has_body(self) -> bool:
        return self.status not in BODILESS and self.request.method != "HEAD"

    async def _room(self) -> bool:
        """Return once the client has taken most of what was sent; say whether it is still there."""
        if self._connection.is_full and not self.request.gone:
            await self._connection.drained()
        return not self.request.gone

    def _begun(self, status: int) -> bytes:
        if self.status:
            raise RuntimeError("an answer begins once")
        self.status = status
        self.request.expects = False
        return PHRASES[status] + _date(int(time.time()))

    def _end(self) -> None:
        self.complete = True
        self.request.end()
        self._connection.answered(self)


Application = Callable[[Request, Reply], Awaitable[None]]
"""Answers one request; what it raises before the answer has begun is told as an unexpected error."""


def head_of(fields: Iterable[tuple[str, str]]) -> bytes:
    """Return header fields as they stand in a head. Raises `ValueError` for one that would be two or none.

    >>> head_of([("Allow", "GET, HEAD"), ("Vary", "Accept")])
    b'allow: GET, HEAD\\r\\nvary: Accept\\r\\n'
    """
    return b"".join(map(_line, fields))


@lru_cache(maxsize=2048)
def _line(field: tuple[str, str]) -> bytes:
    name, value = field[0].lower().encode("latin-1"), field[1].encode("latin-1")
    if not TOKEN.fullmatch(name) or UNFIT.search(value):
        raise ValueError(f"no field of a head can be {name!r}: {value!r}")
    return b"%b: %b\r\n" % (name, value)


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    """Return the field that says when an answer was made, in seconds of the epoch."""
    return b"date: %b\r\n" % formatdate(second, usegmt=True).encode()
