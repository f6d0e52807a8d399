"""Start the server: `python -m server`, or `libri serve`."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import uvloop

from libri_graph.errors import AddressTaken
from libri_graph.settings import Settings, read_settings
from libri_graph.workers.link import Nursery
from server.listener import Listener

if TYPE_CHECKING:
    gc.disable()  # until `_spare_the_collector`; nothing that imports make is given up again
    from server.edge import Edge

STOPS: Final = (signal.SIGINT, signal.SIGTERM)
SHUTDOWN_SECONDS: Final = 5
"""A question that is still being answered then is broken off; a write is finished."""
YOUNG_OBJECTS: Final = 20_000
"""Made and not given up again, upon which the collector looks at them."""
BACKLOG: Final = 2048
"""Connections that may wait to be taken."""


def serve(settings: Settings, host: str, port: int, nursery: Nursery) -> None:
    """Serve `settings.data_dir` until told to stop.

    The `nursery` has been begun: it gets ready on another core while this process imports the rest.
    Raises `AddressTaken`.
    """
    gc.disable()  # until `_spare_the_collector`; nothing that imports make is given up again
    from server.edge import Edge

    reachable = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  # compared, not bound
    settings = replace(
        settings,
        public_url=settings.public_url or f"http://{host}:{port}/",
        own_url=f"http://{reachable}:{port}/",
        data_dir=settings.data_dir.resolve(),
    )
    with _listening(host, port) as listening:
        print(f"LIBRI Graph is at {settings.public_url}", flush=True)  # noqa: T201  # this is what the operator waits for
        uvloop.run(_answer(Edge(settings, nursery), listening))


async def _answer(edge: Edge, listening: socket.socket) -> None:
    """Answer until told to stop; a second word ends it at once."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for stop in STOPS:
        loop.add_signal_handler(stop, told.set)
    await edge.start()
    _spare_the_collector()
    listener = Listener(edge)
    await listener.open(listening)
    await told.wait()
    for stop in STOPS:
        loop.remove_signal_handler(stop)
    await listener.close(SHUTDOWN_SECONDS)
    await edge.finish_writing()  # whose senders are told what became of them
    await listener.end()
    await edge.stop()


def _spare_the_collector() -> None:
    """Let Python's collector leave alone what was made until now, and look less often at what comes and goes.

    Answers leave no circles behind; at its usual pace it takes a twentieth of the time of each.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)


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
