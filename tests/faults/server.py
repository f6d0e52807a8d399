"""A server of ours that a test may kill, and a watch over whether its health tells the truth."""

from __future__ import annotations

import contextlib
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx

from tests.w3c.server import free_port

CHECKOUT = Path(__file__).resolve().parents[2]
READY_SECONDS = 5.0
"""The bound of issue 3: ready again after a fault, on a machine that has nothing else to do."""
MOST_SECONDS = 40.0
"""However busy the machine is with other tests."""
PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.05
PARTS = ("server", "writer", "group")
"""What can be killed: the process that was started, the one that writes, or all at once."""


def environment(**settings: str) -> dict[str, str]:
    """Return our environment without settings but those given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LIBRI_")}
    return clean | {f"LIBRI_{name.upper()}": value for name, value in settings.items()}


def libri(*words: str) -> Sequence[str]:
    return (sys.executable, "-m", "libri_graph.cli", *words)


def said(*words: str, data_dir: Path) -> str:
    """Run a command of ours to its end and return what it printed."""
    command = libri(*words, "--data-dir", str(data_dir))
    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, f"{words}: {done.stderr or done.stdout}"
    return done.stdout


def new_house(data_dir: Path, *options: str) -> str:
    """Make an empty house, with rules and a view unless ``--plain``, and return a token that may write."""
    said("init", "--empty", *options, data_dir=data_dir)
    return said("token", "add", "tester", "--may", "write", data_dir=data_dir).split()[-1]


class Server:
    """One server on one data directory, started anew after each kill, always at the same address."""

    def __init__(self, data_dir: Path, token: str, log: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.root = f"http://127.0.0.1:{self.port}"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.slowest_start = 0.0

    def start(self) -> None:
        """Start it and wait until it is ready, which must not take longer than the bound."""
        began = time.monotonic()
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                libri("serve", "--port", str(self.port)),
                cwd=CHECKOUT,
                env=environment(data_dir=str(self.data_dir), log_level="warning"),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            while not self.is_ready():
                assert self._process.poll() is None, self.told()
                assert time.monotonic() - began < MOST_SECONDS, self.told()
                time.sleep(PAUSE_SECONDS)
            taken = time.monotonic() - began - self._waited()
            assert taken < READY_SECONDS, f"ready after {taken:.1f} s\n{self.told()}"
        except AssertionError:
            self.kill("group")
            raise
        self.slowest_start = max(self.slowest_start, taken)

    def _waited(self) -> float:
        """Return the seconds in which it was ready to run and the machine, busy with others, did not let it.

        Of the process that was started and then of the one that serves, which do their work one after the other.
        Source: proc(5), schedstat.
        """
        assert self._process is not None
        chain = [self._process.pid, *(pid for pid in descendants(self._process.pid) if b"serve" in _command(pid))]
        waited = 0
        for pid in chain:
            with contextlib.suppress(OSError):
                waited += int(Path(f"/proc/{pid}/schedstat").read_text().split()[1])
        return waited / 1e9

    def told(self) -> str:
        return self._log.read_text(errors="replace")[-4000:]

    @property
    def is_up(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        try:
            with self.client() as client:
                return client.get("/health/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def client(self) -> httpx.Client:
        """Return a client that may write."""
        quick = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used; the default reads all authorities of the world
        return httpx.Client(base_url=self.root, headers=self._headers, timeout=60, verify=quick, trust_env=False)

    def kill(self, part: str) -> None:
        """Kill one of `PARTS` with SIGKILL; return when what had to end with it has ended."""
        assert self._process is not None
        family = descendants(self._process.pid)
        if part == "writer":
            for pid in family:
                if b"libri_graph.changes.writer" in _command(pid):
                    _kill(pid)
            return
        for pid in [self._process.pid, *(family if part == "group" else ())]:
            _kill(pid)
        self._process.wait()
        deadline = time.monotonic() + READY_SECONDS
        while any(_is_alive(pid) for pid in family):
            assert time.monotonic() < deadline, "processes of a killed server go on"
            time.sleep(0.005)

    def stop(self) -> None:
        """End it as an operator does."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=20)


def descendants(pid: int) -> list[int]:
    """Return the processes that `pid` has started, and those that they have, and so on."""
    found = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *descendants(int(child))]
    return found


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class HealthWatch:
    """Asks a server over and over how it is, and whether that is true."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._ended = threading.Event()
        self.expects_death = threading.Event()
        """Set before a kill that ends the server: from then on it may fall silent."""
        self.lies: list[str] = []
        self.ready = 0

    @contextlib.contextmanager
    def on(self) -> Iterator[HealthWatch]:
        watcher = threading.Thread(target=self._watch)
        watcher.start()
        try:
            yield self
        finally:
            self._ended.set()
            watcher.join()

    def _watch(self) -> None:
        with self._server.client() as client:
            while not self._ended.is_set():
                with contextlib.suppress(httpx.TransportError):
                    self._look(client)
                self._ended.wait(PAUSE_SECONDS)

    def _look(self, client: httpx.Client) -> None:
        try:
            live = client.get("/health/live").status_code
            ready = client.get("/health/ready").status_code
            answer = client.get("/sparql", params={"query": "ASK {}"}).status_code if ready == 200 else 200
        except httpx.TransportError as silence:
            self._tell(f"silent while up: {silence!r}")
            raise
        self.ready += ready == 200
        if live != 200:
            self._tell(f"/health/live says {live} while up")
        if answer != 200:
            self._tell(f"/health/ready says ready, and a query is answered with {answer}")

    def _tell(self, lie: str) -> None:
        if not self.expects_death.is_set():
            self.lies.append(lie)


def await_that(true: Callable[[], bool], pause: float = 0.02) -> None:
    """Return once something is true; fail if it does not come true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(pause)
