"""The process that writes for a server dies or does not start: every write is answered, with what is known of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from libri_graph.errors import WorkerLost, WriteLost
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
PATIENCE_SECONDS = 60


@pytest.fixture
def writing(tmp_path: Path) -> Writing:
    write_instance(tmp_path, Instance(knowledge=False, plain=True))
    return Writing(Settings(data_dir=tmp_path), CHECKOUT / "shapes")


def test_a_write_that_was_begun_when_the_process_ended_is_told_as_unknown(writing: Writing) -> None:
    async def work() -> None:
        await writing.start()
        try:
            task = asyncio.create_task(writing.write(HEAD, TURTLE))
            while not any(waiting.begun for waiting in writing._waiting.values()):
                await asyncio.sleep(0)
            writing._kill()
            await task
        finally:
            await writing.stop()

    with pytest.raises(WriteLost, match="look whether"):
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
