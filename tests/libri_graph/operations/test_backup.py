"""A backup is whole or not there; what is restored from it is what was written, up to any event."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from libri_graph.access.tokens import Scope, Tokens
from libri_graph.changes.house import House
from libri_graph.changes.lock import writer_lock
from libri_graph.changes.publish import open_house, publish
from libri_graph.changes.writes import ReplaceGraph
from libri_graph.disk import checksum_of
from libri_graph.errors import BackupInvalid, JournalDamaged, StoreBusy, StoreMissing
from libri_graph.instance import Instance, write_instance
from libri_graph.journal import journal as journal_room
from libri_graph.journal.events import Entry, Kind
from libri_graph.journal.journal import RESTORING, Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.namespaces import GRAPHS
from libri_graph.operations import backup as room
from libri_graph.operations.backup import MANIFEST, UNFINISHED, check_backup, restore, write_backup
from libri_graph.operations.verify import ALLOW, RESTORE, canonical_hash, verify
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


def test_nothing_is_taken_from_under_a_restore_that_is_going_on(data_dir: Path, tmp_path: Path) -> None:
    write(data_dir, 1)
    backup, new = write_backup(data_dir, tmp_path / "backup").folder, tmp_path / "new"
    new.mkdir()
    (new / RESTORING).touch()
    (new / "half").write_bytes(b"half")
    with writer_lock(new, 0), pytest.raises(StoreBusy, match="still writing"):
        restore(backup, House(new, 3))
    assert (new / "half").exists()
    restore(backup, House(new, 3))
    assert verify(new) == []


def test_no_backup_is_written_where_it_would_be_lost_with_the_data(data_dir: Path, tmp_path: Path) -> None:
    write(data_dir, 1)
    (tmp_path / "link").symlink_to(data_dir)
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for folder in (data_dir / "backup", tmp_path / "link" / "generations" / "9", tmp_path / "nowhere"):
        with pytest.raises(BackupInvalid):
            write_backup(data_dir, folder)
    assert verify(data_dir) == []


def test_a_place_that_cannot_be_written_is_told_without_advice_about_the_data(data_dir: Path, tmp_path: Path) -> None:
    write(data_dir, 1)
    (tmp_path / "file").touch()
    with pytest.raises(BackupInvalid, match="cannot be written") as told:
        write_backup(data_dir, tmp_path / "file" / "backup")
    assert "rebuild" not in str(told.value)


def test_what_is_damaged_is_not_backed_up(data_dir: Path, tmp_path: Path) -> None:
    write(data_dir, 1)
    payloads = Payloads(data_dir)
    checksum = payloads.keep([b"<https://example.org/a> <https://example.org/p> <https://example.org/b> .\n"])
    with Journal.open(data_dir) as journal:
        journal.append([("import", [Entry(GRAPH.value, "", Kind.update, file=checksum)])])
    content = payloads.path(checksum).read_bytes()
    for spoilt in (content[:-9], None):
        payloads.path(checksum).write_bytes(spoilt) if spoilt else payloads.path(checksum).unlink()
        with pytest.raises(JournalDamaged, match="restore a backup"):
            write_backup(data_dir, tmp_path / "backup")
    payloads.path(checksum).write_bytes(content)
    with Journal.open(data_dir) as journal:
        journal._connection.execute("UPDATE event SET actor = 'other' WHERE sequence = 1")
    with pytest.raises(JournalDamaged, match="restore a backup"):
        write_backup(data_dir, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_only_what_the_manifest_speaks_of_is_brought_back(data_dir: Path, tmp_path: Path) -> None:
    write(data_dir, 1)
    backup, new = write_backup(data_dir, tmp_path / "backup").folder, tmp_path / "new"
    (backup / "generations").mkdir()
    (backup / "generations" / "stray").touch()
    restore(backup, House(new, 3))
    assert not (new / "generations" / "stray").exists()
    manifest = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    outside = {"../libri/instance.json": checksum_of(data_dir / "instance.json")}
    for spoilt in (
        None,
        [],
        {**manifest, "files": []},
        {**manifest, "files": {}},
        {**manifest, "files": {**manifest["files"], "journal.sqlite": 1}},
        {**manifest, "files": manifest["files"] | outside},
        {"files": manifest["files"]},
    ):
        (backup / MANIFEST).write_text(json.dumps(spoilt), encoding="utf-8")
        with pytest.raises(BackupInvalid, match=r"no whole backup|take another"):
            restore(backup, House(tmp_path / "other", 3))
    assert not (tmp_path / "other").exists()


def test_what_may_only_be_read_is_verified_and_backed_up(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(data_dir, 1)
    before = sorted(data_dir.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(journal_room.os, "access", lambda _path, mode: mode != os.W_OK)
        assert verify(data_dir) == []
        assert sorted(data_dir.iterdir()) == before
        with Journal.open(data_dir) as other:  # a server of somebody else
            other.append([("test", [])])
            assert verify(data_dir) == []
        assert write_backup(data_dir, tmp_path / "backup").sequence == THINGS + 1
        assert restore(tmp_path / "backup", House(tmp_path / "new", 3), until=1) == 0


def test_what_may_not_be_read_is_not_told_to_be_damaged(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(data_dir, 1)
    with monkeypatch.context() as patch:
        patch.setattr(journal_room.os, "access", lambda _path, mode: mode != os.R_OK)
        found = verify(data_dir)
    assert {damage.remedy for damage in found} == {ALLOW}
    assert str(data_dir / journal_room.NAME) in found[0].where


def test_of_a_place_without_a_journal_nothing_else_is_told(tmp_path: Path) -> None:
    assert [damage.remedy for damage in verify(tmp_path / "nowhere")] == [RESTORE]
    assert not (tmp_path / "nowhere").exists()


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
