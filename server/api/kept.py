"""Answers of the API that are kept ready: one that was given in this state of the data is given again unread."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from server.asgi import Application, Message, receiver, scope_of, sender
from server.cache import Cache, Kept
from server.compression import accepts_gzip
from server.current import CurrentStore
from server.negotiation import etag, moment_of
from server.reply import Reply, head_of
from server.request import Request

ROOMS: Final = ("/api", "/context/", "/frame/")
"""Beginnings of the paths whose answers rest on address, negotiation and state of the data alone."""
CHOOSING: Final = ("accept", "accept-profile", "accept-language")
"""Headers by which answers differ, beside the packing that is done here."""
SHORTENED: Final = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
"""Headers that are answered here, so that what is kept is whole."""
OF_BODIES: Final = ("content-type", "content-language")
OF_SENDING: Final = ("etag", "content-length", "content-encoding", "date")
"""Headers that are written when an answer is sent; the server itself writes length and date."""
PACKED: Final = head_of([("Content-Encoding", "gzip")])
ASKED: Final = ("GET", "HEAD")


@dataclass(slots=True)
class Answer(Kept):
    """An answer with its head but for what is said of its length and packing."""

    head: bytes = b""
    short_head: bytes = b""
    """The same without what is said of the body."""
    tag: str = ""
    """Its entity tag, without quotes."""
    changed: str = ""
    """When what it tells was last changed, as HTTP writes it."""
    generation: str = ""

    def is_known(self, request: Request, packing: bool) -> bool:
        """Return whether the client has it, as it says by tag, or else by date. Source: RFC 9110, section 13.2.2."""
        condition = request.header("if-none-match")
        return self.matches(condition, packing) if condition else self._is_since(request.header("if-modified-since"))

    def _is_since(self, date: str) -> bool:
        since, then = moment_of(date), moment_of(self.changed)
        return since is not None and then is not None and then <= since

    def matches(self, condition: str, packing: bool) -> bool:
        """Return whether a client that sends `condition` (If-None-Match) has it. Source: RFC 9110, section 13.1.2."""
        tags = {one.strip().removeprefix("W/").strip('"') for one in condition.split(",")}
        return "*" in tags or self._tag(packing) in tags

    def unchanged(self, packing: bool) -> bytes:
        """Return the head of the answer to a client that has it."""
        return self.short_head + self._tagged(packing)

    def whole(self, packing: bool) -> tuple[bytes, bytes]:
        """Return head and body."""
        if packing and self.packed:
            return self.head + self._tagged(packing) + PACKED, self.packed
        return self.head + self._tagged(packing), self.body

    def _tagged(self, packing: bool) -> bytes:
        return b'etag: "%b"\r\n' % self._tag(packing).encode()

    def _tag(self, packing: bool) -> str:
        return f"{self.tag}-gzip" if packing and self.packed else self.tag


class KeptAnswers:
    """Gives answers again while the state of the data is the one that they were made from."""

    def __init__(self, current: CurrentStore, pages: Application) -> None:
        self._current = current
        self._pages = pages
        self._state: object = None
        self._cache: Cache[Answer] = Cache()

    @staticmethod
    def takes(request: Request) -> bool:
        """Return whether a request is for here."""
        return request.method in ASKED and request.path.startswith(ROOMS)

    async def respond(self, request: Request, reply: Reply) -> None:
        """Answer a request: with what is kept, else by the pages, whose answer is then kept."""
        cache, number = self._fresh()
        key = _key(request)
        found = cache.get(key)
        if found is None:
            made = await _made(self._pages, request)
            if isinstance(made, list):
                await _pass_on(made, reply)
                return
            found = made
            if found.generation == str(number):
                cache.put(key, found)
        await _send(found, request, reply)

    def _fresh(self) -> tuple[Cache[Answer], int]:
        """Return the answers made from the current state, and its number; those of another state are forgotten."""
        store = self._current.get()
        if store is not self._state:
            self._state, self._cache = store, Cache()
        return self._cache, store.generation


def _key(request: Request) -> str:
    return "\0".join([request.path, request.query_string.decode("latin-1"), *map(request.header, CHOOSING)])


async def _made(pages: Application, request: Request) -> Answer | list[Message]:
    """Return the whole answer of the pages, or its messages where it is no plain success."""
    messages: list[Message] = []

    async def take(message: Message) -> None:
        messages.append(message)

    scope = scope_of(request)
    headers = [pair for pair in scope["headers"] if pair[0] not in SHORTENED]
    await pages({**scope, "method": "GET", "headers": headers}, await receiver(request), take)
    start, *rest = messages
    if start["status"] != 200:
        return messages
    body = b"".join(message.get("body", b"") for message in rest)
    fields = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in start["headers"]]
    told, kept = dict(fields), [field for field in fields if field[0] not in OF_SENDING]
    return Answer(
        told.get("content-type", ""),
        body,
        head=head_of(kept),
        short_head=head_of(field for field in kept if field[0] not in OF_BODIES),
        tag=told.get("etag", etag(body)).strip('"'),
        changed=told.get("last-modified", ""),
        generation=told.get("libri-generation", ""),
    )


async def _pass_on(messages: Iterable[Message], reply: Reply) -> None:
    send = sender(reply)
    for message in messages:
        await send(message)


async def _send(found: Answer, request: Request, reply: Reply) -> None:
    packing = accepts_gzip(request.header("accept-encoding"))
    if packing and not found.is_packed:
        await asyncio.to_thread(getattr, found, "packed")
    if found.is_known(request, packing):
        await reply.answer(304, found.unchanged(packing))
    else:
        await reply.answer(200, *found.whole(packing))
