"""What a power cut would leave of a folder: only what somebody has asked the disk to keep, and nothing else.

Every `os.fsync` of this process is watched: of a file it keeps the content, of a folder the names. What was never
synced is empty or not there. SQLite syncs by calls that are not seen here; of the journal there is what SQLite
promises with `synchronous=FULL` in a log: all commits that have returned (strace shows fdatasync of the log, and of
the folder when the log is new), and behind them any number of bytes of what was being written.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from libri_graph.journal.journal import NAME as JOURNAL
from libri_graph.journal.journal import Journal

Names = dict[str, tuple[int, int, str]]
"""Name -> inode, mode, and for a link where it leads."""


@dataclass(frozen=True)
class Cut:
    """One moment at which the power may go."""

    files: dict[int, bytes]
    folders: dict[int, Names]
    journal: bytes
    log: bytes
    acknowledged: int
    begun: int


@dataclass
class Platter:
    """The disk under one folder."""

    root: Path
    acknowledged: int = 0
    begun: int = 0
    cuts: list[Cut] = field(default_factory=list)
    _files: dict[int, bytes] = field(default_factory=dict)
    _folders: dict[int, Names] = field(default_factory=dict)
    _journal: tuple[bytes, bytes] = (b"", b"")
    _held: list[int] = field(default_factory=list)

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Watch until `patch` is undone."""
        append, real_open = Journal.append, Journal.open.__func__

        def appended(journal: Journal, *arguments: object) -> int:
            self._cut()
            last: int = append(journal, *arguments)
            self._see_journal()
            return last

        def opened(cls: type[Journal], *arguments: object, **options: object) -> Journal:
            journal: Journal = real_open(cls, *arguments, **options)
            self._see_journal()
            return journal

        patch.setattr(os, "fsync", self._fsync)
        patch.setattr(Journal, "append", appended)
        patch.setattr(Journal, "open", classmethod(opened))

    def acknowledge(self, value: int) -> None:
        """Note that whoever wrote `value` has been told that it is done."""
        self.acknowledged = value
        self._cut()

    def close(self) -> None:
        for descriptor in self._held:
            os.close(descriptor)

    def _fsync(self, descriptor: int) -> None:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            self._folders[found.st_ino] = _names(f"/proc/self/fd/{descriptor}")
        else:
            path = f"/proc/self/fd/{descriptor}"
            self._files[found.st_ino] = Path(path).read_bytes()
            self._held.append(os.open(path, os.O_RDONLY))  # so that no other file gets its inode
        self._cut()

    def _see_journal(self) -> None:
        log = self.root / f"{JOURNAL}-wal"
        self._journal = ((self.root / JOURNAL).read_bytes(), log.read_bytes() if log.exists() else b"")
        self._cut()

    def _cut(self) -> None:
        cut = Cut(dict(self._files), dict(self._folders), *self._journal, self.acknowledged, self.begun)
        self.cuts.append(cut)

    def leave(self, cut: Cut, folder: Path, torn: bytes) -> None:
        """Make in `folder` what is there after `cut`, with `torn` behind what the journal's log holds for sure."""
        folder.mkdir()
        self._fill(folder, cut, self.root.stat().st_ino)
        if cut.journal:
            (folder / JOURNAL).write_bytes(cut.journal)
            (folder / f"{JOURNAL}-wal").write_bytes(cut.log + torn)

    def _fill(self, folder: Path, cut: Cut, inode: int) -> None:
        for name, (below, mode, target) in cut.folders.get(inode, {}).items():
            path = folder / name
            if stat.S_ISLNK(mode):
                path.symlink_to(target)
            elif stat.S_ISDIR(mode):
                path.mkdir()
                self._fill(path, cut, below)
            else:
                path.write_bytes(cut.files.get(below, b""))


def _names(folder: str) -> Names:
    found = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            about = entry.stat(follow_symlinks=False)
            target = os.readlink(entry.path) if entry.is_symlink() else ""  # noqa: PTH115  # as written
            found[entry.name] = (about.st_ino, about.st_mode, target)
    return found
