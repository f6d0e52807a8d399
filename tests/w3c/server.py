"""Start our own server for a run: an empty, plain data directory in a temporary folder, a free port on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from .targets import Addresses

CHECKOUT = Path(__file__).resolve().parents[2]
START_SECONDS = 240
STOP_SECONDS = 15


class CannotRun(Exception):
    """The tests could not be run at all."""


@contextmanager
def our_server(service_allow: str) -> Iterator[Addresses]:
    """Serve a bare SPARQL 1.1 store until the block ends, with a token that may do everything."""
    with tempfile.TemporaryDirectory(prefix="libri-w3c-") as folder:
        place = ("--data-dir", str(Path(folder) / "libri"))
        said("init", "--empty", "--plain", *place)
        token = said("token", "add", "w3c", "--may", "admin", *place).split()[-1]
        port = free_port()
        root = f"http://127.0.0.1:{port}"
        environment = {**clean_environment(), "LIBRI_SERVICE_ALLOW": service_allow, "LIBRI_PUBLIC_URL": root}
        log = Path(folder) / "server.txt"
        with log.open("wb") as output:
            server = subprocess.Popen(
                command("serve", "--port", str(port), *place),
                cwd=CHECKOUT,
                env=environment,
                stdout=output,
                stderr=output,
            )
        try:
            wait_until_ready(f"{root}/health/ready", server, log)
            yield Addresses(f"{root}/sparql", f"{root}/sparql/update", f"{root}/graphs", token)
        finally:
            stop(server)


def command(*words: str) -> Sequence[str]:
    return (sys.executable, "-m", "libri_graph.cli", *words)


def said(*words: str) -> str:
    """Run a command of ours to its end and return what it printed."""
    done = subprocess.run(
        command(*words), cwd=CHECKOUT, env=clean_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise CannotRun(f"libri {' '.join(words)} ended with {done.returncode}:\n{done.stderr or done.stdout}")
    return done.stdout


def clean_environment() -> dict[str, str]:
    """Return our environment without settings: the run must not depend on who starts it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LIBRI_")}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(address, timeout=2, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise CannotRun(f"the server did not become ready:\n{log.read_text(errors='replace')}")


def stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
