"""What a worker gives up before it sees a query: network, writing, precedence, outliving its owner.

Linux; elsewhere less.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
from pathlib import Path
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_SECCOMP: Final = 22
PR_SET_NO_NEW_PRIVS: Final = 38
SECCOMP_MODE_FILTER: Final = 2
ALLOW: Final = 0x7FFF0000
REFUSE: Final = 0x00050000 | 13
"""Fails with EACCES."""
LOAD_WORD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
SYSCALL, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
"""Offsets into seccomp_data."""
SOCKET_CALL: Final = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Machine -> audit architecture and number of socket(2)."""
AF_UNIX: Final = 1


def die_with_owner(owner: int | None = None) -> None:
    """Ask the system to end this process when its owner ends, however it does. Source: prctl(2).

    The system says nothing of an `owner` that has ended before; this process ends here then.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if owner is not None and os.getppid() != owner:
        os.kill(os.getpid(), signal.SIGKILL)


def give_up_writing() -> None:
    """Let no file grow by this process, and leave no core. Sockets are no files."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def give_way() -> None:
    """Let nobody who answers be interrupted because this process has something to do. Source: sched(7), SCHED_BATCH."""
    if hasattr(os, "SCHED_BATCH"):
        with contextlib.suppress(OSError):  # not all containers let a process say so
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def give_up_network() -> bool:
    """Let this process open no socket but local ones; return whether the system could be told so.

    Source: seccomp(2), a filter of the system call's number and first argument.
    """
    known = SOCKET_CALL.get(platform.machine())
    libc = ctypes.CDLL(None, use_errno=True)
    if known is None or not hasattr(libc, "prctl"):
        return False
    architecture, call = known
    program = b"".join(
        struct.pack("HBBI", *step)
        for step in (
            (LOAD_WORD, 0, 0, ARCHITECTURE),
            (JUMP_EQUAL, 0, 5, architecture),
            (LOAD_WORD, 0, 0, SYSCALL),
            (JUMP_EQUAL, 0, 3, call),
            (LOAD_WORD, 0, 0, FIRST_ARGUMENT),
            (JUMP_EQUAL, 1, 0, AF_UNIX),
            (RETURN, 0, 0, REFUSE),
            (RETURN, 0, 0, ALLOW),
        )
    )
    steps = ctypes.create_string_buffer(program, len(program))
    description = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps)))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, description, 0, 0) == 0)


def address_space() -> int:
    """Return the bytes of address space in use. An open store alone takes about a gibibyte, nearly all untouched."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def private_memory(pid: int) -> int:
    """Return the bytes of memory that process `pid` shares with no file; 0 where the system does not tell."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(resident) - int(shared)) * resource.getpagesize()
