"""A flipped bit in any kind of file: `verify` finds it and names what to do, and doing that mends it."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from libri_graph import instance
from libri_graph.access import tokens
from libri_graph.access.tokens import Scope, Tokens
from libri_graph.changes import imports
from libri_graph.changes.catch_up import rebuild
from libri_graph.changes.house import House
from libri_graph.changes.imports import ImportSources
from libri_graph.changes.lock import writer_lock
from libri_graph.changes.publish import open_house, publish
from libri_graph.changes.writes import ReplaceGraph
from libri_graph.errors import JournalDamaged
from libri_graph.journal import journal as journal_room
from libri_graph.journal import payloads
from libri_graph.journal.journal import Import, Journal
from libri_graph.namespaces import BASE, GRAPHS, term
from libri_graph.operations.backup import restore, write_backup
from libri_graph.operations.verify import REBUILD, RESTORE, canonical_hash, verify
from libri_graph.publish import dumps
from libri_graph.store.generations import CURRENT, NOTE, STORE, Generations
from tests.faults.ledger import SAYS
from tests.faults.server import CHECKOUT

FLIPS = 12
"""Bits in each kind of file."""


class Register:
    """A source so large that it is kept as a payload."""

    name, checksum = "register", "1"
    graph = NamedNode(GRAPHS + "register")

    def quads(self) -> Iterator[Quad]:
        yield Quad(self.graph, term("libri:entersView"), Literal(True), self.graph)
        for number in range(300):
            yield Quad(NamedNode(f"https://example.org/r/{number}"), SAYS, Literal(number), self.graph)

    def plain_lines(self) -> int:
        return 301

    def load(self, store: Store) -> None:
        store.bulk_extend(self.quads())


def house_in(data_dir: Path) -> House:
    return House.of(data_dir, 3, CHECKOUT / "shapes")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with something of everything, and a backup beside it."""
    folder = tmp_path_factory.mktemp("whole")
    data_dir = folder / "libri"
    instance.write_instance(data_dir, instance.Instance(knowledge=False))
    house = house_in(data_dir)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imports, "LARGE", 100)
        notes = {"register": Import("1", followed=False)}
        publish(house, [ImportSources(data_dir, [Register()])], imports=notes)
    graph = NamedNode(GRAPHS + "small")
    for value in range(4):
        things = [NamedNode(f"https://example.org/s/{n}") for n in range(20)]
        publish(house, [ReplaceGraph("test", graph, [Quad(thing, SAYS, Literal(value), graph) for thing in things])])
    Tokens(data_dir).add("tester", Scope.write)
    dumps.refresh(Generations(data_dir), BASE)
    write_backup(data_dir, folder / "backup")
    assert verify(data_dir) == []
    return folder


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    shutil.copytree(whole / "libri", tmp_path / "libri", symlinks=True)
    return tmp_path / "libri"


def flip(path: Path, moments: random.Random) -> None:
    """Flip one bit of a file."""
    content = bytearray(path.read_bytes())
    content[moments.randrange(len(content))] ^= 1 << moments.randrange(8)
    path.write_bytes(content)


def current(data_dir: Path) -> Path:
    return (data_dir / CURRENT).resolve()


def largest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "payload": (lambda d: largest(d / payloads.FOLDER, f"*{payloads.SUFFIX}"), RESTORE),
    "subjects of a payload": (lambda d: largest(d / payloads.FOLDER, f"*{payloads.SUBJECTS}"), REBUILD),
    "store table": (lambda d: largest(current(d) / STORE, "*.sst"), REBUILD),
    "store manifest": (lambda d: largest(current(d) / STORE, "MANIFEST-*"), REBUILD),
    "store pointer": (lambda d: current(d) / STORE / "CURRENT", REBUILD),
    "generation note": (lambda d: current(d) / NOTE, REBUILD),
    "dump": (lambda d: largest(current(d) / dumps.FOLDER, "*.gz"), "libri dump"),
    "dump index": (lambda d: current(d) / dumps.FOLDER / dumps.INDEX, "libri dump"),
    "dump sums": (lambda d: current(d) / dumps.FOLDER / dumps.SUMS, "libri dump"),
    "instance": (lambda d: d / instance.NAME, RESTORE),
}
"""Kind -> where one lies, and what is to be done."""


@pytest.mark.parametrize("kind", FILES)
def test_verify_finds_a_flipped_bit_and_says_what_to_do(place: Path, kind: str) -> None:
    find, remedy = FILES[kind]
    path, moments = find(place), random.Random(kind)  # noqa: S311  # places, not secrets
    sound = path.read_bytes()
    for _ in range(FLIPS):
        flip(path, moments)
        found = verify(place)
        assert found, "no damage is found"
        assert any(remedy in damage.remedy for damage in found), found
        path.write_bytes(sound)
    assert verify(place) == []


def rows_of(path: Path) -> list[object]:
    """Return all rows of a database."""
    with closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [database.execute(f"SELECT * FROM {name}").fetchall() for name in names]  # noqa: S608  # our own tables


