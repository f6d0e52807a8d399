"""The process that workers are forked from: it has everything imported and nothing opened, so that a fork is quick.

`python -m libri_graph.workers.nursery MEMORY_MB FD`; FD is one end of a socket pair over which its owner asks for
workers, handing over the worker's end of a socket for each, and for the end of workers.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from typing import Final

from libri_graph.workers import confine
from libri_graph.workers.worker import Evaluator

MOST_BYTES: Final = 4096


def main() -> None:
    """Hatch and end workers until the owner is gone."""
    memory_bytes = int(sys.argv[1]) << 20
    owner = socket.socket(fileno=int(sys.argv[2]))
    confine.die_with_owner()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    awake, alarm = socket.socketpair()
    for end in (awake, alarm):
        end.setblocking(False)
    signal.set_wakeup_fd(alarm.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    gc.freeze()
    workers: set[int] = set()
    while True:
        ready, _, _ = select.select([owner, awake], [], [])
        if awake in ready:
            awake.recv(MOST_BYTES)
            _reap(workers)
        if owner in ready and not _obey(owner, workers, memory_bytes):
            break
    for pid in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _obey(owner: socket.socket, workers: set[int], memory_bytes: int) -> bool:
    """Do what the owner asks; return whether it is still there."""
    message, descriptors, _, _ = socket.recv_fds(owner, MOST_BYTES, 1)
    if not message:
        return False
    wish = json.loads(message)
    if "end" in wish:
        if wish["end"] in workers:
            os.kill(wish["end"], signal.SIGKILL)
        return True
    nursery, pid = os.getpid(), os.fork()
    if pid == 0:
        owner.close()
        _work(socket.socket(fileno=descriptors[0]), memory_bytes, nursery, network=wish["network"])
    os.close(descriptors[0])
    workers.add(pid)
    owner.send(json.dumps({"hatched": wish["hatch"], "pid": pid}).encode())
    return True


def _work(end: socket.socket, memory_bytes: int, nursery: int, *, network: bool) -> None:
    """Be a worker, and never return."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        confine.die_with_owner(nursery)
        confine.give_up_writing()
        confine.give_way()
        if not network:
            confine.give_up_network()
        Evaluator(end, memory_bytes).serve()
        status = 0
    except (BrokenPipeError, ConnectionResetError):
        status = 0
    finally:
        os._exit(status)


def _reap(workers: set[int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            workers.discard(found[0])


if __name__ == "__main__":
    main()
