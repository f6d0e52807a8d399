"""Writes are handed to a process of their own; whatever becomes of that, every write is told what became of it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from libri_graph.changes.house import House
from libri_graph.changes.lock import writer_lock
from libri_graph.changes.publish import open_house
from libri_graph.errors import (
    GraphRefused,
    LibriError,
    QueueFull,
    SyntaxInvalid,
    WriteAborted,
    WriteMemory,
    WriteRefused,
    WriteTimeout,
)
from libri_graph.instance import Instance, write_instance
from libri_graph.namespaces import GRAPHS
from libri_graph.settings import Settings, read_settings
from libri_graph.store.generations import Generations
from server import writing
from server.outcomes import Written
from server.writing import Writing

NO_SHAPES = Path("/nonexistent")


def head(kind: str = "update", **more: object) -> dict[str, object]:
    return {"kind": kind, "actor": "portal", "only": "", "using": [], "using_named": [], "language": "en", **more}


def insert(word: str) -> bytes:
    return f'INSERT DATA {{ GRAPH <{GRAPHS}one> {{ <https://a/> <https://b/> "{word}" }} }}'.encode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_instance(tmp_path, Instance(knowledge=False, plain=True))
    return read_settings({"LIBRI_DATA_DIR": str(tmp_path), "LIBRI_WRITE_SECONDS": "20"})


def run(settings: Settings, body: Callable[[Writing], Awaitable[None]], shapes: Path = NO_SHAPES) -> None:
    async def within() -> None:
        made = Writing(settings, shapes)
        await made.start()
        try:
            await body(made)
        finally:
            await made.stop()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(within())).result()


def words(settings: Settings) -> set[str]:
    store = Generations(settings.data_dir).open_current().raw
    return {quad.object.value for quad in store if hasattr(quad.object, "value")}


def test_a_write_is_done_when_it_is_answered(settings: Settings) -> None:
    async def body(made: Writing) -> None:
        written = await made.write(head(), insert("x"))
        assert (written.events, written.made) == (2, [GRAPHS + "one"])
        assert written.generation == Generations(settings.data_dir).current_number()
        assert words(settings) == {"x"}

    run(settings, body)


def test_writes_that_come_together_are_all_answered_and_share_generations(settings: Settings) -> None:
    async def body(made: Writing) -> None:
        found = await asyncio.gather(*(made.write(head(), insert(str(number))) for number in range(20)))
        assert words(settings) == {str(number) for number in range(20)}
        assert len({written.generation for written in found}) < 20

    run(settings, body)


def test_what_a_write_raised_comes_back_as_what_it_was(settings: Settings) -> None:
    async def body(made: Writing) -> None:
        with pytest.raises(SyntaxInvalid) as fault:
            await made.write(head(), b"INSERT DATA {\n nonsense }")
        assert (fault.value.line, fault.value.excerpt) == (2, " nonsense }")
        good, bad = await asyncio.gather(
            made.write(head(), insert("good")), made.write(head(), b"nonsense"), return_exceptions=True
        )
        assert isinstance(good, Written)
        assert isinstance(bad, LibriError)
        assert words(settings) == {"good"}

    run(settings, body)


def test_a_policy_holds_in_the_process_too(settings: Settings, knowledge: Path) -> None:
    write_instance(settings.data_dir, Instance(knowledge=False, plain=False))

    async def body(made: Writing) -> None:
        part = head("put", graph=GRAPHS + "one", base=GRAPHS + "one", parts=[(0, "text/turtle")], only=GRAPHS + "two")
        with pytest.raises(WriteRefused):
            await made.write(part)
        with pytest.raises(GraphRefused):
            await made.write({**part, "graph": "https://example.org/g", "only": ""})

    run(settings, body, knowledge / "shapes")


def test_a_process_that_ends_is_replaced_and_the_next_write_is_done(settings: Settings) -> None:
    async def body(made: Writing) -> None:
        await made.write(head(), insert("before"))
        assert made._process is not None
        os.kill(made._process.pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        await asyncio.wait_for(made.write(head(), insert("after")), 30)
        assert words(settings) == {"before", "after"}

    run(settings, body)


def test_a_write_that_takes_too_long_is_ended_and_nothing_of_it_is_done(settings: Settings) -> None:
    hasty = replace(settings, write_seconds=1.0)
    digits = "VALUES ?{} {{ 0 1 2 3 4 5 6 7 8 9 }}"
    many = " ".join(digits.format(letter) for letter in "abcdefghij")
    count = f"SELECT (COUNT(*) AS ?n) {{ {many} }}"
    endless = f"INSERT {{ GRAPH <{GRAPHS}one> {{ <https://a/> <https://b/> ?n }} }} WHERE {{ {{ {count} }} }}"

    async def body(made: Writing) -> None:
        with pytest.raises(WriteTimeout, match="the update took longer than 1 seconds"):
            await made.write(head(), endless.encode())
        await asyncio.wait_for(made.write(head(), insert("after")), 30)
        assert words(settings) == {"after"}

    run(hasty, body)


def test_a_write_that_takes_too_much_memory_is_ended_and_nothing_of_it_is_done(settings: Settings) -> None:
    frugal = replace(settings, write_memory_mb=256)
    thousand = " ".join(f"VALUES ?{letter} {{ 0 1 2 3 4 5 6 7 8 9 }}" for letter in "abcdef")
    text = 'CONCAT("a long word that is said again and again ", STR(?a), STR(?b), STR(?c), STR(?d), STR(?e), STR(?f))'
    greedy = (
        f"INSERT {{ GRAPH <{GRAPHS}one> {{ <https://a/> <https://b/> ?n }} }} WHERE {{ {thousand} BIND({text} AS ?n) }}"
    )

    async def body(made: Writing) -> None:
        with pytest.raises(WriteMemory, match="the update needed more than 256 MiB"):
            await made.write(head(), greedy.encode())
        await asyncio.wait_for(made.write(head(), insert("after")), 30)
        assert words(settings) == {"after"}

    run(frugal, body)


def test_writes_that_came_with_one_that_is_ended_are_done_all_the_same(settings: Settings) -> None:
    quads = "".join(f"<https://a/{number}> <https://b/> {number} .\n" for number in range(50_000)).encode()
    large = head("put", graph=GRAPHS + "two", base=GRAPHS + "two", parts=[(len(quads), "text/turtle")])

    async def body(made: Writing) -> None:
        await made.write(head(), insert("first"))
        writes = [(head(), insert("before")), (large, quads), (head(), insert("behind"))]
        tasks = [asyncio.ensure_future(made.write(*write)) for write in writes]
        while made._at != 3:
            await asyncio.sleep(0)
        made._end(WriteTimeout("ended by the test"))
        before, ended, behind = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 30)
        assert isinstance(before, Written)
        assert isinstance(ended, WriteTimeout)
        assert isinstance(behind, Written)
        assert words(settings) == {"first", "before", "behind"}

    run(settings, body)


async def begin(made: Writing, *found: str) -> list[asyncio.Task[Written]]:
    """Return writes of which the first is begun."""
    tasks = [asyncio.ensure_future(made.write(head(), insert(word))) for word in found]
    while not any(waiting.begun for waiting in made._waiting.values()):
        await asyncio.sleep(0.01)
    return tasks


def test_writes_under_way_are_done_and_answered_before_a_server_stops(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "STOP_SECONDS", 60.0)

    async def body(made: Writing) -> None:
        await made.write(head(), insert("before"))
        with writer_lock(settings.data_dir, 1):
            tasks = await begin(made, "first", "second")
            stopping = asyncio.ensure_future(made.stop())
            await asyncio.sleep(0)
            with pytest.raises(WriteAborted, match="being stopped"):
                await made.write(head(), insert("late"))
        assert [written.events for written in await asyncio.gather(*tasks)] == [1, 1]
        await stopping
        assert words(settings) == {"before", "first", "second"}

    run(settings, body)


def test_writes_that_a_stop_breaks_off_are_told_that_nothing_is_done(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "STOP_SECONDS", 0.2)

    async def body(made: Writing) -> None:
        await made.write(head(), insert("before"))
        with writer_lock(settings.data_dir, 1):
            tasks = await begin(made, "first", "second")
            await made.stop()
            found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(error) for error in found] == [WriteAborted] * 2
        open_house(House.of(settings.data_dir, 3, NO_SHAPES))
        assert words(settings) == {"before"}

    run(settings, body)


def test_only_a_rest_that_says_nothing_for_long_is_ended(settings: Settings) -> None:
    async def body(made: Writing) -> None:
        made._go_on("rest", [], [])
        first = made._look
        made._go_on("rest", [], [])
        assert first is not None
        assert first.cancelled(), "a word begins the time anew"
        assert made._look is not None
        made._go_on("idle", [], [])
        assert made._look is None

    run(settings, body)


def test_a_queue_has_an_end(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_WAITING", 1)

    async def body(made: Writing) -> None:
        first = asyncio.ensure_future(made.write(head(), insert("first")))
        await asyncio.sleep(0)
        with pytest.raises(QueueFull):
            await made.write(head(), insert("second"))
        await first

    run(settings, body)