@pytest.mark.parametrize(("name", "remedy"), [(journal_room.NAME, RESTORE), (tokens.NAME, RESTORE)])
def test_verify_finds_a_flipped_bit_of_a_database_wherever_it_says_something(
    place: Path, name: str, remedy: str
) -> None:
    path, moments = place / name, random.Random(name)  # noqa: S311  # places, not secrets
    sound, said = path.read_bytes(), rows_of(path)
    for _ in range(4 * FLIPS):
        flip(path, moments)
        found = verify(place)
        if found:
            assert any(remedy in damage.remedy for damage in found), found
        else:
            assert rows_of(path) == said, "a bit that is not found is in a place that says nothing"
        for leftover in place.glob(f"{name}-*"):
            leftover.unlink()
        path.write_bytes(sound)


def test_every_word_of_the_journal_is_under_its_seal(place: Path) -> None:
    """Changes that leave the file a sound database are found too."""
    path = place / journal_room.NAME
    sound = path.read_bytes()
    for change in (
        "UPDATE event SET actor = 'other' WHERE sequence = 2",
        "UPDATE event SET time = '2000-01-01T00:00:00.000Z' WHERE sequence = 3",
        "UPDATE event SET previous = 1 WHERE sequence = (SELECT max(sequence) FROM event)",
        "DELETE FROM event WHERE sequence = 5",
        "DELETE FROM event WHERE sequence = (SELECT max(sequence) FROM event)",
        "UPDATE import SET followed = 1",
        "UPDATE state SET value = 'other' WHERE name = 'epoch'",
    ):
        with closing(sqlite3.connect(path)) as database:
            assert database.execute(change).rowcount == 1, change
            database.commit()
        assert any(RESTORE in damage.remedy for damage in verify(place)), change
        path.write_bytes(sound)


def test_a_log_that_lost_events_is_damage_and_not_a_way_back(place: Path) -> None:
    """A bit in the journal's log: SQLite drops what follows, and the generation says that it was there."""
    graph = NamedNode(GRAPHS + "small")
    house, log = house_in(place), place / f"{journal_room.NAME}-wal"
    with Journal.open(place):  # as in a server, so that the log is not taken in
        number = publish(house, [ReplaceGraph("test", graph, [])])[0].generation
        shutil.copytree(place, place.with_name("cut"), symlinks=True)
    cut = place.with_name("cut")
    flip(cut / log.name, random.Random(1))  # noqa: S311  # a place, not a secret
    assert any(RESTORE in damage.remedy for damage in verify(cut))
    with pytest.raises(JournalDamaged, match="libri restore"):
        open_house(house_in(cut))
    assert Generations(cut).current_number() == number, "what is shown goes on being shown"
    assert verify(place) == []


def test_a_link_that_leads_nowhere_is_found_and_put_right(place: Path) -> None:
    before = canonical_hash(Generations(place).open_current().raw, plain=True)
    older = Generations(place).numbers()[0]
    for target in ("generations/1r", "generations/999", f"generations/{older}", "nowhere", ""):
        (place / CURRENT).unlink()
        if target:
            (place / CURRENT).symlink_to(target)
        assert [damage.remedy for damage in verify(place)] == [REBUILD], target
        mend(place)
        assert canonical_hash(Generations(place).open_current().raw, plain=True) == before
        assert verify(place) == []


def test_a_missing_payload_is_found(place: Path) -> None:
    largest(place / payloads.FOLDER, f"*{payloads.SUFFIX}").unlink()
    assert any(RESTORE in damage.remedy for damage in verify(place))


@pytest.mark.parametrize("kind", [kind for kind, (_, remedy) in FILES.items() if remedy == REBUILD])
def test_a_rebuild_mends_a_generation_and_gives_the_same_graph(place: Path, kind: str) -> None:
    before = canonical_hash(Generations(place).open_current().raw, plain=True)
    flip(FILES[kind][0](place), random.Random(kind))  # noqa: S311  # a place, not a secret
    mend(place)
    assert canonical_hash(Generations(place).open_current().raw, plain=True) == before
    rest = verify(place)
    assert all("is not current" in damage.remedy for damage in rest), rest
    for damage in rest:
        shutil.rmtree(damage.remedy.removeprefix("remove ").partition(",")[0])
    assert verify(place) == []


def test_a_restored_backup_mends_what_a_rebuild_cannot(place: Path, whole: Path, tmp_path: Path) -> None:
    before = canonical_hash(Generations(place).open_current().raw, plain=True)
    flip(place / journal_room.NAME, random.Random(7))  # noqa: S311  # a place, not a secret
    restored = tmp_path / "restored"
    restore(whole / "backup", house_in(restored))
    assert canonical_hash(Generations(restored).open_current().raw, plain=True) == before
    assert verify(restored) == []


def test_new_dumps_take_the_place_of_spoilt_ones(place: Path) -> None:
    flip(largest(current(place) / dumps.FOLDER, "*.gz"), random.Random(1))  # noqa: S311  # a place, not a secret
    shutil.rmtree(current(place) / dumps.FOLDER)
    dumps.refresh(Generations(place), BASE)
    assert verify(place) == []


def mend(data_dir: Path) -> None:
    """Do what `libri rebuild` does."""
    with writer_lock(data_dir, 1), Journal.open(data_dir) as journal:
        rebuild(data_dir, journal, keep=3)
