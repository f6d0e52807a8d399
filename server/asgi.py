"""ASGI, as the pages speak it: a request in its messages, and its messages as a reply.

Source: ASGI 3.0, the HTTP connection scope.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from server.reply import Reply, head_of
from server.request import Request

Message = MutableMapping[str, Any]
Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def scope_of(request: Request) -> dict[str, Any]:
    """Return what a request asks; the client is the one behind proxies that are trusted."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": request.version,
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": request.raw_path,
        "query_string": request.query_string,
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.fields.items()],
        "server": request.addresses[0],
        "client": (request.client, 0),
    }


async def receiver(request: Request) -> Receive:
    """Return what gives the body of a request, and then waits for its client to go.

    What is posted has been read whole by then, within our limits. Raises as `Request.body`.
    """
    waiting = [await request.body() if request.method == "POST" else b""]

    async def receive() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        await request.until_gone()
        return {"type": "http.disconnect"}

    return receive


def sender(reply: Reply) -> Send:
    """Return what sends messages as a reply."""

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            fields, length = _read(message["headers"])
            await reply.start(message["status"], head_of(fields), length)
        elif message.get("more_body", False):
            await reply.send(message.get("body", b""))
        else:
            await reply.finish(message.get("body", b""))

    return send


def _read(fields: Iterable[tuple[bytes, bytes]]) -> tuple[list[tuple[str, str]], int | None]:
    """Return the fields of an answer but for its length, and that; none where it is not said."""
    read = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in fields]
    length = next((int(value) for name, value in read if name.lower() == "content-length"), None)
    return [field for field in read if field[0].lower() != "content-length"], length
