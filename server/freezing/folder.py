"""The folder that an edition is written into: whole or not at all, the same bytes for the same data."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from libri_graph import disk
from libri_graph.errors import EditionRefused
from libri_graph.store.hold import hold, remove_unheld

NOTE: Final = "edition.json"
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Measure:
    """How much an edition holds."""

    files: int
    size: int
    """Bytes of all files."""


@contextmanager
def fresh(folder: Path) -> Iterator[Path]:
    """Give an empty folder that becomes `folder` when the block ends well, and is removed when it does not.

    An edition that stood there before is replaced; anything else is left alone, but for what was left by one that was
    killed while it made the same. Raises `EditionRefused`.
    """
    demand_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in _begun(folder):
        remove_unheld(left, left, left.with_name(f"{left.name}.gone"))
    making = folder.with_name(f".{folder.name}.{os.getpid()}")
    making.mkdir()
    held = hold(making)
    try:
        yield making
        if folder.exists():
            disk.exchange(making, folder)
        else:
            making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
        os.close(held)


def _begun(folder: Path) -> list[Path]:
    """Return the folders in which `folder` is being made, or was when somebody was killed."""
    return [path for path in folder.parent.iterdir() if path.name.startswith(f".{folder.name}.") and path.is_dir()]


def demand_free(folder: Path) -> None:
    """Let through a folder that is not there, is empty, or holds an edition. Raises `EditionRefused` otherwise."""
    if folder.exists() and not (folder.is_dir() and ((folder / NOTE).is_file() or not any(folder.iterdir()))):
        raise EditionRefused(f"{folder} holds something else than a static edition; name a new folder")


def write(root: Path, file: str, body: bytes) -> None:
    """Write one file of the edition."""
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def finish(root: Path, about: dict[str, Any], moment: str) -> Measure:
    """Write what the edition is and the checksums of all its files, and date them all as the data are dated."""
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in paths)
    note = {**about, "files": len(paths), "bytes": size}
    write(root, NOTE, (json.dumps(note, indent=1, sort_keys=True) + "\n").encode())
    named = sorted((path.relative_to(root).as_posix(), path) for path in (*paths, root / NOTE))
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in named)
    write(root, SUMS, "".join(lines).encode())
    seconds = datetime.fromisoformat(moment).timestamp()
    for path in (*paths, root / NOTE, root / SUMS):
        os.utime(path, (seconds, seconds))
    return Measure(len(paths) + 2, size)
