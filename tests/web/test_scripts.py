"""The scripts of the pages hold what their types promise, and their own tests pass."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
pytestmark = [pytest.mark.foreign, pytest.mark.timeout(120)]


def run(script: str) -> None:
    path = f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}"
    npm = shutil.which("npm", path=path)
    assert npm is not None
    command = [npm, "run", "--silent", script]
    environment = {**os.environ, "PATH": path}
    found = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_types_agree() -> None:
    run("check")


def test_tokens_places_and_suggestions_are_right() -> None:
    run("test")
