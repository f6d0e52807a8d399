"""Dumps of older generations: made when somebody asks for them, by another process, one generation at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from libri_graph.errors import DumpsBeingMade
from libri_graph.publish import dumps
from libri_graph.store.generations import Generations

WAIT_SECONDS: Final = 8.0
"""How long one request waits for them; any other is told at once to come back."""


class DumpMaker:
    """Has the dumps of kept generations made."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._waiting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def demand(self, number: int) -> Path:
        """Return the folder with the dumps of generation `number`.

        Raises `GenerationGone` for one that is not kept, `DumpsBeingMade` while they are not complete.
        """
        folder = self._generations.folder(self._generations.demand(number)) / dumps.FOLDER
        if not folder.exists() and self._waiting.acquire(blocking=False):
            try:
                self._make(number)
            finally:
                self._waiting.release()
        if not folder.exists():
            raise DumpsBeingMade(f"the files of generation {number} are being made; please come back in a minute")
        return folder

    def stop(self) -> None:
        """End what is being made; it is begun anew when somebody asks again."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _make(self, number: int) -> None:
        if self._process is None or self._process.poll() is not None:
            data_dir = str(self._generations.data_dir)
            command = [sys.executable, "-m", "libri_graph.cli", "dump", "--generation", str(number)]
            quiet = subprocess.DEVNULL
            self._process = subprocess.Popen([*command, "--data-dir", data_dir], stdin=quiet, stdout=quiet)  # noqa: S603  # our own command
        try:
            self._process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            return
