"""A client has nine seconds and so many bytes for the head of a request; what is no request is told what is wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from server import connection
from server.connection import MOST_ADDRESS, MOST_FIELDS, MOST_HEAD, Connection
from server.reply import Application, Reply
from server.request import Request

T = TypeVar("T")
HOST = b"Host: example.org\r\n"
Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[T]]


async def tells_path(request: Request, reply: Reply) -> None:
    """Answer with the path and the names of the fields, without reading the body."""
    await reply.answer(200, body=json.dumps([request.path, list(request.fields)]).encode())


async def tells_fields(request: Request, reply: Reply) -> None:
    """Answer with the names of the fields once the body is whole."""
    await request.body()
    await tells_path(request, reply)


def met(
    client: Client[T],
    application: Application = tells_path,
    kind: type[Connection] = Connection,
) -> T:
    """Let a client talk to a server of one application, and return what it found."""

    async def meet() -> T:
        loop = asyncio.get_running_loop()
        running: set[asyncio.Task[None]] = set()
        server = await loop.create_server(lambda: kind(application, set(), running), "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            try:
                async with asyncio.timeout(10):
                    return await client(reader, writer)
            finally:
                writer.close()
                if running:  # the loop does not end before those who use it
                    await asyncio.wait(running, timeout=10)

    return asyncio.run(meet())


def answered(request: bytes) -> tuple[int, str]:
    """Send a request; return the status and the body of an answer after which the connection is closed."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[int, str]:
        writer.write(request)
        head, _, body = (await reader.read(1 << 20)).partition(b"\r\n\r\n")
        return int(head.split()[1]), body.decode()

    return met(client)


async def said(reader: asyncio.StreamReader) -> list[object]:
    """Return what the application tells in its next answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    return list(json.loads(await reader.readexactly(length)))


def test_a_connection_answers_one_request_after_the_other() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[object]:
        found = []
        for path in (b"/one", b"/two"):
            writer.write(b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n")
            found.append((await said(reader))[0])
        return found

    assert met(client) == ["/one", "/two"]


def test_requests_that_come_together_are_answered_in_order() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[object]:
        writer.write(b"".join(b"GET /%d HTTP/1.1\r\n%s\r\n" % (number, HOST) for number in range(5)))
        return [(await said(reader))[0] for _ in range(5)]

    assert met(client) == ["/0", "/1", "/2", "/3", "/4"]


@pytest.mark.parametrize(
    ("first", "more"), [(b"", b""), (b"", b"\r\n"), (b"GE", b""), (b"GET / HTTP/1.1\r\n", b"A: b\r\n")]
)
def test_who_sends_no_whole_head_in_time_is_let_go(first: bytes, more: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(first)
        end = asyncio.ensure_future(reader.read())
        while not end.done():  # a little more is no reason to wait longer
            writer.write(more)
            await asyncio.wait({end}, timeout=0.02)
        return b"" if isinstance(end.exception(), ConnectionError) else end.result()

    assert met(client) == b""


def test_a_second_head_has_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.2)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET /one HTTP/1.1\r\n" + HOST + b"\r\n")
        await said(reader)
        writer.write(b"GET /two HTTP/1.1\r\n")
        return await reader.read()

    assert met(client) == b""


def test_an_address_has_a_limit() -> None:
    status, body = answered(b"GET /" + b"a" * MOST_ADDRESS + b" HTTP/1.1\r\n" + HOST + b"\r\n")
    assert (status, json.loads(body)["type"]) == (414, "/problems/address-too-long")


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (b"/a%20b?c=/d", "/a b"),
        (b"/a?b#c", "/a"),
        (b"http://example.org/a?b", "/a"),
        (b"//a/b", "//a/b"),
    ],
)
def test_an_address_is_read_in_each_form(address: bytes, path: str) -> None:
    status, body = answered(b"GET " + address + b" HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n")
    assert (status, json.loads(body)[0]) == (200, path)


@pytest.mark.parametrize("address", ["/ā".encode(), "/?a=ā".encode(), b"/a\x01", b"?a", b"http://example.org"])
def test_an_address_that_is_none_is_refused(address: bytes) -> None:
    assert answered(b"GET " + address + b" HTTP/1.1\r\n" + HOST + b"\r\n")[0] == 400


def test_fields_of_one_name_are_joined() -> None:
    async def tells_field(request: Request, reply: Reply) -> None:
        await reply.answer(200, body=json.dumps([request.header("x-a")]).encode())

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[object]:
        writer.write(b"GET / HTTP/1.1\r\nX-A: one\r\nx-a: two\r\n" + HOST + b"\r\n")
        return await said(reader)

    assert met(client, tells_field) == ["one, two"]


def test_the_fields_of_a_head_have_a_limit() -> None:
    fields = b"".join(b"X-%d: a\r\n" % number for number in range(MOST_FIELDS))
    assert answered(b"GET / HTTP/1.1\r\n" + HOST + fields + b"\r\n")[0] == 431


def test_a_head_that_does_not_end_has_a_limit() -> None:
    assert answered(b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * (MOST_HEAD * 4))[0] == 431


@pytest.mark.parametrize(
    "request_", [b"\x00\x01\r\n\r\n", b"HELLO\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nA b\r\n\r\n"]
)
def test_what_is_no_request_is_told_so(request_: bytes) -> None:
    status, body = answered(request_)
    assert (status, json.loads(body)["title"]) == (400, "The request cannot be understood")


def test_two_lengths_of_one_body_are_refused() -> None:
    both = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
    assert answered(b"POST / HTTP/1.1\r\n" + HOST + both + b"\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n")[0] == 400


def test_fields_behind_a_body_are_not_taken_for_those_before_it() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[object]:
        writer.write(b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
        writer.write(b"1\r\na\r\n0\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n")
        return await said(reader)

    assert met(client, tells_fields) == ["/", ["host", "transfer-encoding"]]


def test_who_is_answered_before_the_body_is_whole_hears_it_and_is_let_go() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[object, bytes]:
        writer.write(b"POST /early HTTP/1.1\r\n" + HOST + b"Content-Length: 1000000\r\n\r\nsome")
        told = (await said(reader))[0]
        writer.write(b"more")
        return told, await reader.read()

    assert met(client) == ("/early", b"")


def test_who_takes_nothing_of_an_answer_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STALL_SECONDS", 0.2)
    ended: list[str] = []

    async def endless(request: Request, reply: Reply) -> None:
        gone = asyncio.ensure_future(request.until_gone())
        await reply.start(200)
        while not gone.done():
            await reply.send(bytes(1 << 16))
            await asyncio.sleep(0)
        ended.append("gone")

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        await reader.readexactly(100)  # and no more
        while not ended:
            await asyncio.sleep(0.02)

    met(client, endless)
    assert ended == ["gone"]


@pytest.mark.parametrize("kept", [b"close", b"keep-alive"])
def test_who_does_not_take_the_end_of_an_answer_is_let_go_too(kept: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.1)
    monkeypatch.setattr(connection, "STALL_SECONDS", 0.3)
    lost: list[bool] = []

    class Patient(Connection):
        """Has so much room for what is not taken that writing never pauses."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            self._transport.set_write_buffer_limits(high=1 << 30)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            lost.append(True)

    async def long(_: Request, reply: Reply) -> None:
        await reply.answer(200, body=bytes(40 << 20))

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\nConnection: " + kept + b"\r\n" + HOST + b"\r\n")
        await reader.readexactly(100)  # and no more
        while not lost:
            await asyncio.sleep(0.02)

    met(client, long, Patient)
