"""Who is measured: our server and its peers; how each is installed, fed and started."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.data import Data
from benchmarks.processes import Running, clean_environment, free_port, running

HERE: Final = Path(__file__).parent
PEERS: Final = HERE / ".peers"
OURS: Final = HERE / ".ours"
SYSTEM_PYTHON: Final = "/usr/bin/python3"
PYTHON: Final = SYSTEM_PYTHON if Path(SYSTEM_PYTHON).exists() else sys.executable
"""With which ours and the Python peers run, as with an operator: distributions build theirs for speed."""
PIP: Final = ("-m", "pip", "--quiet", "--disable-pip-version-check")
MOST_IN_RDFLIB: Final = 500_000
PACKAGES: Final = ("oxigraph==0.5.13", "rdflib-endpoint==0.6.3", "uvicorn")
LONG_SECONDS: Final = "300"
"""Limit of a query of ours where an export is measured; peers have none."""


class Contestant(ABC):
    """A SPARQL server with the data of the run."""

    name: str
    query_path = "/query"
    update_path = "/update"
    update_headers: Mapping[str, str] = {}

    def __init__(self, data: Data) -> None:
        self.data = data

    @classmethod
    def usual(cls, triples: int) -> bool:  # noqa: ARG003  # others look
        """Return whether it takes part without being asked, in a run with so many triples."""
        return True

    @property
    def folder(self) -> Path:
        """Where it keeps its store and its log."""
        return self.data.folder / self.name

    def load(self) -> float:
        """Load the data; return the seconds that took, 0 where it is done at each start."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        started = time.perf_counter()
        for command in self.loading():
            self._run(command)
        return time.perf_counter() - started

    @abstractmethod
    def loading(self) -> Sequence[Sequence[str]]:
        """Return the commands that load the data."""

    @abstractmethod
    def serving(self, port: int) -> Sequence[str]:
        """Return the command that serves it."""

    def settings(self) -> Mapping[str, str]:
        """Return settings under which what is not limits is measured."""
        return {}

    @contextlib.contextmanager
    def served(self, *, defaults: bool = False) -> Iterator[Running]:
        """Serve for the length of the block; with `defaults`, with the limits that visitors have."""
        port = free_port()
        settings = {} if defaults else self.settings()
        with running(self.serving(port), port, self.folder / "log", **settings) as server:
            server.wait()
            server.settle()
            yield server

    def _run(self, command: Sequence[str]) -> str:
        done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)
        (self.folder / "log").write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr[-400:]}")
        return done.stdout.strip()


class Ours(Contestant):
    """This checkout, with validation, view and journal."""

    name = "libri"
    query_path = "/sparql"
    update_path = "/sparql/update"

    @property
    def data_dir(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    def loading(self) -> Sequence[Sequence[str]]:
        """Return `libri init` and `libri load`."""
        return (
            [*self._libri("init"), "--empty", "--data-dir", str(self.data_dir)],
            [*self._libri("load"), str(self.data.sources), "--data-dir", str(self.data_dir)],
        )

    def serving(self, port: int) -> Sequence[str]:
        """Return `libri serve`."""
        return [*self._libri("serve"), "--port", str(port), "--data-dir", str(self.data_dir)]

    def settings(self) -> Mapping[str, str]:
        """Return a longer time for queries."""
        return {"LIBRI_QUERY_SECONDS": LONG_SECONDS}

    def allow_writing(self) -> None:
        """Make a token, so that updates are taken."""
        name = f"benchmark-{time.time_ns()}"
        token = self._run([*self._libri("token"), "add", name, "--may", "write", "--data-dir", str(self.data_dir)])
        self.update_headers = {"Authorization": f"Bearer {token}"}

    def _libri(self, command: str) -> list[str]:
        return [str(OURS / "bin" / "python"), "-m", "libri_graph.cli", command]


class Oxigraph(Contestant):
    """The Oxigraph server; the view is its default graph, as with us."""

    name = "oxigraph"

    def loading(self) -> Sequence[Sequence[str]]:
        """Return `oxigraph load`."""
        files = [str(self.data.quads), str(self.data.view)]
        return ([_peer("oxigraph"), "load", "--location", str(self.folder / "store"), "--file", *files],)

    def serving(self, port: int) -> Sequence[str]:
        """Return `oxigraph serve`."""
        return [_peer("oxigraph"), "serve", "--location", str(self.folder / "store"), "--bind", f"127.0.0.1:{port}"]


class RdflibEndpoint(Contestant):
    """rdflib in memory behind FastAPI; it asks the union of all graphs by default, so it needs no view."""

    name = "rdflib-endpoint"
    query_path = update_path = "/"

    @classmethod
    def usual(cls, triples: int) -> bool:
        """Return whether the data can be read in some seconds."""
        return triples <= MOST_IN_RDFLIB

    def loading(self) -> Sequence[Sequence[str]]:
        """Return nothing: it reads the file at each start."""
        return ()

    def serving(self, port: int) -> Sequence[str]:
        """Return `rdflib-endpoint serve`."""
        address = ["--host", "127.0.0.1", "--port", str(port)]
        return [_peer("rdflib-endpoint"), "serve", "--enable-update", *address, str(self.data.quads)]


def installed(names: Sequence[str]) -> None:
    """Install what serving ours needs into `.ours/`, and the peers into `.peers/`, unless they are there."""
    requirements = HERE.parent / "requirements" / "serve.txt"
    if not _is_newer(OURS / ".installed", requirements):
        _install(OURS, "--require-hashes", "-r", str(requirements))
    if not all(Path(_peer(name)).exists() for name in names if name in ("oxigraph", "rdflib-endpoint")):
        _install(PEERS, *PACKAGES)


def python_version() -> str:
    """Return the version of the Python that runs ours and the peers."""
    return subprocess.check_output([PYTHON, "-V"], text=True).strip()


def _is_newer(path: Path, than: Path) -> bool:
    return path.exists() and path.stat().st_mtime > than.stat().st_mtime


def _install(folder: Path, *what: str) -> None:
    print(f"installing into benchmarks/{folder.name} ...", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([PYTHON, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(folder / "bin" / "python"), *PIP, "install", *what], check=True)
    (folder / ".installed").touch()


def _peer(program: str) -> str:
    return str(PEERS / "bin" / program)
