"""A backup is whole or not there; what is restored from it is what was written, up to any event."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from libri_graph.access.tokens import Scope, Tokens
from libri_graph.changes.house import House
from libri_graph.changes.publish import open_house, publish
from libri_graph.changes.writes import ReplaceGraph
from libri_graph.errors import BackupInvalid, JournalDamaged, StoreMissing
from libri_graph.instance import Instance, write_instance
from libri_graph.journal.journal import RESTORING, Journal
from libri_graph.namespaces import GRAPHS
from libri_graph.operations import backup as room
from libri_graph.operations.backup import UNFINISHED, check_backup, restore, write_backup
from libri_graph.operations.verify import canonical_hash, verify
from libri_graph.store.generations import Generations

GRAPH = NamedNode(GRAPHS + "backed-up")
SAYS = NamedNode("https://example.org/says")
THINGS = 3


def write(data_dir: Path, value: int) -> int:
    """Have several things say `value`, in one change set, and return its last event."""
    things = [NamedNode(f"https://example.org/{number}") for number in range(THINGS)]
    quads = [Quad(thing, SAYS, Literal(value), GRAPH) for thing in things]
    return publish(House(data_dir, 3), [ReplaceGraph("test", GRAPH, quads)])[0].generation


def said(data_dir: Path) -> set[int]:
    found = Generations(data_dir).open_current().quads(predicate=SAYS)
    return {int(quad.object.value) for quad in found if isinstance(quad.object, Literal)}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    write_instance(tmp_path / "libri", Instance(knowledge=False, plain=True))
    return tmp_path / "libri"


def test_what_is_restored_is_what_was_backed_up_in_a_new_epoch(data_dir: Path, tmp_path: Path) -> None:
    write(data_dir, 1)
    number = write(data_dir, 2)
    token = Tokens(data_dir).add("tester", Scope.write)
    Generations(data_dir).pin(number)
    found = write_backup(data_dir, tmp_path / "backup")
    assert (found.sequence, check_backup(tmp_path / "backup")) == (number, found)
    new = tmp_path / "new"
    assert restore(tmp_path / "backup", House(new, 3)) == number
    assert said(new) == {2}
    hashes = [canonical_hash(Generations(place).open_current().raw, plain=True) for place in (data_dir, new)]
    assert hashes[0] == hashes[1]
    assert Tokens(new).find(token).name == "tester"
    assert Generations(new).pinned() == {number}
    with Journal.reading(new) as journal:
        assert journal is not None
        assert journal.epoch != found.epoch
    assert verify(new) == []
    assert write(new, 3) > number


def test_a_state_before_is_restored_and_the_middle_of_a_change_set_is_the_state_before_it(
    data_dir: Path, tmp_path: Path
) -> None:
    ends = {value: write(data_dir, value) for value in (1, 2, 3)}
    write_backup(data_dir, tmp_path / "backup")
    wanted = [(ends[1], 1), (ends[2], 2), (ends[2] - 1, 1), (ends[3] - 1, 2), (ends[3], 3), (0, None), (1, None)]
    for until, value in wanted:
        new = tmp_path / f"to-{until}"
        number = restore(tmp_path / "backup", House(new, 3), until=until)
        assert number == (ends[value] if value else 0), until
        assert said(new) == ({value} if value else set()), until
        assert verify(new) == []
    with pytest.raises(BackupInvalid, match=f"the events 1 to {ends[3]}"):
        restore(tmp_path / "backup", House(tmp_path / "far", 3), until=ends[3] + 1)
    assert not (tmp_path / "far").exists()


def test_backups_under_load_are_each_a_state_that_was(data_dir: Path, tmp_path: Path) -> None:
    ended = threading.Event()
    ends: dict[int, int] = {}
    write(data_dir, 0)

    def go_on() -> None:
        value = 0
        while not ended.is_set():
            value += 1
            ends[write(data_dir, value)] = value

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        found = [write_backup(data_dir, tmp_path / f"backup-{number}") for number in range(4)]
    finally:
        ended.set()
        writer.join()
    for backup in found:
        new = tmp_path / f"{backup.folder.name}-restored"
        number = restore(backup.folder, House(new, 3))
        assert number == backup.sequence
        assert said(new) == {ends.get(number, 0)}
        assert verify(new) == []


def test_a_backup_needs_a_new_folder_and_something_to_back_up(data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="nothing"):
        write_backup(tmp_path / "nowhere", tmp_path / "backup")
    write(data_dir, 1)
    write_backup(data_dir, tmp_path / "backup")
    with pytest.raises(BackupInvalid, match="exists already"):
        write_backup(data_dir, tmp_path / "backup")


def test_what_a_backup_that_died_has_left_goes_with_the_next(data_dir: Path, tmp_path: Path) -> None:
    write(data_dir, 1)
    (tmp_path / f"{UNFINISHED}dead").mkdir()
    write_backup(data_dir, tmp_path / "backup")
    assert not list(tmp_path.glob(f"{UNFINISHED}*"))


def test_nothing_is_restored_over_something_or_from_a_spoilt_backup(data_dir: Path, tmp_path: Path) -> None:
    write(data_dir, 1)
    backup = write_backup(data_dir, tmp_path / "backup").folder
    with pytest.raises(BackupInvalid, match="not empty"):
        restore(backup, House(data_dir, 3))
    (backup / "instance.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BackupInvalid, match="take another backup"):
        restore(backup, House(tmp_path / "new", 3))
    assert not (tmp_path / "new").exists()


def test_a_restore_that_was_broken_off_serves_nothing_and_is_begun_anew(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = write(data_dir, 1)
    backup, new = write_backup(data_dir, tmp_path / "backup").folder, tmp_path / "new"
    with monkeypatch.context() as patch:
        patch.setattr(room, "catch_up", _die)
        with pytest.raises(KeyboardInterrupt):
            restore(backup, House(new, 3))
    assert (new / RESTORING).exists()
    with pytest.raises(JournalDamaged, match="restore again"):
        open_house(House(new, 3))
    assert restore(backup, House(new, 3)) == number
    assert verify(new) == []


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
