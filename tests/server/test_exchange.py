"""An answer is as long as its head says or breaks off where the client sees it, and goes out with its head."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from server import logs
from server.asgi import AnswerBroken, Receive, Scope, Send, answer
from server.connection import Connection
from tests.server.test_connection import HOST, answered, met, said, tells_path

START = {"type": "http.response.start", "status": 200, "headers": []}
PIECE = {"type": "http.response.body", "body": b"piece", "more_body": True}
END = {"type": "http.response.body", "body": b"end"}


def heard(request: bytes, messages: Sequence[dict[str, object]], fault: Exception | None = None) -> bytes:
    """Return all that a client hears of an application that sends `messages`, until the connection ends."""

    async def application(_: Scope, __: Receive, send: Send) -> None:
        for message in messages:
            await send(dict(message))
        if fault is not None:
            raise fault

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request)
        found = b""
        try:
            while piece := await reader.read(1 << 16):
                found += piece
        except ConnectionResetError:
            found += b"(reset)"
        return found

    return met(client, application)


def asking(version: bytes = b"1.1", method: bytes = b"GET") -> bytes:
    return method + b" / HTTP/" + version + b"\r\nConnection: close\r\n" + HOST + b"\r\n"


def test_an_answer_of_unknown_length_comes_in_chunks() -> None:
    head, _, body = heard(asking(), [START, PIECE, END]).partition(b"\r\n\r\n")
    assert b"\r\ntransfer-encoding: chunked\r\n" in head
    assert body == b"5\r\npiece\r\n3\r\nend\r\n0\r\n\r\n"


def test_a_client_that_knows_no_chunks_hears_until_the_connection_ends() -> None:
    head, _, body = heard(asking(b"1.0"), [START, PIECE, END]).partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head
    assert b"\r\nconnection: close" in head
    assert body == b"pieceend"


def test_a_broken_answer_has_no_end() -> None:
    found = heard(asking(), [START, PIECE], AnswerBroken())
    assert found.endswith(b"5\r\npiece\r\n")


def test_a_broken_answer_whose_end_would_be_that_of_the_connection_is_reset() -> None:
    assert heard(asking(b"1.0"), [START, PIECE], AnswerBroken()).endswith(b"(reset)")


@pytest.mark.parametrize("length", [b"3", b"9"])
def test_an_answer_of_another_length_than_it_says_is_broken_off(
    length: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up("error")
    start = {**START, "headers": [(b"content-length", length)]}
    assert not heard(asking(), [start, {**END, "body": b"piece"}]).endswith(b"piece")
    assert "another length" in capsys.readouterr().err


def test_a_field_that_would_be_two_is_never_sent(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("error")
    found = heard(asking(), [{**START, "headers": [(b"location", b"/\r\nset-cookie: a=b")]}, END])
    assert found.startswith(b"HTTP/1.1 500 ")
    assert b"set-cookie" not in found
    assert "no field of a head" in capsys.readouterr().err


def test_an_application_that_fails_before_it_answers_is_told_as_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("error")
    found = heard(asking(), [], KeyError("oops"))
    assert json.loads(found.partition(b"\r\n\r\n")[2])["status"] == 500
    assert "oops" in capsys.readouterr().err


@pytest.mark.parametrize("method", [b"HEAD", b"GET"])
def test_an_answer_without_a_body_has_none(method: bytes) -> None:
    status = 200 if method == b"HEAD" else 304
    found = heard(asking(method=method), [{**START, "status": status}, {**END, "body": b""}])
    assert found.endswith(b"\r\n\r\n")
    assert b"chunked" not in found


def test_head_and_body_are_sent_as_one() -> None:
    """Two writes would cost client and server a turn each."""
    written: list[Sequence[bytes]] = []

    class Counted(Connection):
        def write(self, pieces: Sequence[bytes]) -> None:
            written.append(pieces)
            super().write(pieces)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[object]:
        writer.write(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        return await said(reader)

    assert met(client, tells_path, Counted)[0] == "/"
    assert len(written) == 1


def test_who_waits_for_a_word_before_the_body_hears_it() -> None:
    async def tells_body(_: Scope, receive: Receive, send: Send) -> None:
        await answer(send, 200, [], json.dumps([(await receive())["body"].decode()]).encode())

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[object]:
        writer.write(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n" + HOST + b"\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"body")
        return await said(reader)

    assert met(client, tells_body) == ["body"]


def test_all_answers_say_what_keeps_a_browser_safe() -> None:
    for request in (asking(), b"HELLO\r\n\r\n"):
        assert b"\r\nx-content-type-options: nosniff\r\n" in heard(request, [START, END])


def test_what_is_no_request_is_told_behind_the_answer_to_the_one_before() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.05)
        await tells_path(scope, receive, send)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[object, bytes]:
        writer.write(b"GET /first HTTP/1.1\r\n" + HOST + b"\r\n" + b"garbage\r\n\r\n")
        return (await said(reader))[0], (await reader.read()).partition(b"\r\n")[0]

    assert met(client, slow) == ("/first", b"HTTP/1.1 400 Bad Request")


def test_a_body_that_cannot_be_read_is_told_so() -> None:
    async def waits(_: Scope, receive: Receive, __: Send) -> None:
        while (await receive()).get("more_body"):
            pass

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HOST + b"\r\nno number\r\n")
        return (await reader.read()).partition(b"\r\n")[0]

    assert met(client, waits) == b"HTTP/1.1 400 Bad Request"


@pytest.mark.parametrize("other", [b"h2c", b"websocket"])
def test_who_wants_another_protocol_is_answered_in_this_one(other: bytes) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: " + other + b"\r\n"
    assert answered(b"GET / HTTP/1.1\r\n" + HOST + upgrade + b"\r\n")[0] == 200
