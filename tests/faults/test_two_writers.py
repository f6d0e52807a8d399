"""A server and the command line write at once: one waits and hears for whom, and both writes land, in order."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from libri_graph.changes.lock import NAME as LOCK
from libri_graph.changes.lock import writer_lock
from libri_graph.journal.journal import Journal
from tests.faults.ledger import Ledger, demand_sound
from tests.faults.server import CHECKOUT, Server, environment, libri, new_house


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    data_dir = tmp_path / "libri"
    server = Server(data_dir, new_house(data_dir, "--plain"), tmp_path / "server.txt")
    server.start()
    yield server
    server.stop()


def loading(data_dir: Path, file: Path, name: str) -> subprocess.Popen[str]:
    command = libri("load", str(file), "--source", name, "--data-dir", str(data_dir))
    return subprocess.Popen(
        command, cwd=CHECKOUT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def test_the_second_writer_waits_and_says_who_holds_the_lock(tmp_path: Path) -> None:
    data_dir, file = tmp_path / "libri", tmp_path / "one.ttl"
    new_house(data_dir, "--plain")
    file.write_text(Ledger.graph("one", 1), encoding="utf-8")
    with writer_lock(data_dir, 1):
        holder = (data_dir / LOCK).read_text(encoding="utf-8")
        load = loading(data_dir, file, "one")
        assert load.stderr is not None
        said = next(line for line in load.stderr if "waiting for" in line)
        assert load.poll() is None, "it waits"
    _, rest = load.communicate(timeout=60)
    assert load.returncode == 0, rest
    assert f"waiting for {holder}" in said
    assert re.fullmatch(r"process \d+ \(.*, since \d\d:\d\d:\d\dZ\)", holder)


def test_server_and_command_line_write_at_once(server: Server, tmp_path: Path) -> None:
    ledger, ended = Ledger(), threading.Event()

    def write() -> None:
        value = 0
        with server.client() as client:
            while not ended.is_set():
                value += 1
                ledger.replace(client, "server", value)
                ledger.add(client, "added", value)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for value in (1, 2, 3):
            file = tmp_path / f"{value}.ttl"
            file.write_text(Ledger.graph("shell", value), encoding="utf-8")
            load = loading(server.data_dir, file, "shell")
            _, said = load.communicate(timeout=60)
            assert load.returncode == 0, said
            ledger.note("shell", value, done=True)
    finally:
        ended.set()
        writer.join()
    assert ledger.slots["server"].acknowledged > 1
    demand_sound(server.data_dir, ledger)
    with Journal.reading(server.data_dir) as journal:
        assert journal is not None
        actors = [actor for _, _, actor, _ in journal.changes(10_000)]
    assert actors.count("import") == 3
    assert "tester" in actors
