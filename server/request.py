"""What a client asked: the head, its body as it comes, and whether the client is still there."""

from __future__ import annotations

import asyncio
import re
from binascii import a2b_qp
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from libri_graph.errors import BodyTooLarge, RequestInvalid

if TYPE_CHECKING:
    from server.connection import Connection

MOST_BYTES: Final = 1 << 20
BODY_SECONDS: Final = 9.0
"""A client that takes longer over its body is let go before ten seconds have passed."""
MOST_UNREAD: Final = 1 << 16
"""Bytes of a body that are taken before somebody reads them."""
BARE_PERCENT: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
"""A percent sign that encodes nothing."""
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class ClientGone(Exception):
    """The client closed the connection."""


class Request:
    """One request of a connection, which brings its body."""

    __slots__ = (
        "_body",
        "_connection",
        "_news",
        "client",
        "expects",
        "fields",
        "gone",
        "method",
        "more_body",
        "over",
        "path",
        "query",
        "query_string",
        "raw_path",
        "version",
    )

    def __init__(
        self,
        connection: Connection,
        method: str,
        path: str,
        query_string: bytes,
        fields: Mapping[str, str],
        raw_path: bytes = b"",
        version: str = "1.1",
    ) -> None:
        self.method = method
        """In capitals."""
        self.path = path
        """Decoded."""
        self.raw_path = raw_path
        self.query_string = query_string
        self.fields = fields
        """The header fields by their names in lower case; several of one name are joined with commas."""
        self.version = version
        """Of HTTP: ``1.0`` or ``1.1``."""
        self.client = ""
        """Who asks: the address behind proxies that are trusted."""
        self.query: str | None = None
        """The SPARQL query that was found in it, for the log."""
        self.more_body = True
        """Whether more of the body is to come."""
        self.gone = False
        """Whether the client is."""
        self.expects = False
        """Whether the client waits for a word before it sends the body."""
        self.over = False
        """Whether it has its whole answer."""
        self._connection = connection
        self._body = bytearray()
        self._news: asyncio.Event | None = None

    def header(self, name: str) -> str:
        """Return a header in lower-case `name`; none is empty."""
        return self.fields.get(name, "")

    def arguments(self) -> list[tuple[str, str]]:
        """Return the pairs of the query string. Raises `RequestInvalid` for bytes that are not UTF-8."""
        return pairs(self.query_string)

    @property
    def addresses(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """Host and port of the server and of who is connected to it."""
        return self._connection.addresses

    async def body(self, most_bytes: int = MOST_BYTES) -> bytes:
        """Return the whole body, within limits of size and time.

        Raises `BodyTooLarge`, `RequestInvalid` for one that comes too slowly, `ClientGone`.
        """
        declared = self.header("content-length")
        if declared.isdigit() and int(declared) > most_bytes:
            raise BodyTooLarge(f"a body may have {most_bytes} bytes; this one has {declared}")
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._read(most_bytes)
        except TimeoutError as slow:
            raise RequestInvalid(f"the body did not arrive within {BODY_SECONDS:g} seconds") from slow

    async def _read(self, most_bytes: int) -> bytes:
        content = bytearray()
        while piece := await self.piece():
            content += piece
            if len(content) > most_bytes:
                raise BodyTooLarge(f"a body may have {most_bytes} bytes; this one has more")
        return bytes(content)

    async def piece(self) -> bytes:
        """Return what has come of the body since, once something has; nothing behind its end. Raises `ClientGone`."""
        if self.expects and not self.gone:
            self.expects = False
            self._connection.write((CONTINUE,))
        while not self._body and self.more_body and not self._is_past:
            self._connection.read_on()
            await self._hear()
        if self._is_past:
            raise ClientGone
        piece, self._body = bytes(self._body), bytearray()
        return piece

    async def until_gone(self) -> None:
        """Return when the client is not there any more, or has its answer. What still comes of the body is dropped."""
        while not self._is_past:
            self._body.clear()
            self._connection.read_on()
            await self._hear()

    @property
    def _is_past(self) -> bool:
        return self.gone or self.over

    async def _hear(self) -> None:
        """Return when something has happened since."""
        if self._news is None:
            self._news = asyncio.Event()
        await self._news.wait()
        self._news.clear()

    # What the connection and the reply tell

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

    def end(self) -> None:
        """Take note that it has its whole answer."""
        self.over = True
        self._tell()

    def _tell(self) -> None:
        if self._news is not None:
            self._news.set()


def pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Return the pairs of a form or query string, blank values kept. Raises `RequestInvalid`."""
    if not encoded.isascii():
        raise RequestInvalid("what is not ASCII is percent-encoded in an address and in a form")
    try:
        if b"&" not in encoded and b"=" in encoded:  # as most queries come
            name, _, value = encoded.partition(b"=")
            return [(_decoded(name), _decoded(value))]
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as fault:
        raise RequestInvalid("the request is not valid UTF-8") from fault


def _decoded(text: bytes) -> str:
    return percent_decoded(text.replace(b"+", b" ")).decode()


def percent_decoded(text: bytes) -> bytes:
    """Return `text` with its percent-encoding resolved; a percent sign that encodes nothing stays.

    Quoted-printable is the same with another sign, and its decoder is compiled: it takes a third of the time.

    >>> percent_decoded(b"100%25 caf%C3%A9 %3D = %zz")
    b'100% caf\xc3\xa9 = = %zz'
    """
    if BARE_PERCENT.search(text):
        return unquote_to_bytes(text)
    return a2b_qp(text.replace(b"=", b"=3D").replace(b"%", b"="))
