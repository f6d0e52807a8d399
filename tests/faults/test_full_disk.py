"""A full disk: writes fail and say so, nothing is lost, reading goes on, and freed space is enough to write again."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from libri_graph.changes.lock import NAME as LOCK
from libri_graph.errors import LibriError, StoreFull
from libri_graph.index import standing
from libri_graph.journal.journal import Journal
from libri_graph.operations.backup import write_backup
from libri_graph.store.generations import FOLDER, SPARE, Generations
from tests.faults.ledger import Ledger, demand_sound
from tests.faults.server import HealthWatch, Server, await_that, new_house

DISK_MB = 24


@dataclass
class Disk:
    """A small disk of its own."""

    folder: Path
    ballast: Path = field(init=False)

    def __post_init__(self) -> None:
        self.ballast = self.folder / "ballast"

    def fill(self, *, leave: int = 0) -> None:
        """Leave no room but `leave` bytes."""
        with self.ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        os.truncate(self.ballast, max(0, self.ballast.stat().st_size - leave))

    def free(self) -> None:
        self.ballast.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no small disk can be mounted here (root may): {done.stderr.strip()}")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def write(server: Server, ledger: Ledger, value: int) -> httpx.Response:
    """Replace a graph, and return the answer."""
    name = "full"
    ledger.note(name, value, done=False)
    with server.client() as client:
        address = {"graph": f"https://w3id.org/libri/graph/{name}"}
        headers = {"Content-Type": "text/turtle"}
        answer = client.put("/graphs", params=address, content=ledger.graph(name, value), headers=headers)
    if answer.is_success:
        ledger.note(name, value, done=True)
    return answer


def is_at_rest(data_dir: Path) -> bool:
    """Whether all is done that a write leaves: index, old generations, the draft for the next one."""
    current = Generations(data_dir).current()
    return (
        current is not None
        and standing.is_of(data_dir, current.epoch, current.number)
        and any((data_dir / FOLDER).glob(f"{SPARE}*"))
        and not (data_dir / LOCK).read_text(encoding="utf-8")
    )


def test_a_full_disk_costs_no_data_and_no_restart(disk: Disk, tmp_path: Path) -> None:
    data_dir = disk.folder / "libri"
    server, ledger = Server(data_dir, new_house(data_dir), tmp_path / "server.txt"), Ledger()
    server.start()
    try:
        assert write(server, ledger, 1).is_success
        reading = _read(server)
        assert set(reading.values()) == {httpx.codes.OK}, server.told()
        with HealthWatch(server).on() as watch:
            for value, leave in enumerate((0, 4096, 8192, 12_288), start=2):
                await_that(lambda: is_at_rest(data_dir))  # till then it takes room, or gives it back
                disk.fill(leave=leave)
                refused = write(server, ledger, value)
                assert refused.status_code == httpx.codes.INSUFFICIENT_STORAGE, (leave, refused.text, server.told())
                assert refused.json()["type"] == "/problems/disk-full"
                assert _read(server) == reading
                disk.free()
                assert write(server, ledger, value + 10).is_success, "freed space is enough, without a restart"
        assert watch.lies == []
        assert watch.ready > 0
        demand_sound(data_dir, ledger)
    finally:
        server.stop()


def test_a_server_starts_on_a_full_disk_and_writes_once_it_is_freed(disk: Disk, tmp_path: Path) -> None:
    data_dir = disk.folder / "libri"
    server, ledger = Server(data_dir, new_house(data_dir), tmp_path / "server.txt"), Ledger()
    server.start()
    try:
        assert write(server, ledger, 1).is_success
        server.kill("group")
        disk.fill()
        server.start()
        assert write(server, ledger, 2).status_code == httpx.codes.INSUFFICIENT_STORAGE, server.told()
        disk.free()
        assert write(server, ledger, 3).is_success, server.told()
        demand_sound(data_dir, ledger)
    finally:
        server.stop()


READS = ("/sparql?query=SELECT+*+{?s+?p+?o}", "/graphs/full", "/", "/metrics", "/health/ready")


def _read(server: Server) -> dict[str, int]:
    """Return how each of `READS` is answered."""
    with server.client() as client:
        return {address: client.get(address).status_code for address in READS}


def test_a_backup_onto_a_full_disk_leaves_nothing(disk: Disk, tmp_path: Path) -> None:
    new_house(tmp_path / "libri")
    disk.fill(leave=8192)
    with pytest.raises(StoreFull, match="free some space"):
        write_backup(tmp_path / "libri", disk.folder / "backup")
    assert [path.name for path in disk.folder.iterdir()] == ["ballast"]


def test_a_journal_on_a_full_disk_says_so(disk: Disk) -> None:
    with Journal.open(disk.folder):
        pass
    disk.fill()
    with pytest.raises(LibriError) as caught, Journal.open(disk.folder) as journal:
        journal.append([])
    assert isinstance(caught.value, StoreFull)
