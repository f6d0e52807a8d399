"""Answers of the API that are kept ready: one that was given in this state of the data is given again unread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from server.asgi import Message, Receive, Request, Scope, Send
from server.cache import Cache, Kept
from server.compression import accepts_gzip
from server.current import CurrentStore
from server.negotiation import etag, moment_of

Headers = list[tuple[bytes, bytes]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

ROOMS: Final = ("/api", "/context/", "/frame/")
"""Beginnings of the paths whose answers rest on address, negotiation and state of the data alone."""
CHOOSING: Final = frozenset({b"accept", b"accept-profile", b"accept-language"})
"""Headers by which answers differ, beside the packing that is done here."""
SHORTENED: Final = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
"""Headers that are answered here, so that what is kept is whole."""
OF_BODIES: Final = (b"content-type", b"content-length", b"content-language")
OF_SENDING: Final = (b"etag", b"content-length", b"content-encoding", b"date")
"""Headers that are written when an answer is sent; the server itself writes the date."""
ASKED: Final = ("GET", "HEAD")


@dataclass(slots=True)
class Answer(Kept):
    """An answer with its headers but for those of its length and packing."""

    headers: Headers = field(default_factory=list)
    tag: str = ""
    """Its entity tag, without quotes."""

    def is_known(self, request: Request, packing: bool) -> bool:
        """Return whether the client has it, as it says by tag, or else by date. Source: RFC 9110, section 13.2.2."""
        condition = request.header("if-none-match")
        return self.matches(condition, packing) if condition else self._is_since(request.header("if-modified-since"))

    def _is_since(self, date: str) -> bool:
        changed = next((value.decode("latin-1") for name, value in self.headers if name == b"last-modified"), "")
        since, then = moment_of(date), moment_of(changed)
        return since is not None and then is not None and then <= since

    def matches(self, condition: str, packing: bool) -> bool:
        """Return whether a client that sends `condition` (If-None-Match) has it. Source: RFC 9110, section 13.1.2."""
        tags = {one.strip().removeprefix("W/").strip('"') for one in condition.split(",")}
        return "*" in tags or self._tag(packing) in tags

    def unchanged(self, packing: bool) -> Headers:
        """Return the headers of the answer to a client that has it."""
        left = [pair for pair in self.headers if pair[0] not in OF_BODIES]
        return [*left, (b"etag", f'"{self._tag(packing)}"'.encode())]

    def whole(self, packing: bool) -> tuple[Headers, bytes]:
        """Return headers and body."""
        zipped = packing and bool(self.packed)
        body = self.packed if zipped else self.body
        about = [(b"etag", f'"{self._tag(packing)}"'.encode()), (b"content-length", str(len(body)).encode())]
        return [*self.headers, *about, *([(b"content-encoding", b"gzip")] if zipped else [])], body

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

    async def respond(self, request: Request, send: Send) -> None:
        """Answer a request: with what is kept, else by the pages, whose answer is then kept."""
        cache, number = self._fresh()
        key = _key(request)
        found = cache.get(key)
        if found is None:
            made = await _made(self._pages, request)
            if isinstance(made, list):
                await _pass_on(made, send, head=request.method == "HEAD")
                return
            found = made
            if (b"libri-generation", str(number).encode()) in found.headers:
                cache.put(key, found)
        await _send(found, request, send)

    def _fresh(self) -> tuple[Cache[Answer], int]:
        """Return the answers made from the current state, and its number; those of another state are forgotten."""
        store = self._current.get()
        if store is not self._state:
            self._state, self._cache = store, Cache()
        return self._cache, store.generation


def _key(request: Request) -> str:
    choosing = [part for pair in request.scope["headers"] if pair[0] in CHOOSING for part in pair]
    return request.path + "\0" + b"\0".join((request.scope["query_string"], *choosing)).decode("latin-1")


async def _made(pages: Application, request: Request) -> Answer | list[Message]:
    """Return the whole answer of the pages, or its messages where it is no plain success."""
    headers = [pair for pair in request.scope["headers"] if pair[0] not in SHORTENED]
    messages: list[Message] = []

    async def take(message: Message) -> None:
        messages.append(message)

    scope = {**request.scope, "client": (request.client, 0), "method": "GET", "headers": headers}
    await pages(scope, request.receive, take)
    start, *rest = messages
    if start["status"] != 200:
        return messages
    body = b"".join(message.get("body", b"") for message in rest)
    named = [(name.lower(), value) for name, value in start["headers"]]
    kept = [pair for pair in named if pair[0] not in OF_SENDING]
    kind = next((value.decode("latin-1") for name, value in named if name == b"content-type"), "")
    tag = next((value.decode("latin-1") for name, value in named if name == b"etag"), etag(body))
    return Answer(kind, body, headers=kept, tag=tag.strip('"'))


async def _pass_on(messages: list[Message], send: Send, *, head: bool) -> None:
    for message in messages:
        await send({**message, "body": b""} if head and message["type"] == "http.response.body" else message)


async def _send(found: Answer, request: Request, send: Send) -> None:
    packing = accepts_gzip(request.header("accept-encoding"))
    if packing and not found.is_packed:
        await asyncio.to_thread(getattr, found, "packed")
    if found.is_known(request, packing):
        await send({"type": "http.response.start", "status": 304, "headers": found.unchanged(packing)})
        await send({"type": "http.response.body", "body": b""})
        return
    headers, body = found.whole(packing)
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})
