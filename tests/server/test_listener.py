"""Who has asked when the server is told to stop is answered, and nobody is kept longer than that."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

from server.listener import Listener
from server.reply import Application, Reply
from server.request import Request
from tests.server.test_connection import HOST

Talk = Callable[[Listener, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


def talked(application: Application, talk: Talk) -> bytes:
    """Return what a client hears that asks while `application` answers."""

    async def meet() -> bytes:
        listener = Listener(application)
        listening = socket.create_server(("127.0.0.1", 0))
        await listener.open(listening)
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        async with asyncio.timeout(10):
            found = await talk(listener, reader, writer)
        await listener.end()
        writer.close()
        return found

    return asyncio.run(meet())


def test_a_request_that_has_come_is_answered_and_the_connection_closed() -> None:
    asked = asyncio.Event()

    async def application(_: Request, reply: Reply) -> None:
        asked.set()
        await asyncio.sleep(0.1)
        await reply.answer(200, body=b"done")

    async def talk(listener: Listener, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        await asked.wait()
        await listener.close(5)
        return await reader.read()

    found = talked(application, talk)
    assert b"connection: close" in found
    assert found.endswith(b"done")


def test_a_connection_on_which_nothing_is_asked_is_closed_at_once() -> None:
    async def application(_: Request, reply: Reply) -> None:
        await reply.answer(200, body=b"never")

    async def talk(listener: Listener, reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> bytes:
        while not listener._connections:
            await asyncio.sleep(0.01)
        await listener.close(5)
        return await reader.read()

    assert talked(application, talk) == b""


def test_what_goes_on_for_too_long_is_broken_off() -> None:
    asked = asyncio.Event()

    async def application(_: Request, reply: Reply) -> None:
        await reply.start(200)
        await reply.send(b"some")
        asked.set()
        await asyncio.sleep(60)

    async def talk(listener: Listener, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        await asked.wait()
        await listener.close(0.05)
        await listener.end()
        return await reader.read()

    assert talked(application, talk).endswith(b"4\r\nsome\r\n")
