"""Start the server: `python -m server`, or `libri serve`."""

from __future__ import annotations

import os

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from libri_graph.settings import PREFIX, Settings, read_settings

SHUTDOWN_SECONDS = 5
"""A request that is still running then is broken off."""
HEAD_SECONDS = 9
"""A client that takes longer over its headers, or says nothing on a connection that it keeps, is let go."""


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve `settings.data_dir` until told to stop. Returns after a clean shutdown."""
    public_url = settings.public_url or f"http://{host}:{port}/"
    reachable = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  # compared, not bound
    os.environ |= {
        f"{PREFIX}PUBLIC_URL": public_url,
        f"{PREFIX}OWN_URL": f"http://{reachable}:{port}/",
        f"{PREFIX}DATA_DIR": str(settings.data_dir.resolve()),
    }
    print(f"LIBRI Graph is at {public_url}", flush=True)  # noqa: T201  # this is what the operator waits for
    Server(
        "server.opening:create",
        factory=True,
        interface=Interfaces.ASGI,
        address=host,
        port=port,
        workers=1,
        workers_kill_timeout=SHUTDOWN_SECONDS,
        loop=Loops.uvloop,
        http=HTTPModes.http1,  # the other way to begin a connection has no time limit
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1000),
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    serve(read_settings(os.environ), "127.0.0.1", 8000)
