"""Files that the pages answer with, sent past them: a reader who takes long over one keeps none of their threads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from server.asgi import Message, Receive, Send
from server.request import ClientGone

if TYPE_CHECKING:
    from flask import Response

FIELD: Final = b"x-sendfile"
"""Names the file, as Flask does for a server that sends it (`USE_X_SENDFILE`)."""
PIECE: Final = 1 << 16
RANGE: Final = re.compile(rb"bytes (\d+)-(\d+)/")


def as_sent(response: Response) -> Response:
    """Return an answer of the pages as `FileSender` and the server take it.

    Its file is named so that a header can hold it, and the date is left to the server, which gives one to all answers.
    """
    response.headers.pop("Date", None)
    name = response.headers.get("X-Sendfile")
    if name is not None:
        response.headers["X-Sendfile"] = quote(name, errors="surrogateescape")
    return response


class FileSender:
    """Sends on what the pages answer, and in the place of a file's name the file."""

    def __init__(self, send: Send, receive: Receive, *, head: bool) -> None:
        self._send = send
        self._receive = receive
        self._head = head
        self._sent = False

    async def __call__(self, message: Message) -> None:
        """Send a message on. Raises `ClientGone` when nobody takes the file any more."""
        if self._sent:
            return
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            named = headers.get(FIELD)
            if named is not None:
                message["headers"] = [header for header in message["headers"] if header[0] != FIELD]
                self._sent = True
                await self._send(message)
                await self._send_file(
                    Path(unquote(named.decode("ascii"), errors="surrogateescape")), headers.get(b"content-range", b"")
                )
                return
        await self._send(message)

    async def _send_file(self, path: Path, part: bytes) -> None:
        gone = asyncio.ensure_future(_gone(self._receive))
        try:
            if not self._head:
                async with aclosing(_pieces(path, part)) as pieces:
                    async for piece in pieces:
                        if gone.done():
                            raise ClientGone
                        await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            await self._send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()


async def _pieces(path: Path, part: bytes) -> AsyncGenerator[bytes, None]:
    """Yield a file, or the part of it that a Content-Range states."""
    found = RANGE.match(part)
    first, last = (int(found[1]), int(found[2])) if found else (0, path.stat().st_size - 1)
    with path.open("rb") as file:
        file.seek(first)
        left = last + 1 - first
        while left > 0:
            piece = await asyncio.to_thread(file.read, min(PIECE, left))
            if not piece:
                raise OSError(f"{path.name} became shorter while it was sent")
            left -= len(piece)
            yield piece


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
