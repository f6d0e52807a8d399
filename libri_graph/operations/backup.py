"""A backup: the journal with its payloads, the tokens and the decisions. Generations are made from it again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from libri_graph import instance
from libri_graph.access import tokens
from libri_graph.changes.catch_up import catch_up
from libri_graph.changes.house import House
from libri_graph.changes.indexing import keep_in_step
from libri_graph.changes.lock import NAME as LOCK
from libri_graph.changes.lock import writer_lock
from libri_graph.disk import checksum_of, fsync, fsync_tree, make_folder, told
from libri_graph.errors import BackupInvalid, StoreFull, StoreMissing
from libri_graph.journal import journal as journal_room
from libri_graph.journal.journal import RESTORING, Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.store.generations import PINS
from libri_graph.store.hold import hold, remove_unheld

MANIFEST: Final = "manifest.json"
UNFINISHED: Final = ".backup-"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    folder: Path
    sequence: int
    """Last event in it."""
    epoch: str
    created: str
    files: tuple[str, ...]
    """Their names below the folder."""


def write_backup(data_dir: Path, folder: Path) -> Backup:
    """Write a backup of `data_dir` to the new folder `folder`, while others go on reading and writing.

    The folder appears when it is complete and on disk, never before.
    Raises `BackupInvalid` when it exists or cannot be written, `StoreMissing` when there is nothing to back up,
    `JournalDamaged` when that is not what was written, `StoreFull`.
    """
    if folder.exists() or folder.is_symlink():
        raise BackupInvalid(f"{folder} exists already; name a new folder for each backup")
    if data_dir.resolve() in folder.resolve().parents:
        raise BackupInvalid(f"{folder} would be lost together with {data_dir}; name a folder outside of it")
    if not (data_dir / journal_room.NAME).exists():
        raise StoreMissing(f"there is nothing in {data_dir} to back up")
    try:
        make_folder(folder.parent)
        with _unfinished(folder.parent) as fresh:
            found = _fill(data_dir, fresh, folder)
            fsync_tree(fresh)
            fresh.rename(folder)
            fsync(folder.parent)
    except OSError as fault:
        raise _told(fault, "the backup cannot be written") from fault
    return found


def _told(fault: OSError, what: str) -> StoreFull | BackupInvalid:
    found = told(fault, what)
    return found if isinstance(found, StoreFull) else BackupInvalid(f"{what}: {fault}")


@contextlib.contextmanager
def _unfinished(parent: Path) -> Iterator[Path]:
    """Give a new folder that is gone after the block, unless it was renamed; so are those of others who died."""
    for leftover in parent.glob(f"{UNFINISHED}*"):
        remove_unheld(leftover, leftover, leftover.with_name(f"{leftover.name}-gone"))
    fresh = Path(tempfile.mkdtemp(dir=parent, prefix=UNFINISHED))
    held = hold(fresh)
    try:
        yield fresh
    finally:
        os.close(held)
        shutil.rmtree(fresh, ignore_errors=True)


def _fill(data_dir: Path, fresh: Path, folder: Path) -> Backup:
    with Journal.reading(data_dir) as journal:
        if journal is None:
            raise StoreMissing(f"there is nothing in {data_dir} to back up")
        journal.copy_to(fresh / journal_room.NAME)
    with Journal.reading(fresh) as copy:
        if copy is None:
            raise StoreMissing(f"there is nothing in {data_dir} to back up")
        copy.demand_whole()
        wanted = copy.files()
        created, last, epoch = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), copy.last, copy.epoch
    for leftover in fresh.glob(f"{journal_room.NAME}-*"):
        leftover.unlink()
    Payloads(data_dir).copy_to(fresh, sorted(wanted))
    _copy_small(data_dir, fresh)
    files = {name: checksum_of(fresh / name) for name in _names(fresh)}
    manifest = {"sequence": last, "epoch": epoch, "created": created, "files": files}
    (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return Backup(folder, last, epoch, created, tuple(files))


def _copy_small(data_dir: Path, fresh: Path) -> None:
    if (data_dir / instance.NAME).exists():
        shutil.copy2(data_dir / instance.NAME, fresh)
    if (data_dir / tokens.NAME).exists():
        with (
            contextlib.closing(sqlite3.connect(data_dir / tokens.NAME)) as source,
            contextlib.closing(sqlite3.connect(fresh / tokens.NAME)) as target,
        ):
            source.backup(target)
    if (data_dir / PINS).is_dir():
        shutil.copytree(data_dir / PINS, fresh / PINS)


def restore(folder: Path, house: House, *, until: int | None = None, tell: Tell = lambda _text: None) -> int:
    """Fill the empty data directory of `house` from a backup and return the generation; a new epoch begins.

    With `until`, the state after that event; in the middle of a change set, the state before it.
    Raises `BackupInvalid` for a directory that is not empty or a backup that is not whole.
    """
    data_dir = house.data_dir
    backup = check_backup(folder)
    end = None if until is None else _boundary(folder, until)
    _demand_empty(data_dir)
    try:
        make_folder(data_dir)
        (data_dir / RESTORING).touch()
        fsync(data_dir)
        with writer_lock(data_dir, 0):
            _copy_back(backup, data_dir)
            with Journal.open(data_dir, restoring=True) as journal:
                journal.begin_epoch(end)
                plain = instance.read_instance(data_dir).plain
                made = catch_up(data_dir, journal, keep=house.keep, plain=plain, tell=tell)
                if not plain:
                    keep_in_step(data_dir, journal, made, tell=tell)
            (data_dir / RESTORING).unlink()
            fsync(data_dir)
    except OSError as fault:
        raise _told(fault, "the backup cannot be restored") from fault
    return made.number


def _demand_empty(data_dir: Path) -> None:
    """Raise `BackupInvalid` unless `data_dir` is empty; what a restore that was broken off has left is removed.

    Raises `StoreBusy` where one is going on.
    """
    if (data_dir / RESTORING).exists():
        with writer_lock(data_dir, 0):
            for path in _content(data_dir):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
    if data_dir.exists() and _content(data_dir):
        raise BackupInvalid(f"{data_dir} is not empty; restore into a new directory, then put it in place of the old")


def _content(data_dir: Path) -> list[Path]:
    """Return what lies in `data_dir`, but for what a restore needs there itself."""
    return [path for path in data_dir.iterdir() if path.name not in (RESTORING, LOCK)]


def _copy_back(backup: Backup, data_dir: Path) -> None:
    for name in backup.files:
        make_folder((data_dir / name).parent)
        shutil.copy2(backup.folder / name, data_dir / name)
        fsync(data_dir / name)
        fsync((data_dir / name).parent)


def check_backup(folder: Path) -> Backup:
    """Return what a backup holds. Raises `BackupInvalid` when a file is missing or not what was written."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {str(name): str(checksum) for name, checksum in manifest["files"].items()}
        backup = Backup(folder, manifest["sequence"], manifest["epoch"], manifest["created"], tuple(sorted(files)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BackupInvalid(f"{folder} is no whole backup: its {MANIFEST} is not what was written ({fault})") from fault
    if missing := {journal_room.NAME, *files} - set(_names(folder)):
        raise BackupInvalid(f"{folder} is no whole backup: {min(missing)} is missing")
    for name, checksum in files.items():
        if _checksum_in(folder, name) != checksum:
            raise BackupInvalid(f"{folder / name} does not hold what was written; take another backup")
    if journal_room.NAME not in files:
        raise BackupInvalid(f"{folder} is no whole backup: its {MANIFEST} does not speak of the journal")
    return backup


def _checksum_in(folder: Path, name: str) -> str:
    try:
        return checksum_of(folder / name)
    except OSError as fault:
        raise BackupInvalid(f"{folder} is no whole backup: {fault}") from fault


def _boundary(folder: Path, until: int) -> int:
    """Return the last event of the last change set that ends at `until` or before."""
    with Journal.reading(folder) as journal:
        last = journal.last if journal else 0
        if journal is None or not 0 <= until <= last:
            raise BackupInvalid(f"the backup holds the events 1 to {last}, so not {until}")
        for event in journal.events(until - 1, until):
            if event.change != until:
                return max((change for change, *_ in journal.changes(1, before=event.change)), default=0)
    return until


def _names(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder))
