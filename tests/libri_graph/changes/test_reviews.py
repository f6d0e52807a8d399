"""What was changed here and in the files keeps both versions until somebody decides; nothing is asked twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from libri_graph.changes import imports
from libri_graph.changes.house import House
from libri_graph.changes.imports import ImportSources
from libri_graph.changes.publish import publish
from libri_graph.changes.reviews import decide, difference
from libri_graph.changes.writes import AddToGraph, ReplaceGraph
from libri_graph.errors import JournalDamaged
from libri_graph.journal import reviews
from libri_graph.journal.journal import Journal
from libri_graph.journal.versions import Verdict, Version
from libri_graph.operations.backup import restore, write_backup
from libri_graph.operations.verify import verify
from libri_graph.store.generations import Generations
from tests.libri_graph.changes.graphs import GRAPH, THINGS
from tests.libri_graph.changes.test_imports import P, imported, says, there, written

A, B, _ = THINGS
EITHER_SIZE = pytest.mark.usefixtures("size")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "house", 8)


@pytest.fixture(
    params=[(imports.LARGE, imports.LITTLE), (1, 0), (1, imports.LITTLE)],
    ids=["event by event", "as payloads", "as one payload, then event by event"],
)
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every source be small, or large with large or little changes."""
    for name, value in zip(("LARGE", "LITTLE"), request.param, strict=True):
        monkeypatch.setattr(imports, name, value)


def waiting(house: House) -> list[Version]:
    with Journal.reading(house.data_dir) as journal:
        assert journal is not None
        journal.demand_whole()
        return reviews.waiting(journal)


def held(house: House) -> Version:
    """Return what waits after A was changed here and in the file."""
    imported(house, *says(A, "old"), *says(B, "same"))
    written(house, *says(A, "mine"), *says(B, "same"))
    imported(house, *says(A, "theirs"), *says(B, "same"))
    (version,) = waiting(house)
    return version


def served(house: House, thing: NamedNode = A) -> set[str]:
    return {q.object.value for q in there(house) if q.subject == thing and isinstance(q.object, Literal)}


@EITHER_SIZE
def test_both_versions_are_kept(house: House) -> None:
    version = held(house)
    assert served(house) == {"mine"}
    assert (version.graph, version.entity, version.actor) == (GRAPH.value, A.value, "import")
    assert version.lines == f'{A} {P} "theirs" .\n'
    found = difference(Generations(house.data_dir).open_current().raw, version)
    assert (found.served, found.filed) == (set(says(A, "mine")), set(says(A, "theirs")))


@EITHER_SIZE
def test_the_files_version_is_served_once_it_is_taken(house: House) -> None:
    decide(house, held(house), Verdict.file, "anna")
    assert served(house) == {"theirs"}
    assert waiting(house) == []
    imported(house, *says(A, "theirs, mended"), *says(B, "same"))
    assert (served(house), waiting(house)) == ({"theirs, mended"}, [])


@EITHER_SIZE
def test_what_was_turned_down_is_not_asked_again_until_the_file_says_something_else(house: House) -> None:
    before = held(house)
    decide(house, before, Verdict.served, "anna")
    assert Generations(house.data_dir).current_number() == before.after
    write, _ = imported(house, *says(A, "theirs"), *says(B, "other"))
    assert (served(house), served(house, B), waiting(house), write.held) == ({"mine"}, {"other"}, [], {})
    write, _ = imported(house, *says(A, "theirs again"), *says(B, "other"))
    assert [one.lines for one in waiting(house)] == [f'{A} {P} "theirs again" .\n']
    assert (served(house), write.held) == ({"mine"}, {"one": [A.value]})


@EITHER_SIZE
def test_a_later_version_of_the_file_takes_the_place_of_the_one_that_waits(house: House) -> None:
    held(house)
    imported(house, *says(A, "theirs, mended"), *says(B, "same"))
    assert [one.lines for one in waiting(house)] == [f'{A} {P} "theirs, mended" .\n']


@EITHER_SIZE
def test_nothing_waits_when_the_file_says_what_is_served(house: House) -> None:
    held(house)
    for word in ("same", "other"):
        imported(house, *says(A, "mine"), *says(B, word))
        assert (served(house), waiting(house)) == ({"mine"}, [])


@EITHER_SIZE
def test_nothing_waits_when_the_file_says_again_what_it_said_before(house: House) -> None:
    held(house)
    for word in ("same", "other"):
        imported(house, *says(A, "old"), *says(B, word))
        assert (served(house), waiting(house)) == ({"mine"}, [])


@EITHER_SIZE
def test_a_change_here_outlives_imports_of_a_file_that_says_of_it_what_it_said(house: House) -> None:
    imported(house, *says(A, "old"), *says(B, "1"))
    written(house, *says(A, "mine"), *says(B, "1"))
    for word in "234":
        imported(house, *says(A, "old"), *says(B, word))
        assert (served(house), served(house, B), waiting(house)) == ({"mine"}, {word}, [])


