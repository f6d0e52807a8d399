"""An application of ASGI is answered by what it says, and told what was asked."""

from __future__ import annotations

import asyncio

from server.asgi import Message, Receive, Scope, Send, receiver, scope_of, sender
from server.reply import Reply
from server.request import Request
from tests.server.exchange import answered, request

BODY = {"type": "http.response.body"}


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what was asked."""
    body = (await receive())["body"]
    fields = [(b"Content-Type", b"text/plain"), (b"X-Who", scope["client"][0].encode())]
    await send({"type": "http.response.start", "status": 201, "headers": [*fields, (b"Content-Length", b"9")]})
    await send({**BODY, "body": scope["method"].encode(), "more_body": True})
    await send({**BODY, "body": b"-" + body})


async def respond(asked: Request, reply: Reply) -> None:
    await echo(scope_of(asked), await receiver(asked), sender(reply))


def test_messages_are_sent_as_they_say() -> None:
    status, fields, body = answered(respond, "POST", "/", body=b"body")
    assert (status, body) == (201, b"POST-body")
    assert (fields["content-type"], fields["x-who"], fields["content-length"]) == ("text/plain", "203.0.113.9", "9")


def test_fields_of_a_request_are_told_as_bytes() -> None:
    scope = scope_of(request("GET", "/ā", b"a=1", {"accept": "text/html", "x-name": "\xe9"}))
    assert scope["headers"] == [(b"accept", b"text/html"), (b"x-name", b"\xe9")]
    assert (scope["path"], scope["query_string"]) == ("/ā", b"a=1")


def test_behind_the_body_its_client_is_waited_for() -> None:
    async def wait() -> list[Message]:
        asked = request("POST", body=b"body")
        receive = await receiver(asked)
        first = await receive()
        asked.lose()
        return [first, await receive(), await receive()]

    assert [message["type"] for message in asyncio.run(wait())] == ["http.request", *["http.disconnect"] * 2]
