"""Start what is to be attacked: our own server with an empty store, or a peer by its command."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests.w3c.server import CHECKOUT, CannotRun, clean_environment, command, free_port, said, stop, wait_until_ready

from .graph import content
from .target import Target, exchange

GRAPH = "https://w3id.org/libri/graph/battery"
WRITE_SECONDS = 8.0
__all__ = ["CannotRun", "Peer", "Running", "our_server"]


@dataclass(frozen=True, slots=True)
class Running:
    """Our server, running."""

    target: Target
    log: Path


@contextmanager
def our_server(seconds: float) -> Iterator[Running]:
    """Serve the graph of the battery and nothing else until the block ends; queries may run so many seconds."""
    with tempfile.TemporaryDirectory(prefix="libri-security-") as folder:
        place = ("--data-dir", str(Path(folder) / "libri"))
        said("init", "--empty", *place)
        (Path(folder) / "battery.ttl").write_text(content(GRAPH), encoding="utf-8")
        said("load", str(Path(folder) / "battery.ttl"), "--source", "battery", *place)
        token = said("token", "add", "battery", "--may", "admin", *place).split()[-1]
        port = free_port()
        root = f"http://127.0.0.1:{port}"
        limits = {"LIBRI_QUERY_SECONDS": str(seconds), "LIBRI_WRITE_SECONDS": str(WRITE_SECONDS)}
        log = Path(folder) / "server.txt"
        with log.open("wb") as output:
            server = subprocess.Popen(
                command("serve", "--port", str(port), *place),
                cwd=CHECKOUT,
                env={**clean_environment(), **limits},
                stdout=output,
                stderr=output,
            )
        try:
            wait_until_ready(f"{root}/health/ready", server, log)
            target = Target(f"{root}/sparql", f"{root}/sparql/update", f"{root}/graphs", token, seconds, graph=GRAPH)
            yield Running(target, log)
        finally:
            stop(server)


class Peer:
    """Another server, started by its command, and started again when it has died."""

    def __init__(self, words: str, query: str) -> None:
        self._words = shlex.split(words)
        self._query = query
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Peer:
        self.restart()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def restart(self) -> None:
        """End it if it is still there, and start it. Raises `CannotRun`."""
        self._end()
        nowhere = subprocess.DEVNULL
        self._process = subprocess.Popen(self._words, stdout=nowhere, stderr=nowhere, start_new_session=True)
        for _ in range(300):
            if exchange("GET", self._query, 2, params={"query": "ASK {}"}).status == 200:
                return
            time.sleep(0.2)
        self._end()
        raise CannotRun(f"no answer from {self._query} after its start")

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
