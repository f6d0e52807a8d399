"""Processes that render belong to the one that started them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

STARTS_ONE_AND_DIES = """
import multiprocessing, os
from server.freezing.workers import end_with_parent
child = multiprocessing.get_context("spawn").Process(target=end_with_parent)
child.start()
print(child.pid, flush=True)
os._exit(0)
"""


def test_a_process_ends_with_the_one_that_started_it(knowledge: Path) -> None:
    # the child holds the pipe too, so that this comes to an end only when the child does
    command = [sys.executable, "-c", STARTS_ONE_AND_DIES]
    done = subprocess.run(command, cwd=knowledge, stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    assert int(done.stdout) > 0
