"""A frame reaches who waits for it, in time or not at all, and a worker is free as soon as its answer is whole."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from libri_graph.errors import WorkerLost
from libri_graph.workers.frames import Frame, packed
from libri_graph.workers.link import MOST_WAITING, Link

T = TypeVar("T")


def linked(talk: Callable[[Link, socket.socket], Awaitable[T]]) -> T:
    """Let `talk` have a link and its other end."""

    async def body() -> T:
        mine, its = socket.socketpair()
        mine.setblocking(False)
        _, link = await asyncio.get_running_loop().create_unix_connection(Link, sock=mine)
        async with asyncio.timeout(5):
            try:
                return await talk(link, its)
            finally:
                link.close()
                its.close()

    return asyncio.run(body())


def test_frames_come_in_their_order_however_they_are_cut() -> None:
    async def talk(link: Link, its: socket.socket) -> list[bytes]:
        sent = b"".join(packed(Frame.CHUNK, bytes([number]) * number) for number in range(MOST_WAITING * 3))
        for place in range(0, len(sent), 7):
            its.sendall(sent[place : place + 7])
            await asyncio.sleep(0)
        return [(await link.receive(1))[1] for _ in range(MOST_WAITING * 3)]

    assert linked(talk) == [bytes([number]) * number for number in range(MOST_WAITING * 3)]


def test_who_waits_too_long_is_told_and_may_wait_on() -> None:
    async def talk(link: Link, its: socket.socket) -> bytes:
        with pytest.raises(TimeoutError):
            await link.receive(0.05)
        with pytest.raises(TimeoutError):
            await link.receive(0.01)
        asyncio.get_running_loop().call_later(0.05, its.sendall, packed(Frame.WHOLE, b"late"))
        return (await link.receive(2))[1]

    assert linked(talk) == b"late"


def test_an_alarm_of_before_ends_no_later_waiting() -> None:
    async def talk(link: Link, its: socket.socket) -> bytes:
        its.sendall(packed(Frame.WHOLE, b"first"))
        await link.receive(0.05)
        asyncio.get_running_loop().call_later(0.15, its.sendall, packed(Frame.WHOLE, b"second"))
        return (await link.receive(1))[1]

    assert linked(talk) == b"second"


def test_a_worker_is_free_before_its_answer_is_told() -> None:
    async def talk(link: Link, its: socket.socket) -> list[str]:
        events: list[str] = []

        async def ask() -> None:
            await link.receive(1, lambda: events.append("free"))
            events.append("told")

        asking = asyncio.create_task(ask())
        await asyncio.sleep(0)
        its.sendall(packed(Frame.WHOLE, b"whole"))
        await asking
        return events

    assert linked(talk) == ["free", "told"]


@pytest.mark.parametrize("kind", [Frame.START, Frame.FAULT])
def test_a_worker_whose_answer_goes_on_is_not_free(kind: Frame) -> None:
    async def talk(link: Link, its: socket.socket) -> None:
        asyncio.get_running_loop().call_soon(its.sendall, packed(kind, b"{}"))
        await link.receive(1, lambda: pytest.fail("it is not free"))

    linked(talk)


def test_two_who_use_a_worker_one_after_the_other_hear_their_own_answers() -> None:
    async def talk(link: Link, its: socket.socket) -> list[bytes]:
        found: list[bytes] = []

        async def ask() -> None:
            found.append((await link.receive(1, begin_second))[1])

        def begin_second() -> None:  # before the first has been told
            tasks.append(asyncio.create_task(ask_second()))
            its.sendall(packed(Frame.WHOLE, b"two"))

        async def ask_second() -> None:
            found.append((await link.receive(1))[1])

        tasks = [asyncio.create_task(ask())]
        await asyncio.sleep(0)
        its.sendall(packed(Frame.WHOLE, b"one"))
        await tasks[0]
        await tasks[1]
        return found

    assert linked(talk) == [b"one", b"two"]


def test_who_waits_for_a_worker_that_ends_is_told() -> None:
    async def talk(link: Link, its: socket.socket) -> None:
        asyncio.get_running_loop().call_soon(its.close)
        with pytest.raises(WorkerLost):
            await link.receive(1)
        with pytest.raises(WorkerLost):
            await link.receive(1)

    linked(talk)
