"""An edition is there whole or not at all, and nothing is left of one that was broken off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from server.freezing.folder import fresh, write

KILLED = """
import os, signal, sys
from pathlib import Path
from server.freezing.folder import fresh, write
with fresh(Path(sys.argv[1])) as root:
    write(root, "a/file", b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_one_that_was_killed_left_is_removed_by_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "edition"
    assert subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False).returncode == -9
    assert [path.name.startswith(".edition.") for path in tmp_path.iterdir()] == [True]
    with fresh(folder) as root:
        write(root, "a/file", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["edition"]
    assert (folder / "a/file").read_bytes() == b"whole"


def test_two_at_a_time_leave_each_other_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with fresh(tmp_path / "edition") as mine:
        monkeypatch.setattr("os.getpid", lambda: 1)
        with fresh(tmp_path / "other"), fresh(tmp_path / "edition"):
            """Be made and forgotten while the first is under way."""
        assert mine.is_dir()
        write(mine, "file", b"mine")
    assert [path.name for path in (tmp_path / "edition").iterdir()] == ["file"]
