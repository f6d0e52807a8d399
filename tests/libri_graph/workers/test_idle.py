"""Workers go round fairly, and none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

from libri_graph.workers.idle import Idle
from libri_graph.workers.link import Link, Turn


class Heard(Link):
    """A worker that keeps whose job it was asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def ask(self, turn: Turn) -> None:
        self.heard.append(turn.client)


def apart(body: Coroutine[None, None, None]) -> None:
    """Run in a thread of its own; a browser test may have left an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(body)).result()


def turn(client: str) -> Turn:
    return Turn(client, b"", 1.0, lambda _: None, 0.0, asyncio.get_running_loop().create_future())


def test_the_worker_that_came_back_last_is_taken_first() -> None:
    async def body() -> None:
        idle, first, last = Idle(), Heard(), Heard()
        idle.put(first)
        idle.put(last)
        for name in ("one", "two", "three"):
            idle.ask(turn(name))
        assert (last.heard, first.heard, idle.waiting) == (["one"], ["two"], 1)

    apart(body())


def test_one_with_many_questions_delays_nobody_who_has_few() -> None:
    async def body() -> None:
        idle, worker = Idle(), Heard()
        for name in ("many", "many", "many", "few"):
            idle.ask(turn(name))
        for _ in range(4):
            idle.put(worker)
        assert worker.heard == ["many", "few", "many", "many"]
        assert idle.waiting == 0

    apart(body())


def test_who_left_is_passed_over() -> None:
    async def body() -> None:
        idle, worker, gone = Idle(), Heard(), turn("gone")
        for one in (gone, turn("gone"), turn("next")):
            idle.ask(one)
        idle.forget(gone)
        assert idle.waiting == 2
        idle.forget(gone)
        assert idle.waiting == 2
        idle.put(worker)
        idle.put(worker)
        idle.put(worker)
        assert worker.heard == ["gone", "next"]
        assert idle.all() == [worker]

    apart(body())
