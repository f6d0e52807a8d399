"""What every test may use: the folders of the knowledge, and how to tell a missing one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import settings

settings.register_profile("patient", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("patient")

DEFAULT_TIMEOUT_CONFIG.read = 30.0  # seconds; no test is about how long a busy machine keeps a client waiting
ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
START_SECONDS = 240


@pytest.fixture(scope="session")
def knowledge() -> Path:
    """The checkout, which holds `ontology/`, `shapes/` and `data/`."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test suites that stands beside the checkout in CI; a user's machine does not have it."""
    if not SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have the shared test suites beside the checkout")
        pytest.skip("the shared test suites are not on this machine")
    return SHARED


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew, to be read in review")


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written anew."""
    return bool(request.config.getoption("--update-golden"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, knowledge: Path) -> Iterator[str]:
    """Address of a running server, ending in a slash."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIBRI_")}
    environment["LIBRI_DATA_DIR"] = str(tmp_path_factory.mktemp("data") / "libri")
    log = tmp_path_factory.mktemp("log") / "server.txt"
    command = [sys.executable, "-m", "libri_graph.cli", "serve", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=knowledge, env=environment, stdout=output, stderr=output)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/health/ready", server, log)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(timeout=15)


def wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(address, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"the server did not become ready:\n{log.read_text(errors='replace')}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules of the longest tests, which say so by their time limit: else one core waits at the end."""
    longest: dict[Path, float] = {}
    for item in items:
        limit = item.get_closest_marker("timeout")
        seconds = float(limit.args[0]) if limit and limit.args else 0.0
        longest[item.path] = max(seconds, longest.get(item.path, 0.0))
    items.sort(key=lambda item: -longest[item.path])
