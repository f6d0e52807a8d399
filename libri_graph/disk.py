"""What we ask of the disk: what is told when it is full, what it must keep through a power cut, names that swap."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from libri_graph.errors import StoreDamaged, StoreFull

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FULL: Final = "the disk is full, so nothing was written; free some space and try again"
SYNCS: Final = 8
"""Files that are put on disk at a time."""
AT_FDCWD: Final = -100
RENAME_EXCHANGE: Final = 2


def told(fault: OSError, what: str) -> StoreFull | StoreDamaged:
    """Return a fault of the disk, or of the engine on it, in our words."""
    if fault.errno in NO_ROOM or "No space left" in str(fault) or "quota" in str(fault):
        return StoreFull(FULL)
    return StoreDamaged(f"{what} ({fault}); if that stays so, run: libri rebuild")


def checksum_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_folder(folder: Path) -> None:
    """Make `folder` with all above it where they are missing; their names are on disk then."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        fsync(folder.parent)


def write_whole(path: Path, text: str) -> None:
    """Write a small file, so that at any time `path` holds what it held before or all of `text`; on disk then."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    fsync(path.parent)


def exchange(one: Path, other: Path) -> None:
    """Swap two folders of one file system in one step, so that at no time either name leads nowhere.

    Where the system cannot, in two steps. Source: renameat2(2).
    """
    libc = ctypes.CDLL(None)
    swapped = hasattr(libc, "renameat2") and not libc.renameat2(
        AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE
    )
    if not swapped:
        aside = one.with_name(f"{one.name}-replaced")
        other.rename(aside)
        one.rename(other)


def fsync_tree(folder: Path) -> None:
    """Put what is new in `folder` on disk; a file that shares an older generation's is there already.

    Files go together, as the disk takes them faster than one after the other, then folders from the innermost on.
    """
    found = sorted(folder.rglob("*"), reverse=True)
    with ThreadPoolExecutor(SYNCS) as threads:
        list(threads.map(fsync, [path for path in found if not path.is_dir() and path.stat().st_nlink == 1]))
    for path in [*(path for path in found if path.is_dir()), folder]:
        fsync(path)


def fsync(path: Path) -> None:
    """Put a file, or the names in a folder, on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
