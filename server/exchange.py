"""One request of a connection and its answer, in the messages of ASGI."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from server.asgi import BODILESS, AnswerBroken, Message, Scope, answer_problem
from server.problems import UNEXPECTED_PROBLEM

if TYPE_CHECKING:
    from server.connection import Connection

log = logging.getLogger(__name__)
MOST_UNREAD: Final = 1 << 16
"""Bytes of a body that are taken before somebody reads them."""
UNFIT: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What no field of a head can hold."""
TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")
"""The name of a field, in lower case (RFC 9110, section 5.6.2)."""
PHRASES: Final = {status: b"HTTP/1.1 %d %b\r\n" % (status, status.phrase.encode()) for status in HTTPStatus}
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
CHUNKED: Final = b"transfer-encoding: chunked\r\n"
CLOSE: Final = b"connection: close\r\n"
ALWAYS: Final = (
    b"content-security-policy: default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"referrer-policy: strict-origin-when-cross-origin\r\n"
    b"permissions-policy: geolocation=(), camera=(), microphone=()\r\n"
)
"""What every answer says for safety."""
Fields = Sequence[tuple[bytes, bytes]]


Application = Callable[["Exchange"], Awaitable[None]]
"""Answers one request; what it raises before the answer has begun is told as an unexpected error."""


class Exchange:
    """Gives the body of a request as it comes, and sends an answer, its head together with the first of its body."""

    __slots__ = (
        "_body",
        "_chunked",
        "_connection",
        "_expects",
        "_head",
        "_left",
        "_news",
        "_silent",
        "_to_the_end",
        "complete",
        "gone",
        "keeps",
        "more_body",
        "scope",
        "sent",
        "status",
    )

    def __init__(self, connection: Connection, scope: Scope, *, keeps: bool, expects: bool) -> None:
        self.scope = scope
        self.keeps = keeps
        """Whether the connection stays open behind the answer."""
        self.more_body = True
        """Whether more of the body is to come."""
        self.gone = False
        """Whether the client is."""
        self.status = 0
        """Of the answer; 0 until it has begun."""
        self.sent = 0
        """Bytes of its body."""
        self.complete = False
        """Whether the answer is."""
        self._connection = connection
        self._expects = expects
        self._body = bytearray()
        self._news: asyncio.Event | None = None
        self._head = b""
        self._silent = False
        self._chunked = False
        self._to_the_end = False
        self._left = 0

    async def run(self, application: Application) -> None:
        """Let the application answer; an answer that it leaves unfinished breaks off, so that the client sees it."""
        try:
            await application(self)
        except AnswerBroken:  # which was told of
            pass
        except Exception:
            log.exception("unexpected error")
            if not self.status:
                await answer_problem(self.send, UNEXPECTED_PROBLEM, head=self.scope["method"] == "HEAD")
        finally:
            if not self.complete and not self.gone:
                self._connection.break_off(seen=not self._to_the_end)

    async def receive(self) -> Message:
        """Return what has come of the body since, once something has, or that the client or the answer is gone."""
        if self._news is None:
            self._news = asyncio.Event()
            if self._body or not self.more_body:
                self._news.set()
        if self._expects and not self.gone:
            self._expects = False
            self._connection.write((CONTINUE,))
        if not (self.gone or self.complete):
            self._connection.read_on()
            await self._news.wait()
            self._news.clear()
        if self.gone or self.complete:
            return {"type": "http.disconnect"}
        body, self._body = bytes(self._body), bytearray()
        return {"type": "http.request", "body": body, "more_body": self.more_body}

    async def send(self, message: Message) -> None:
        """Send what a message says, when the client has taken most of what came before.

        Raises `RuntimeError` for a body of another length than the head says, `ValueError` for what no head can hold.
        """
        if self._connection.is_full and not self.gone:
            await self._connection.drained()
        if self.gone:
            return
        if message["type"] == "http.response.start":
            self._begin(message["status"], message["headers"])
        else:
            self._go_on(message.get("body", b""), more=message.get("more_body", False))

    def take(self, piece: bytes) -> None:
        """Take a piece of the body."""
        self._body += piece
        if len(self._body) > MOST_UNREAD:
            self._connection.pause_reading()
        self._tell()

    def end_body(self) -> None:
        """Take note that the body is whole."""
        self.more_body = False
        self._tell()

    def lose(self) -> None:
        """Take note that the client is gone."""
        self.gone = True
        self._tell()

    def _tell(self) -> None:
        if self._news is not None:
            self._news.set()

    def _begin(self, status: int, fields: Fields) -> None:
        if self.status:
            raise RuntimeError("an answer begins once")
        lines = [PHRASES[HTTPStatus(status)], _date(int(time.time()))]
        length: int | None = None
        for field in fields:
            if field[0] == b"content-length":
                length = int(field[1])
            lines.append(_line(field))
        self._silent = status in BODILESS or self.scope["method"] == "HEAD"
        if length is None and not self._silent:
            if self.scope["http_version"] == "1.0":
                self._to_the_end = True
            else:
                self._chunked = True
                lines.append(CHUNKED)
        self._left = length or 0
        if not self.keeps:
            lines.append(CLOSE)
        lines += (ALWAYS, b"\r\n")
        self._head = b"".join(lines)
        self.status, self._expects = status, False

    def _go_on(self, body: bytes, *, more: bool) -> None:
        if not self.status or self.complete:
            raise RuntimeError("a body stands behind the head of its answer")
        pieces = [self._head] if self._head else []
        self._head = b""
        if self._chunked:
            if body:
                pieces += (b"%x\r\n" % len(body), body, b"\r\n")
            if not more:
                pieces.append(b"0\r\n\r\n")
        elif self._to_the_end:
            pieces.append(body)
        elif not self._silent:
            self._left -= len(body)
            if self._left < 0 or (self._left and not more):
                raise RuntimeError("an answer has another length than its head says")
            pieces.append(body)
        self._connection.write(pieces)
        self.sent += len(body)
        if not more:
            self.complete = True
            self._tell()
            self._connection.answered(self)


@lru_cache(maxsize=2048)
def _line(field: tuple[bytes, bytes]) -> bytes:
    """Return a field as it stands in a head. Raises `ValueError` for one that would be two or none."""
    name, value = field
    if not TOKEN.fullmatch(name) or UNFIT.search(value):
        raise ValueError(f"no field of a head can be {name!r}: {value!r}")
    return b"%b: %b\r\n" % field


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    """Return the field that says when an answer was made, in seconds of the epoch."""
    return b"date: %b\r\n" % formatdate(second, usegmt=True).encode()
