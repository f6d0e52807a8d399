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


def test_the_worker_that_came_back_last_is_taken_first() -> None:
    idle, first, last = Idle(), Link(), Link()
    idle.put(first)
    idle.put(last)
    assert (idle.at_once(), idle.at_once(), idle.at_once()) == (last, first, None)


def test_one_with_many_questions_delays_nobody_who_has_few() -> None:
    async def body() -> None:
        idle, served = Idle(), []

        async def one(client: str) -> None:
            await idle.next_for(client)
            served.append(client)

        asked = [asyncio.create_task(one(client)) for client in ("many", "many", "many", "few")]
        await asyncio.sleep(0)
        for _ in asked:
            idle.put(Link())
        await asyncio.gather(*asked)
        assert served == ["many", "few", "many", "many"]
        assert idle.waiting == 0

    apart(body())


def test_a_worker_meant_for_one_who_left_goes_to_the_next() -> None:
    async def body() -> None:
        idle, worker = Idle(), Link()
        gone, next_one = (asyncio.create_task(idle.next_for(client)) for client in ("gone", "next"))
        await asyncio.sleep(0)
        idle.put(worker)
        gone.cancel()
        async with asyncio.timeout(2):
            assert await next_one is worker

    apart(body())
