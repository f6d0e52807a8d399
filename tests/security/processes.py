"""What a server on this machine costs, seen from outside. Source: proc(5)."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"


def listeners(port: int) -> frozenset[int]:
    """Return the processes that listen on a port of this machine."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in (PROC / "net" / table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    return frozenset(pid for pid in _all() if inodes & _sockets(pid))


def resident_mb(pids: Collection[int]) -> float:
    """Return the memory that these processes have in use, of their own."""
    pages = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            resident, shared = (PROC / str(pid) / "statm").read_text().split()[1:3]
            pages += int(resident) - int(shared)
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def cpu_seconds(pids: Collection[int]) -> float:
    """Return the processor time that these processes and all below them, as far as alive, have used."""
    below = defaultdict(list)
    ticks = {}
    for pid in _all():
        with contextlib.suppress(OSError):
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            below[int(fields[1])].append(pid)
            ticks[pid] = int(fields[11]) + int(fields[12])
    found, waiting = set(), list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += below[pid]
    return sum(ticks.get(pid, 0) for pid in found) / os.sysconf("SC_CLK_TCK")


def _all() -> list[int]:
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()] if PROC.is_dir() else []


def _sockets(pid: int) -> set[str]:
    found = set()
    with contextlib.suppress(OSError):
        for entry in (PROC / str(pid) / "fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(str(entry.readlink()))
    return found
