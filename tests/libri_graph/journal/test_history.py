"""What happened is read out of the journal: per entity and per change set."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from libri_graph.journal import ages, history
from libri_graph.journal.events import Entry, Kind
from libri_graph.journal.journal import NAME, Journal
from libri_graph.namespaces import GRAPHS

THING = "https://w3id.org/libri/id/guide/a"
SOURCE = GRAPHS + "partner"
ENTERS = (
    f'<{SOURCE}> <https://w3id.org/libri/ontology#entersView> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .\n'
)


def says(words: str, subject: str = THING) -> str:
    return f'<{subject}> <http://www.w3.org/2004/02/skos/core#prefLabel> "{words}"@en .\n'


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path) as found:
        found.append(
            [
                (
                    "import",
                    [
                        Entry(SOURCE, SOURCE, Kind.create, ENTERS),
                        Entry(SOURCE, THING, Kind.create, says("Old")),
                        Entry(SOURCE, f"{THING}#part", Kind.create, says("Part", f"{THING}#part")),
                        Entry(SOURCE, f"{THING}b", Kind.create, says("Other", f"{THING}b")),
                    ],
                )
            ]
        )
        found.append([("portal", [Entry(SOURCE, THING, Kind.update, says("New"), "", says("Old"))])])
        yield found


def test_an_entity_is_read_with_its_parts_and_without_its_neighbours_latest_first(journal: Journal) -> None:
    found = history.of_entity(journal, THING)
    assert [(step.sequence, step.entity, step.kind) for step in found.found] == [
        (5, THING, Kind.update),
        (3, f"{THING}#part", Kind.create),
        (2, THING, Kind.create),
    ]
    update = found.found[0]
    assert (update.actor, update.graph, update.change) == ("portal", SOURCE, 5)
    assert [triple.object.value for triple in (*update.removed, *update.added)] == ["Old", "New"]
    assert found.older is None


def test_a_history_is_looked_up_however_much_happened_to_others(journal: Journal, tmp_path: Path) -> None:
    others = [f"{THING}-{number}" for number in range(3000)]
    journal.append([("import", [Entry(SOURCE, other, Kind.create, says("Other", other)) for other in others])])
    connection = sqlite3.connect(tmp_path / NAME)
    hundreds: list[None] = []
    connection.set_progress_handler(lambda: hundreds.append(None), 100)
    with contextlib.closing(Journal(connection)) as counted:
        assert len(history.of_entity(counted, THING).found) == 3
        assert ages.last_change(counted, THING, counted.last) == journal.time_of(5)
    assert len(hundreds) < 20


def test_pages_of_a_history_hold_each_event_once(journal: Journal) -> None:
    read, before = [], None
    while True:
        part = history.of_entity(journal, THING, before, limit=1)
        read += [step.sequence for step in part.found]
        before = part.older
        if before is None:
            break
    assert read == [5, 3, 2]


def test_change_sets_come_latest_first_with_their_counts_and_first_entities(journal: Journal) -> None:
    second, first = history.latest(journal)
    assert (second.number, second.actor, second.events, second.counts) == (5, "portal", 1, {SOURCE: {Kind.update: 1}})
    assert (first.number, first.first, first.counts) == (4, 1, {SOURCE: {Kind.create: 4}})
    assert [touched.entity for touched in first.touched] == [SOURCE, THING, f"{THING}#part", f"{THING}b"]
    assert [change.number for change in history.latest(journal, before=5)] == [4]
    assert history.latest(journal, before=1) == []


def test_only_the_first_entities_of_a_large_change_set_are_named(journal: Journal) -> None:
    many = [Entry(SOURCE, f"{THING}/{n}", Kind.create, says("x", f"{THING}/{n}")) for n in range(300)]
    journal.append([("load", many)])
    (change,) = history.latest(journal, limit=1)
    assert (change.events, len(change.touched)) == (300, history.FIRST)
    read: list[int] = []
    while part := history.change_set(journal, change.number, after=read[-1] if read else 0):
        read += [touched.sequence for touched in part.touched]
        if not part.touched:
            break
    assert read == list(range(change.first, change.number + 1))


def test_what_is_no_end_of_a_change_set_is_none(journal: Journal) -> None:
    assert history.change_set(journal, 3) is None
    assert history.change_set(journal, 99) is None
    assert history.change_set(journal, 4) is not None


def test_a_journal_of_the_edition_before_is_read_on(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        journal._connection.execute("DROP INDEX event_of_change")
        journal._connection.execute("PRAGMA user_version = 1")
        journal.append([("x", [Entry(SOURCE, THING, Kind.create, says("Old"))])])
    with Journal.open(tmp_path) as journal:
        names = {row[0] for row in journal.rows("SELECT name FROM sqlite_master WHERE type = 'index'")}
        assert "event_of_change" in names
        assert [change.number for change in history.latest(journal)] == [1]
