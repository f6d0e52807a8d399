"""Start the server: `python -m server`, or `libri serve`."""

from __future__ import annotations

import os
import signal
import socket
import sys
from dataclasses import replace
from typing import Final

import uvicorn

from libri_graph.errors import AddressTaken
from libri_graph.settings import Settings, read_settings
from libri_graph.workers.link import Nursery
from server.connection import HEAD_SECONDS, Connection

SHUTDOWN_SECONDS: Final = 5
"""A request that is still running then is broken off."""
BACKLOG: Final = 2048
"""Connections that may wait to be taken."""


def serve(settings: Settings, host: str, port: int, nursery: Nursery) -> None:
    """Serve `settings.data_dir` until told to stop, and end the process with status 0.

    The `nursery` has been begun: it gets ready on another core while this process imports the rest.
    Raises `AddressTaken`.
    """
    from server.edge import Edge

    reachable = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  # compared, not bound
    settings = replace(
        settings,
        public_url=settings.public_url or f"http://{host}:{port}/",
        own_url=f"http://{reachable}:{port}/",
        data_dir=settings.data_dir.resolve(),
    )
    with _listening(host, port) as listener:
        print(f"LIBRI Graph is at {settings.public_url}", flush=True)  # noqa: T201  # this is what the operator waits for
        for stop in (signal.SIGINT, signal.SIGTERM):  # which uvicorn raises again once it has shut down
            signal.signal(stop, lambda *_: sys.exit(0))
        uvicorn.Server(
            uvicorn.Config(
                Edge(settings, nursery),
                loop="uvloop",
                http=Connection,
                ws="none",
                lifespan="on",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=HEAD_SECONDS,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            )
        ).run([listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=BACKLOG
        )
    except OSError as fault:
        raise AddressTaken(f"nobody can listen at {host} port {port}: {fault.strerror}") from fault


if __name__ == "__main__":
    read = read_settings(os.environ)
    begun = Nursery(read.query_memory_mb)
    begun.begin()
    serve(read, "127.0.0.1", 8000, begun)
