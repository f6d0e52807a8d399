"""Clients take turns at the workers of the quick lane."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from libri_graph.workers.idle import Idle
from libri_graph.workers.link import Link


def apart(body: object) -> None:
    """Run a coroutine in a thread of its own; a browser test may have left an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(body)).result()


class Heard(Link):
    """A worker that keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[bytes] = []

    def send(self, message: bytes) -> None:
        self.heard.append(message)


def forbidden(_: Link) -> None:
    raise AssertionError("nobody left")


def test_the_worker_that_came_back_last_is_taken_first() -> None:
    idle, first, last = Idle(forbidden), Link(), Link()
    idle.put(first)
    idle.put(last)
    assert (idle.at_once(), idle.at_once(), idle.at_once()) == (last, first, None)


def test_one_with_many_questions_delays_nobody_who_has_few() -> None:
    async def body() -> None:
        idle, served = Idle(forbidden), []

        async def one(client: str) -> None:
            await idle.next_for(client, b"")
            served.append(client)

        asked = [asyncio.create_task(one(client)) for client in ("many", "many", "many", "few")]
        await asyncio.sleep(0)
        for _ in asked:
            idle.put(Link())
        await asyncio.gather(*asked)
        assert served == ["many", "few", "many", "many"]
        assert idle.waiting == 0

    apart(body())


def test_who_left_before_is_passed_over() -> None:
    async def body() -> None:
        idle, worker = Idle(forbidden), Heard()
        gone, next_one = (asyncio.create_task(idle.next_for(name, name.encode())) for name in ("gone", "next"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        idle.put(worker)
        async with asyncio.timeout(2):
            assert await next_one is worker
        assert worker.heard == [b"next"]

    apart(body())


def test_a_worker_at_work_for_one_who_left_is_abandoned() -> None:
    async def body() -> None:
        abandoned: list[Link] = []
        idle, worker = Idle(abandoned.append), Heard()
        gone = asyncio.create_task(idle.next_for("gone", b"job"))
        await asyncio.sleep(0)
        idle.put(worker)
        gone.cancel()
        await asyncio.wait({gone})
        assert (worker.heard, abandoned) == ([b"job"], [worker])

    apart(body())
