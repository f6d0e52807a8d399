"""The writer's lock: one process at a time makes the next generation."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from libri_graph.errors import StoreBusy

NAME = "writer.lock"
POLL_SECONDS = 0.05


@contextmanager
def writer_lock(
    data_dir: Path, wait_seconds: float, tell: Callable[[str], None] = lambda _text: None
) -> Iterator[None]:
    """Hold the writer's lock of `data_dir` for the length of the block; the system frees it if we die.

    While another process holds it, waits up to `wait_seconds` and calls `tell` once with who that is.
    Raises `StoreBusy` when the wait was not long enough.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / NAME).open("ab") as file:
        deadline = time.monotonic() + wait_seconds
        told = False
        while not _taken(file.fileno()):
            holder = (data_dir / NAME).read_text(encoding="utf-8", errors="replace").strip() or "another process"
            if time.monotonic() >= deadline:
                raise StoreBusy(f"{holder} is still writing to {data_dir}; try again when it has finished")
            if not told:
                tell(f"waiting for {holder}")
                told = True
            time.sleep(POLL_SECONDS)
        _sign(file.fileno(), _myself())
        try:
            yield
        finally:
            _sign(file.fileno(), "")


def _sign(descriptor: int, text: str) -> None:
    """Say in the file who holds the lock. A full disk has no room for that, and the lock holds all the same."""
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _myself() -> str:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return f"process {os.getpid()} ({command}, since {datetime.now(UTC):%H:%M:%SZ})"