def test_a_record_that_the_file_takes_away_waits_with_nothing_said(house: House) -> None:
    imported(house, *says(A, "old"), *says(B, "same", "too"))
    written(house, *says(A, "mine"), *says(B, "same", "too"))
    imported(house, *says(B, "same", "too"))
    (version,) = waiting(house)
    assert (version.lines, served(house)) == ("", {"mine"})
    decide(house, version, Verdict.file, "anna")
    assert served(house) == set()


@EITHER_SIZE
def test_blank_nodes_below_a_record_wait_and_are_taken_with_it(house: House) -> None:
    def address(word: str) -> list[Quad]:
        node = BlankNode(word)
        return [Quad(A, P, node, GRAPH), Quad(node, P, Literal(word), GRAPH)]

    imported(house, *address("old"), *says(B, "same"))
    written(house, *address("mine"), *says(B, "same"))
    imported(house, *address("theirs"), *says(B, "same"))
    (version,) = waiting(house)
    decide(house, version, Verdict.file, "anna")
    assert {q.object.value for q in there(house) if isinstance(q.object, Literal)} == {"theirs", "same"}
    assert len(there(house)) == 3


@EITHER_SIZE
def test_other_names_of_blank_nodes_are_no_other_version(house: House) -> None:
    def address(name: str, word: str) -> list[Quad]:
        node = BlankNode(name)
        return [Quad(A, P, node, GRAPH), Quad(node, P, Literal(word), GRAPH)]

    imported(house, *address("one", "old"), *says(B, "1"))
    written(house, *address("one", "mine"), *says(B, "1"))
    for name in ("two", "three"):
        imported(house, *address(name, "old"), *says(B, name))
        assert waiting(house) == []
    imported(house, *address("four", "theirs"), *says(B, "4"))
    assert len(waiting(house)) == 1
    imported(house, *address("five", "mine"), *says(B, "5"))
    assert waiting(house) == []
    assert {q.object.value for q in there(house) if isinstance(q.object, Literal)} == {"mine", "5"}


@EITHER_SIZE
def test_a_file_that_has_said_what_is_served_is_followed_from_there(house: House) -> None:
    imported(house, *says(A, "1"), *says(B, "1"))
    for number in "23":
        written(house, *says(A, "mine", number), *says(B, number))
        imported(house, *says(A, "mine", number), *says(B, number))
        imported(house, *says(A, number), *says(B, number))
        assert (served(house), waiting(house)) == ({number}, [])
    written(house, *says(A, "mine"), *says(B, "3"))
    imported(house, *says(A, "3"), *says(B, "other"))
    assert (served(house), waiting(house)) == ({"mine"}, [])


def test_what_waits_is_moot_when_its_source_leaves(house: House) -> None:
    held(house)
    write = ImportSources(house.data_dir, [], [GRAPH])
    publish(house, [write], versions=write.versions)
    assert (there(house), waiting(house)) == (set(), [])


def test_two_sources_that_say_something_of_one_thing_wait_apart(house: House) -> None:
    version = held(house)
    other = NamedNode(GRAPH.value + "-other")
    publish(house, [AddToGraph("portal", other, says(A, "beside", graph=other))])
    decide(house, version, Verdict.file, "anna")
    assert there(house, other) == set(says(A, "beside", graph=other))


def test_what_waits_lies_in_a_backup_and_outlives_a_restore(house: House, tmp_path: Path) -> None:
    version = held(house)
    write_backup(house.data_dir, tmp_path / "backup")
    decide(house, version, Verdict.served, "anna")
    again = House(tmp_path / "again", 8)
    restore(tmp_path / "backup", again)
    assert waiting(again) == [version]
    assert verify(again.data_dir) == []
    before = House(tmp_path / "before", 8)
    restore(tmp_path / "backup", before, until=version.after - 1)
    assert waiting(before) == []


def test_a_flipped_bit_in_what_waits_is_found(house: House) -> None:
    held(house)
    with Journal.open(house.data_dir) as journal:
        journal._connection.execute("UPDATE version SET lines = replace(lines, 'theirs', 'others')")
        with pytest.raises(JournalDamaged, match="review"):
            journal.demand_whole()


def test_a_journal_of_the_edition_before_has_nothing_in_review(house: House) -> None:
    publish(house, [ReplaceGraph("portal", GRAPH, says(A, "x"))])
    with Journal.open(house.data_dir) as journal:
        journal._connection.execute("DROP TABLE version")
        journal._connection.execute("PRAGMA user_version = 2")
        assert (reviews.waiting(journal), reviews.waiting_for(journal, A.value)) == ([], [])
        journal.demand_whole()
    assert held(House(house.data_dir, 8)).entity == A.value
