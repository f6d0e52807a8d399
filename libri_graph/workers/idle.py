"""The idle workers of the quick lane, and who waits for one."""

from __future__ import annotations

import contextlib
from collections import OrderedDict, deque

from libri_graph.workers.link import Link, Turn


class Idle:
    """Workers that have nothing to do, the last one back first: what it read last is still in the caches.

    Where there is none, clients take turns, so that one with many questions delays nobody who has few.
    """

    def __init__(self) -> None:
        self._workers: list[Link] = []
        self._queues: OrderedDict[str, deque[Turn]] = OrderedDict()
        self.waiting = 0

    def ask(self, turn: Turn) -> None:
        """Have a worker do the job of `turn`, at once or when it is the turn of its client."""
        if self._workers:
            self._workers.pop().ask(turn)
        else:
            self._queues.setdefault(turn.client, deque()).append(turn)
            self.waiting += 1

    def forget(self, turn: Turn) -> None:
        """Let one wait no more who has not got a worker."""
        queue = self._queues.get(turn.client)
        if queue is not None:
            with contextlib.suppress(ValueError):
                queue.remove(turn)
                self.waiting -= 1
            if not queue:
                del self._queues[turn.client]

    def put(self, worker: Link) -> None:
        """Give a worker to the client whose turn it is, or keep it until one comes."""
        if not self._queues:
            self._workers.append(worker)
            return
        client, queue = self._queues.popitem(last=False)
        turn = queue.popleft()
        self.waiting -= 1
        if queue:
            self._queues[client] = queue
        worker.ask(turn)

    def drop(self, worker: Link) -> bool:
        """Keep a worker no longer; return whether it was kept."""
        if worker not in self._workers:
            return False
        self._workers.remove(worker)
        return True

    def all(self) -> list[Link]:
        """Return the idle workers; they are no longer kept here."""
        workers, self._workers = self._workers, []
        return workers
