"""A frame reaches who waits for it, in time or not at all, and a worker is free as soon as its answer is whole."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from libri_graph.errors import WorkerLost
from libri_graph.workers.frames import Frame, packed
from libri_graph.workers.link import ALLOCATOR, MOST_WAITING, Link, Nursery, Turn

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


def turn(name: str, free: Callable[[Link], None]) -> Turn:
    return Turn("", name.encode(), 1.0, free, 0.0, asyncio.get_running_loop().create_future())


def test_a_worker_is_free_before_its_answer_is_told() -> None:
    async def talk(link: Link, its: socket.socket) -> list[str]:
        events: list[str] = []
        asked = turn("job", lambda _: events.append("free"))
        link.ask(asked)
        assert asked.worker is link
        assert its.recv(100) == b"job"
        its.sendall(packed(Frame.WHOLE, b"whole"))
        await asked.answer
        assert asked.worker is None
        return [*events, "told"]

    assert linked(talk) == ["free", "told"]


@pytest.mark.parametrize("kind", [Frame.START, Frame.FAULT])
def test_a_worker_whose_answer_goes_on_is_not_free(kind: Frame) -> None:
    async def talk(link: Link, its: socket.socket) -> None:
        freed: list[Link] = []
        asked = turn("job", freed.append)
        link.ask(asked)
        its.sendall(packed(kind, b"{}"))
        await asked.answer
        assert (asked.worker, freed) == (link, [])

    linked(talk)


def test_two_who_use_a_worker_one_after_the_other_hear_their_own_answers() -> None:
    async def talk(link: Link, its: socket.socket) -> list[bytes]:
        second = turn("second", lambda _: None)

        def begin_second(worker: Link) -> None:  # before the first has been told
            worker.ask(second)
            its.sendall(packed(Frame.WHOLE, b"two"))

        first = turn("first", begin_second)
        link.ask(first)
        its.sendall(packed(Frame.WHOLE, b"one"))
        return [(await second.answer)[1], (await first.answer)[1]]

    assert linked(talk) == [b"two", b"one"]


def test_a_job_that_takes_too_long_is_told_so_and_keeps_its_worker() -> None:
    async def talk(link: Link, its: socket.socket) -> tuple[bytes, list[Link]]:
        freed: list[Link] = []
        asked = turn("job", freed.append)
        asked.seconds = 0.02
        link.ask(asked)
        with pytest.raises(TimeoutError):
            await asked.answer
        its.sendall(packed(Frame.WHOLE, b"late"))
        return (await link.receive(1))[1], freed

    assert linked(talk) == (b"late", [])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the environment of a process")
@pytest.mark.parametrize("own", ["", "glibc.malloc.perturb=1"])
def test_workers_keep_pieces_of_memory_at_hand_beside_what_the_operator_wants(
    own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def environment() -> bytes:
        nursery = Nursery(512)
        nursery.start()
        try:
            worker = await nursery.hatch()
            return Path(f"/proc/{worker.pid}/environ").read_bytes()
        finally:
            await nursery.stop()

    monkeypatch.setenv("GLIBC_TUNABLES", own)
    found = asyncio.run(environment()).partition(b"GLIBC_TUNABLES=")[2]
    found = found.replace(b"\0", b":")  # as glibc does the other way round when it reads them
    assert found.startswith(":".join(filter(None, (own, ALLOCATOR))).encode())


def test_who_asks_a_worker_that_has_ended_is_told() -> None:
    async def talk(link: Link, its: socket.socket) -> None:
        its.close()
        await asyncio.sleep(0.01)
        asked = turn("job", lambda _: None)
        link.ask(asked)
        with pytest.raises(WorkerLost):
            await asked.answer

    linked(talk)


def test_who_waits_for_a_worker_that_ends_is_told() -> None:
    async def talk(link: Link, its: socket.socket) -> None:
        asyncio.get_running_loop().call_soon(its.close)
        with pytest.raises(WorkerLost):
            await link.receive(1)
        with pytest.raises(WorkerLost):
            await link.receive(1)

    linked(talk)
