"""A generation that is being read is not deleted: readers hold a shared lock on its folder, the one who prunes asks.

Needed because the engine opens files of a store only when a query first reads them, not when it opens the store.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path


def hold(folder: Path) -> int:
    """Hold `folder` for reading until the returned descriptor is closed, or this process ends.

    Raises `OSError` when the folder is being deleted or is gone.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def remove_unheld(folder: Path, held: Path, doomed: Path) -> bool:
    """Delete `folder` and return true, unless somebody holds `held`, a folder in it.

    It is renamed to `doomed` first, so that nobody who dies half-way leaves half of it under its name.
    """
    try:
        descriptor = os.open(held, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        shutil.rmtree(folder, ignore_errors=True)
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
