"""A query has its limits, and what one visitor does costs no other."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from libri_graph.errors import QueryInvalid, QueryMemory, QueryTimeout, QueueFull, TooManyRequests, WorkerLost
from libri_graph.workers.job import Job
from libri_graph.workers.link import Link, Nursery
from libri_graph.workers.once import run_once
from libri_graph.workers.pool import MOST_STREAMS_OF_ONE, Pool

Result = TypeVar("Result")
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?i) }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "store"
    made = Store(str(path))
    says = NamedNode("https://example.org/says")
    made.bulk_extend(Quad(NamedNode(f"https://example.org/{n}"), says, Literal(n), DefaultGraph()) for n in range(3000))
    made.flush()
    return path


@asynccontextmanager
async def pool(size: int = 1, memory_mb: int = 512) -> AsyncIterator[Pool]:
    made = Pool(size, Nursery(memory_mb))
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


async def ask(pool: Pool, job: Job) -> bytes:
    async with await pool.run(job) as answer:
        return await answer.body()


def run(body: Callable[[Pool], Awaitable[None]], **options: int) -> None:
    async def within() -> None:
        async with pool(**options) as made:
            await body(made)

    apart(lambda: asyncio.run(within()))


def apart(work: Callable[[], Result]) -> Result:
    """Run `work` in a thread of its own; a browser test may have left an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def once(job: Job) -> tuple[str, bytes]:
    return apart(lambda: run_once(job, 512))


def test_an_answer_comes_in_the_format_asked_for(store: Path) -> None:
    query = "SELECT ?o { <https://example.org/7> ?p ?o }"
    assert once(Job(str(store), query, 5, results="text/csv")) == ("solutions", b"o\r\n7\r\n")
    assert once(Job(str(store), "ASK {}", 5))[0] == "boolean"
    assert once(Job(str(store), "CONSTRUCT WHERE { <https://example.org/7> ?p ?o }", 5))[0] == "triples"


def test_a_query_over_its_time_is_ended_and_the_next_one_is_answered(store: Path) -> None:
    async def body(made: Pool) -> None:
        with pytest.raises(QueryTimeout, match=r"0\.3 seconds"):
            await ask(made, Job(str(store), CROSS, 0.3))
        assert b"true" in await ask(made, Job(str(store), "ASK {}", 5))
        assert made.tally.restarts == 1

    run(body)


def test_a_query_over_its_memory_is_ended_and_the_next_one_is_answered(store: Path) -> None:
    async def body(made: Pool) -> None:
        with pytest.raises((QueryMemory, QueryTimeout)):
            await ask(made, Job(str(store), GREEDY, 30))
        assert b"true" in await ask(made, Job(str(store), "ASK {}", 5))

    run(body, memory_mb=128)


def test_leaving_early_frees_the_worker(store: Path) -> None:
    async def body(made: Pool) -> None:
        async with await made.run(Job(str(store), "SELECT * { ?a ?b ?c . ?d ?e ?f }", 30)) as answer:
            assert await anext(answer.pieces())
        async with asyncio.timeout(2):
            assert b"true" in await ask(made, Job(str(store), "ASK {}", 5))

    run(body)


def test_a_syntax_error_has_its_place_and_costs_no_worker(store: Path) -> None:
    async def body(made: Pool) -> None:
        with pytest.raises(QueryInvalid) as caught:
            await ask(made, Job(str(store), "SELECT *\nWHERE { ?s ?p }", 5))
        assert (caught.value.line, caught.value.excerpt) == (2, "WHERE { ?s ?p }")
        assert made.tally.restarts == 0

    run(body)


def test_deep_nesting_that_kills_a_worker_kills_nothing_else(store: Path) -> None:
    async def body(made: Pool) -> None:
        with pytest.raises((QueryMemory, QueryInvalid)):
            await ask(made, Job(str(store), "ASK {" + "{" * 100_000 + "}" * 100_000 + "}", 20))
        assert b"true" in await ask(made, Job(str(store), "ASK {}", 5))

    run(body)


class Register(Nursery):
    """Knows its workers."""

    def __init__(self, memory_mb: int) -> None:
        super().__init__(memory_mb)
        self.hatched: list[Link] = []

    async def hatch(self, *, network: bool = False, store: str | None = None) -> Link:
        self.hatched.append(await super().hatch(network=network, store=store))
        return self.hatched[-1]

    @property
    def pid(self) -> int:
        return int(Path(f"/proc/{self.hatched[0].pid}/stat").read_text().rpartition(")")[2].split()[1])


