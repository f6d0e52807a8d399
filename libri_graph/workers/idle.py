"""The idle workers of the quick lane, and who waits for one."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable

from libri_graph.workers.link import Link


class Idle:
    """Workers that have nothing to do, the last one back first: what it read last is still in the caches.

    Where there is none, clients take turns, so that one with many questions delays nobody who has few.
    """

    def __init__(self, abandon: Callable[[Link], None]) -> None:
        """`abandon` is called with a worker that was given a job which nobody waits for any more."""
        self._abandon = abandon
        self._workers: list[Link] = []
        self._queues: OrderedDict[str, deque[tuple[asyncio.Future[Link], bytes]]] = OrderedDict()
        self.waiting = 0

    def at_once(self) -> Link | None:
        """Return a worker if one is idle; then nobody waits."""
        return self._workers.pop() if self._workers else None

    async def next_for(self, client: str, message: bytes) -> Link:
        """Return a worker that has been sent `message`, when it is the turn of `client`."""
        turn: asyncio.Future[Link] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(client, deque()).append((turn, message))
        self.waiting += 1
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._abandon(turn.result())
            raise
        finally:
            self.waiting -= 1

    def put(self, worker: Link) -> None:
        """Give a worker the message of the client whose turn it is, or keep it until one comes."""
        while self._queues:
            client, queue = self._queues.popitem(last=False)
            turn, message = queue.popleft()
            if queue:
                self._queues[client] = queue
            if not turn.done():
                worker.send(message)
                turn.set_result(worker)
                return
        self._workers.append(worker)

    def all(self) -> list[Link]:
        """Return the idle workers; they are no longer kept here."""
        workers, self._workers = self._workers, []
        return workers
