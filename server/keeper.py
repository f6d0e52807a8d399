"""What is done now and then while nobody waits for it: dumps of a generation that has none yet."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from pathlib import Path
from typing import Final

from libri_graph.publish import dumps
from libri_graph.store.generations import Generations

PAUSE_SECONDS: Final = 30.0
"""Between two looks; so a burst of writes makes one set of dumps."""
REST: Final = 10
"""The pause after dumps, in the time that they took: large ones are not made all the time."""


class Keeper:
    """Looks after one data directory."""

    def __init__(self, data_dir: Path, generations: Generations) -> None:
        self._data_dir = data_dir
        self._generations = generations
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.get_running_loop().create_task(self._keep())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _keep(self) -> None:
        pause = PAUSE_SECONDS
        while True:
            await asyncio.sleep(pause)
            pause = PAUSE_SECONDS
            number = self._generations.current_number()
            if number and dumps.latest(self._generations) != number:
                began = time.monotonic()
                await self._dump()
                pause = max(PAUSE_SECONDS, REST * (time.monotonic() - began))

    async def _dump(self) -> None:
        command = [sys.executable, "-m", "libri_graph.cli", "dump", "--data-dir", str(self._data_dir)]
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, stdin=quiet, stdout=quiet)
        try:
            await process.wait()
        except asyncio.CancelledError:
            if process.returncode is None:
                process.terminate()
            await process.wait()
            raise