@pytest.mark.parametrize("lost", ["one", "all"])
def test_workers_that_die_with_nothing_to_do_are_replaced_before_a_query_meets_them(store: Path, lost: str) -> None:
    async def body() -> None:
        nursery = Register(512)
        made = Pool(2, nursery)
        await made.start()
        await until(lambda: len(nursery.hatched) == 3)
        os.kill(nursery.hatched[0].pid if lost == "one" else nursery.pid, signal.SIGKILL)
        await until(lambda: made.tally.restarts >= (1 if lost == "one" else 3))
        answers = await asyncio.gather(*(ask(made, Job(str(store), "ASK {}", 5)) for _ in range(20)))
        assert all(b"true" in answer for answer in answers)
        await until(lambda: len(nursery.hatched) >= (4 if lost == "one" else 6))
        await made.stop()

    apart(lambda: asyncio.run(body()))


class Barren(Register):
    """Gives its first worker at once, and the others only when it has been asked often."""

    def __init__(self, memory_mb: int) -> None:
        super().__init__(memory_mb)
        self.asked = 0

    async def hatch(self, *, network: bool = False, store: str | None = None) -> Link:
        self.asked += 1
        if 1 < self.asked < 10:
            raise WorkerLost("the machine has no process left")
        return await super().hatch(network=network, store=store)


def test_a_lane_is_filled_in_the_end_when_workers_cannot_be_started_for_a_while(store: Path) -> None:
    async def body() -> None:
        nursery = Barren(512)
        made = Pool(2, nursery)
        await made.start()
        await until(lambda: len(nursery.hatched) == 3)
        assert b"true" in await ask(made, Job(str(store), "ASK {}", 5))
        await made.stop()

    apart(lambda: asyncio.run(body()))


def test_a_pool_that_is_stopped_tries_no_more_to_be_whole() -> None:
    async def body() -> None:
        nursery = Barren(512)
        made = Pool(2, nursery)
        await made.start()
        await made.stop()
        asked = nursery.asked
        await asyncio.sleep(0.5)
        assert nursery.asked == asked

    apart(lambda: asyncio.run(body()))


async def until(it_is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not it_is_so():
            await asyncio.sleep(0.01)


def test_default_and_named_graphs_can_be_chosen(store: Path) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    job = Job(str(store), query, 5, "text/csv", default_graphs=("https://example.org/none",))
    assert once(job) == ("solutions", b"n\r\n0\r\n")


def test_one_visitors_bomb_leaves_the_other_worker_free(store: Path) -> None:
    async def body(made: Pool) -> None:
        bomb = asyncio.create_task(ask(made, Job(str(store), CROSS, 3)))
        await asyncio.sleep(0.1)
        async with asyncio.timeout(2):
            assert b"true" in await ask(made, Job(str(store), "ASK {}", 5))
        with pytest.raises(QueryTimeout):
            await bomb

    run(body, size=2)


def test_bombs_that_wait_for_the_heavy_lane_hold_no_worker_of_the_quick_one(store: Path) -> None:
    async def body(made: Pool) -> None:
        bombs = [asyncio.create_task(ask(made, Job(str(store), CROSS, 8, client=f"{n}"))) for n in range(6)]
        await asyncio.sleep(2)
        assert made.waiting == 5
        async with asyncio.timeout(2):
            assert b"true" in await ask(made, Job(str(store), "ASK {}", 5))
        for bomb in bombs:
            bomb.cancel()
        await asyncio.gather(*bombs, return_exceptions=True)

    run(body, size=1)


def test_nobody_has_more_than_a_share_of_the_large_answers() -> None:
    made = apart(lambda: asyncio.run(_made()))
    for _ in range(MOST_STREAMS_OF_ONE):
        made.begin_stream("one")
    with pytest.raises(TooManyRequests):
        made.begin_stream("one")
    made.begin_stream("other")
    made.end_stream("one")
    made.begin_stream("one")


async def _made() -> Pool:
    return Pool(2, Nursery(512))


def test_in_a_crowd_each_hears_its_own_answer_whoever_leaves_and_whatever_takes_long(store: Path) -> None:
    async def body(made: Pool) -> None:
        draw = random.Random(7)  # noqa: S311  # a test

        async def one(number: int) -> None:
            kind = draw.choice(["quick"] * 12 + ["leaves", "long", "wrong", "large"])
            client = f"client {number % 20}"
            query = f"SELECT ?o {{ <https://example.org/{number}> ?p ?o }}"
            if kind == "leaves":
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(ask(made, Job(str(store), query, 30, client=client)), draw.random() / 50)
            elif kind == "long":
                with pytest.raises((QueryTimeout, QueueFull)):
                    await ask(made, Job(str(store), CROSS, 0.3, client=client))
            elif kind == "wrong":
                with pytest.raises(QueryInvalid):
                    await ask(made, Job(str(store), query[:-1], 30, client=client))
            elif kind == "large":
                assert len(await ask(made, Job(str(store), "SELECT * { ?s ?p ?o }", 30, client=client))) > 1 << 17
            else:
                found = json.loads(await ask(made, Job(str(store), query, 30, client=client)))
                assert [row["o"]["value"] for row in found["results"]["bindings"]] == [str(number)]

        for start in range(0, 600, 100):
            await asyncio.gather(*(one(number) for number in range(start, start + 100)))
        assert made.waiting == 0

    run(body, size=2)
