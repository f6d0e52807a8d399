"""The process that writes for a server dies or does not start: every write is answered, with what is known of it."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from libri_graph.changes.lock import writer_lock
from libri_graph.errors import WorkerLost, WriteAborted, WriteLost
from libri_graph.instance import NAME, Instance, write_instance
from libri_graph.namespaces import GRAPHS
from libri_graph.settings import Settings
from server.writing import Writing
from tests.faults.server import CHECKOUT

TURTLE = b"<https://example.org/a> <https://example.org/says> 1 ."
HEAD = {
    "kind": "put",
    "actor": "tester",
    "only": "",
    "graph": GRAPHS + "one",
    "base": GRAPHS + "one",
    "parts": [(len(TURTLE), "text/turtle")],
}
ENDLESS_HEAD = {"kind": "update", "actor": "tester", "only": "", "using": [], "using_named": []}
TEN = "{ 0 1 2 3 4 5 6 7 8 9 }"
ENDLESS = (
    f"INSERT {{ GRAPH <{GRAPHS}one> {{ <https://a/> <https://b/> ?n }} }} WHERE {{ SELECT (COUNT(*) AS ?n) {{"
    f" {' '.join(f'VALUES ?{name} {TEN}' for name in 'abcdefghij')} }} }}"
).encode()
PATIENCE_SECONDS = 60


@pytest.fixture
def writing(tmp_path: Path) -> Writing:
    write_instance(tmp_path, Instance(knowledge=False, plain=True))
    return Writing(Settings(data_dir=tmp_path), CHECKOUT / "shapes")


@pytest.mark.parametrize("sealed", [False, True])
def test_a_write_at_which_the_process_ended_is_told_what_is_known_of_it(writing: Writing, sealed: bool) -> None:
    async def work() -> None:
        await writing.start()
        try:
            task = asyncio.create_task(writing.write(ENDLESS_HEAD, ENDLESS))
            while not any(waiting.begun for waiting in writing._waiting.values()):
                await asyncio.sleep(0.01)
            for waiting in writing._waiting.values():
                waiting.sealed = sealed
            writing._kill()
            await task
        finally:
            await writing.stop()

    error, words = (
        (WriteLost, "look whether it was done") if sealed else (WriteAborted, "SIGKILL.*nothing of it is done")
    )
    with pytest.raises(error, match=words) as told:
        asyncio.run(asyncio.wait_for(work(), PATIENCE_SECONDS))
    assert "the update" in str(told.value)


async def kill_at_rest(writing: Writing) -> None:
    """Write until the process is caught before its rest: we hold the lock that it waits for then, and kill it."""
    for number in itertools.count():
        turtle = TURTLE.replace(b"1 .", b"%d ." % number)
        await writing.write({**HEAD, "parts": [(len(turtle), "text/turtle")]}, turtle)
        with writer_lock(writing.settings.data_dir, PATIENCE_SECONDS):
            for _ in range(100):
                if writing._resting:
                    writing._kill()
                    return
                await asyncio.sleep(0.01)


def test_a_process_that_ends_at_the_index_does_not_keep_the_next_from_writing(writing: Writing) -> None:
    async def work() -> None:
        await writing.start()
        try:
            await kill_at_rest(writing)
            while not writing._behind:
                await asyncio.sleep(0.01)
            assert (await writing.write({**HEAD, "kind": "delete", "parts": []})).dropped == [GRAPHS + "one"]
        finally:
            await writing.stop()

    asyncio.run(asyncio.wait_for(work(), PATIENCE_SECONDS))


def test_a_write_is_answered_where_the_process_cannot_start(writing: Writing) -> None:
    async def work() -> None:
        (writing.settings.data_dir / NAME).write_text("{}", encoding="utf-8")
        await writing.start()
        try:
            await writing.write(HEAD, TURTLE)
        finally:
            await writing.stop()

    with pytest.raises(WorkerLost, match="does not start"):
        asyncio.run(asyncio.wait_for(work(), PATIENCE_SECONDS))
