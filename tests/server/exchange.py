"""A request and its reply without a socket: for tests of the rooms that answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

from server.connection import Connection
from server.reply import Reply
from server.request import Request

Answered = tuple[int, dict[str, str], bytes]
"""Status, fields and body of an answer."""


class Wire:
    """What a request and its reply ask of their connection; keeps what is written."""

    is_full = False
    addresses = (("127.0.0.1", 8000), ("203.0.113.9", 0))

    def __init__(self) -> None:
        self.written = b""

    def write(self, pieces: Sequence[bytes]) -> None:
        self.written += b"".join(pieces)

    def pause_reading(self) -> None:
        """Everything has come."""

    read_on = pause_reading

    def answered(self, reply: Reply) -> None:
        """Nothing comes behind it."""


def request(
    method: str = "GET",
    path: str = "/",
    query_string: bytes = b"",
    fields: Mapping[str, str] | None = None,
    body: bytes = b"",
    wire: Wire | None = None,
) -> Request:
    """Return a request that has come whole."""
    made = Request(cast("Connection", wire or Wire()), method, path, query_string, fields or {})
    made.client = "203.0.113.9"
    made.take(body)
    made.end_body()
    return made


def answered(respond: Callable[[Request, Reply], Awaitable[None]], *parts: object, **more: object) -> Answered:
    """Return what `respond` answers to a `request` of these parts."""
    wire = Wire()
    asked = request(*parts, **more, wire=wire)  # type: ignore[arg-type]  # as `request` takes them
    asyncio.run(_responded(respond, asked, Reply(cast("Connection", wire), asked, keeps=True)))
    head, _, body = wire.written.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines)
    return int(first.split()[1]), fields, body


async def _responded(respond: Callable[[Request, Reply], Awaitable[None]], request: Request, reply: Reply) -> None:
    await respond(request, reply)


def fields_of(named: Mapping[str, str]) -> dict[str, str]:
    """Return fields by names that were written as keywords."""
    return {name.replace("_", "-"): value for name, value in named.items()}
