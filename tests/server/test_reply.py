"""An answer is as long as its head says or breaks off where the client sees it, and goes out with its head."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence

import pytest

from server import logs
from server.connection import Connection
from server.reply import AnswerBroken, Reply, head_of
from server.request import Request
from tests.server.test_connection import HOST, answered, met, said, tells_path

Told = Callable[[Reply], Awaitable[None]]


async def in_pieces(reply: Reply) -> None:
    await reply.start(200)
    await reply.send(b"piece")
    await reply.finish(b"end")


async def broken(reply: Reply) -> None:
    await reply.start(200)
    await reply.send(b"piece")
    raise AnswerBroken


def heard(request: bytes, told: Told) -> bytes:
    """Return all that a client hears of an application that answers as `told`, until the connection ends."""

    async def application(_: Request, reply: Reply) -> None:
        await told(reply)

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
    head, _, body = heard(asking(), in_pieces).partition(b"\r\n\r\n")
    assert b"\r\ntransfer-encoding: chunked\r\n" in head
    assert body == b"5\r\npiece\r\n3\r\nend\r\n0\r\n\r\n"


def test_a_client_that_knows_no_chunks_hears_until_the_connection_ends() -> None:
    head, _, body = heard(asking(b"1.0"), in_pieces).partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head
    assert b"\r\nconnection: close" in head
    assert body == b"pieceend"


def test_a_broken_answer_has_no_end() -> None:
    found = heard(asking(), broken)
    assert found.endswith(b"5\r\npiece\r\n")


def test_a_broken_answer_whose_end_would_be_that_of_the_connection_is_reset() -> None:
    assert heard(asking(b"1.0"), broken).endswith(b"(reset)")


@pytest.mark.parametrize("length", [3, 9])
def test_an_answer_of_another_length_than_it_says_is_broken_off(
    length: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def wrong(reply: Reply) -> None:
        await reply.start(200, length=length)
        await reply.finish(b"piece")

    logs.set_up("error")
    assert not heard(asking(), wrong).endswith(b"piece")
    assert "another length" in capsys.readouterr().err


def test_a_field_that_would_be_two_is_never_sent(capsys: pytest.CaptureFixture[str]) -> None:
    async def two(reply: Reply) -> None:
        await reply.answer(303, head_of([("Location", "/\r\nset-cookie: a=b")]))

    logs.set_up("error")
    found = heard(asking(), two)
    assert found.startswith(b"HTTP/1.1 500 ")
    assert b"set-cookie" not in found
    assert "no field of a head" in capsys.readouterr().err


def test_an_application_that_fails_before_it_answers_is_told_as_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    async def fails(_: Reply) -> None:
        raise KeyError("oops")

    logs.set_up("error")
    found = heard(asking(), fails)
    assert json.loads(found.partition(b"\r\n\r\n")[2])["status"] == 500
    assert "oops" in capsys.readouterr().err


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("method", [b"HEAD", b"GET"])
def test_an_answer_without_a_body_has_none(method: bytes, whole: bool) -> None:
    status = 200 if method == b"HEAD" else 304

    async def bodiless(reply: Reply) -> None:
        if whole:
            await reply.answer(status, body=b"body")
        else:
            await reply.start(status)
            await reply.finish(b"body")

    found = heard(asking(method=method), bodiless)
    assert found.endswith(b"\r\n\r\n")
    assert b"chunked" not in found


def test_an_answer_begins_once(capsys: pytest.CaptureFixture[str]) -> None:
    async def twice(reply: Reply) -> None:
        await reply.start(200)
        await reply.answer(200, body=b"again")

    logs.set_up("error")
    assert b"again" not in heard(asking(), twice)
    assert "begins once" in capsys.readouterr().err


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
    async def tells_body(request: Request, reply: Reply) -> None:
        await reply.answer(200, body=json.dumps([(await request.body()).decode()]).encode())

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[object]:
        writer.write(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n" + HOST + b"\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"body")
        return await said(reader)

    assert met(client, tells_body) == ["body"]


def test_all_answers_say_what_keeps_a_browser_safe() -> None:
    for request in (asking(), b"HELLO\r\n\r\n"):
        assert b"\r\nx-content-type-options: nosniff\r\n" in heard(request, in_pieces)


def test_what_is_no_request_is_told_behind_the_answer_to_the_one_before() -> None:
    async def slow(request: Request, reply: Reply) -> None:
        await asyncio.sleep(0.05)
        await tells_path(request, reply)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[object, bytes]:
        writer.write(b"GET /first HTTP/1.1\r\n" + HOST + b"\r\n" + b"garbage\r\n\r\n")
        return (await said(reader))[0], (await reader.read()).partition(b"\r\n")[0]

    assert met(client, slow) == ("/first", b"HTTP/1.1 400 Bad Request")


def test_a_body_that_cannot_be_read_is_told_so() -> None:
    async def waits(request: Request, _: Reply) -> None:
        await request.body()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HOST + b"\r\nno number\r\n")
        return (await reader.read()).partition(b"\r\n")[0]

    assert met(client, waits) == b"HTTP/1.1 400 Bad Request"


@pytest.mark.parametrize("other", [b"h2c", b"websocket"])
def test_who_wants_another_protocol_is_answered_in_this_one(other: bytes) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: " + other + b"\r\n"
    assert answered(b"GET / HTTP/1.1\r\n" + HOST + upgrade + b"\r\n")[0] == 200
