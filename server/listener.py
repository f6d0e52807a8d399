"""Where clients connect: one socket, and all connections that were taken at it."""

from __future__ import annotations

import asyncio
import socket
from typing import Final

from server.connection import Connection
from server.reply import Application

LAST_SECONDS: Final = 0.5
"""For what is told that it ends."""


class Listener:
    """Has an application answer who connects."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._connections: set[Connection] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def open(self, listening: socket.socket) -> None:
        """Take connections at a socket that listens."""
        self._server = await asyncio.get_running_loop().create_server(self._connection, sock=listening)

    async def close(self, seconds: float) -> None:
        """Take no more connections and requests; wait so long for the answers to those that have come."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.leave()
        await self._wait(seconds)

    async def end(self) -> None:
        """Break off what is still being answered, unless it has its answer now."""
        await self._wait(LAST_SECONDS)
        for task in self._running:
            task.cancel()
        await self._wait(LAST_SECONDS)

    def _connection(self) -> Connection:
        return Connection(self._application, self._connections, self._running)

    async def _wait(self, seconds: float) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
