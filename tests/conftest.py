"""What every test may use: the folders of the knowledge, and how to tell a missing one."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import settings
from xdist.remote import Producer

from tests.sharing import ByFile
from tests.w3c.server import clean_environment, command, free_port, said, stop, wait_until_ready

settings.register_profile("patient", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("patient")

DEFAULT_TIMEOUT_CONFIG.read = 30.0  # seconds; no test is about how long a busy machine keeps a client waiting
ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


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


@pytest.fixture(scope="module")
def terse_reference() -> Iterator[None]:
    """pySHACL finds what it finds, and names blank nodes in its messages by their labels, not by all that they say.

    Writing them out, mostly for alternatives of which another holds, is half of its time on our rules.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pyshacl.rdfutil.stringify.stringify_blank_node", lambda _graph, node, **_: f"_:{node}")
        yield


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the real data, made once for all processes of a run. Copy it; nobody changes it."""
    base = tmp_path_factory.getbasetemp()
    room = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    ready = room / "loaded"
    with (room / "loaded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.is_dir():
            making = room / "loading"
            shutil.rmtree(making, ignore_errors=True)
            said("init", "--data-dir", str(making))
            making.rename(ready)
    return ready


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, knowledge: Path, loaded: Path) -> Iterator[str]:
    """Address of a running server, ending in a slash."""
    port = free_port()
    data_dir = tmp_path_factory.mktemp("data") / "libri"
    shutil.copytree(loaded, data_dir, symlinks=True)
    environment = clean_environment() | {"LIBRI_DATA_DIR": str(data_dir)}
    log = tmp_path_factory.mktemp("log") / "server.txt"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command("serve", "--port", str(port)), cwd=knowledge, env=environment, stdout=output, stderr=output
        )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/health/ready", server, log)
        yield f"http://127.0.0.1:{port}/"
    finally:
        stop(server)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    """Share the tests out by file, the longest first as `pytest_collection_modifyitems` has put them."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules of the longest tests, which say so by their time limit: else one core waits at the end."""
    longest: dict[Path, float] = {}
    for item in items:
        limit = item.get_closest_marker("timeout")
        seconds = float(limit.args[0]) if limit and limit.args else 0.0
        longest[item.path] = max(seconds, longest.get(item.path, 0.0))
    items.sort(key=lambda item: -longest[item.path])
