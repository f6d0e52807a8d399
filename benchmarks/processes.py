"""Servers that a benchmark starts, what they use of processor and memory, and their end."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
PATIENCE: Final = 600.0
"""Seconds that a server may take to open its port; rdflib reads all data before."""


class NotStarted(Exception):
    """A server ended, or did not open its port."""


def free_port() -> int:
    """Return a loopback port that nobody listens at.

    It lies below the ports that the system gives to clients: one that keeps trying to connect to a port of those
    is in the end connected to itself.
    """
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


SETTLING: Final = 30.0
IDLE: Final = 0.02
"""Seconds of processor in one second, of a server that nobody asks anything."""


class Running:
    """A server and its children."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.port = port
        self.started = time.perf_counter()

    def processes(self) -> list[int]:
        """Return the process with all its descendants."""
        children: dict[int, list[int]] = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and (fields := _stat(int(folder.name))):
                children.setdefault(int(fields[1]), []).append(int(folder.name))
        found = [self._process.pid]
        for pid in found:
            found += children.get(pid, [])
        return found

    def cpu(self, processes: Sequence[int] = ()) -> float:
        """Return the seconds of processor that all of them have used, with those of children that have ended.

        Who asks often names the `processes`: looking through those of the whole system leaves the caches to itself.
        """
        ticks = 0
        for pid in processes or self.processes():
            if fields := _stat(pid):
                ticks += sum(int(field) for field in fields[11:15])
        return ticks / TICKS

    def memory(self) -> int:
        """Return the bytes of private memory of all of them; what files lend (an open store) does not count."""
        return sum(_private(pid) for pid in self.processes())

    def wait(self) -> None:
        """Return as soon as the port is open. Raises `NotStarted`."""
        until = time.perf_counter() + PATIENCE
        while time.perf_counter() < until:
            self.demand_alive()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.003)
        raise NotStarted("it did not open its port")

    def settle(self) -> None:
        """Return once it does nothing any more that belongs to its start, or after half a minute."""
        until, before = time.perf_counter() + SETTLING, self.cpu()
        while time.perf_counter() < until:
            time.sleep(1)
            now = self.cpu()
            if now - before <= IDLE:
                return
            before = now

    def demand_alive(self) -> None:
        """Raise `NotStarted` when the process is gone."""
        if self._process.poll() is not None:
            raise NotStarted(f"it ended with {self._process.returncode}; see its log")

    def stop(self) -> None:
        """End the process kindly, then whatever is left of its children."""
        family = self.processes()
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pid in family[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def running(command: Sequence[str], port: int, log: Path, **environment: str) -> Iterator[Running]:
    """Run a server for the length of the block; it is not yet waited for."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env={**clean_environment(), **environment}
        )
    server = Running(process, port)
    try:
        yield server
    finally:
        server.stop()


def clean_environment() -> Mapping[str, str]:
    """Return the environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LIBRI_")}


class Watch:
    """Samples the memory of a server in a thread, for the length of a block."""

    def __init__(self, server: Running, every: float = 0.02) -> None:
        self._server = server
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._before = self._peak = server.memory()

    @property
    def growth(self) -> int:
        """Bytes that the peak lay above the beginning."""
        return self._peak - self._before

    def __enter__(self) -> Watch:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.wait(self._every):
            self._peak = max(self._peak, self._server.memory())


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name, the first being the state; empty for one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()
    except OSError:
        return []


def _private(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="latin-1")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:")) << 10
