"""The journal: appended to in order, linked, sealed, never going back in time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libri_graph.errors import JournalDamaged, StoreBusy
from libri_graph.journal import journal as journal_room
from libri_graph.journal.events import Entry, Kind
from libri_graph.journal.journal import NAME, RESTORING, Import, Journal
from libri_graph.journal.tables import EDITION

TRIPLE = '<https://example.org/a> <https://example.org/p> "x" .\n'


def entry(entity: str, graph: str = "https://example.org/g", kind: Kind = Kind.update) -> Entry:
    return Entry(graph, entity, kind, added=TRIPLE)


def test_a_new_journal_is_empty_and_has_an_epoch(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "deep" / "house") as journal:
        assert (journal.last, list(journal.events()), journal.imports()) == (0, [], {})
        assert len(journal.epoch) == 16


def test_what_is_appended_is_there_for_the_next_who_opens_it(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        assert journal.append([("one", [entry("a"), entry("b")]), ("two", [entry("a")])]) == 3
        epoch = journal.epoch
    with Journal.open(tmp_path) as journal:
        events = list(journal.events())
        assert [(event.sequence, event.actor, event.change, event.previous) for event in events] == [
            (1, "one", 2, None),
            (2, "one", 2, None),
            (3, "two", 3, 1),
        ]
        assert {event.epoch for event in events} == {epoch}
        assert events[0].entry == entry("a")
        assert [event.sequence for event in journal.events(1, 2)] == [2]
        assert [change[:1] + change[2:] for change in journal.changes(9)] == [(3, "two", 1), (2, "one", 2)]


names = st.sampled_from("abc")
change_sets = st.lists(st.lists(st.builds(entry, names, names), min_size=1, max_size=3), min_size=1, max_size=4)


@given(change_sets, change_sets)
@settings(max_examples=25, deadline=None)
def test_events_are_numbered_without_gaps_and_linked_to_the_one_before(
    tmp_path_factory: pytest.TempPathFactory, first: list[list[Entry]], second: list[list[Entry]]
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    with Journal.open(folder) as journal:
        for appended in (first, second):
            journal.append([("test", entries) for entries in appended])
        events = list(journal.events())
        journal.demand_whole()
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert [event.entry for event in events] == [one for entries in first + second for one in entries]
    last: dict[tuple[str, str], int] = {}
    digest = ""
    for event in events:
        about = (event.entry.graph, event.entry.entity)
        assert event.previous == last.get(about)
        assert event.digest == event.digested(digest)
        last[about], digest = event.sequence, event.digest


def test_time_does_not_go_back_when_the_clock_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        shown = "2026-05-01T12:00:00.000"

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromisoformat(cls.shown).replace(tzinfo=tz)

    monkeypatch.setattr(journal_room, "datetime", Clock)
    with Journal.open(tmp_path) as journal:
        for shown in ("2026-05-01T12:00:00.000", "2026-05-01T11:00:00.000", "2026-05-01T12:00:00.001"):
            Clock.shown = shown
            journal.append([("test", [entry("a")])])
        times = [event.time for event in journal.events()]
    assert times == ["2026-05-01T12:00:00.000Z", "2026-05-01T12:00:00.000Z", "2026-05-01T12:00:00.001Z"]
    assert datetime.fromisoformat(times[0]).tzinfo == UTC


def test_a_fault_in_the_middle_appends_nothing(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        journal.append([("test", [entry("a")])])
        with pytest.raises(AttributeError):
            journal.append([("test", [entry("b"), None])])
        assert journal.last == 1
        journal.append([("test", [entry("c")])])
        journal.demand_whole()


def test_imports_are_noted_and_forgotten_with_the_events(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        journal.append(
            [("import", [entry("a")])], {"one": Import("x", followed=True), "two": Import("y", followed=False)}
        )
        journal.append([], {"two": None})
        assert journal.imports() == {"one": Import("x", followed=True)}
        journal.demand_whole()


def test_the_files_that_events_point_at_are_known(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        journal.append([("import", [entry("a"), Entry("g", "", Kind.update, file="abc")])])
        assert journal.files() == {"abc"}


def test_a_reader_sees_what_was_there_and_hinders_nobody(tmp_path: Path) -> None:
    with Journal.reading(tmp_path) as nothing:
        assert nothing is None
    with Journal.open(tmp_path) as journal:
        journal.append([("test", [entry("a")])])
        with Journal.reading(tmp_path) as reader:
            assert reader is not None
            half = reader.events()
            next(half)
            journal.append([("test", [entry("b")])])
            assert list(half) == [], "what came later is not in what was asked before"
            assert reader.last == 2


def test_nobody_writes_into_a_journal_that_is_open_for_reading(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        journal.append([("test", [entry("a")])])
    with Journal.reading(tmp_path) as reader:
        assert reader is not None
        with pytest.raises(JournalDamaged, match="look at the disk"):
            reader.append([("test", [entry("b")])])


def test_a_new_epoch_forgets_what_came_after_and_what_was_imported(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        for name in "abc":
            journal.append([("test", [entry(name)])], {name: Import("x", followed=False)})
        before = journal.epoch
        journal.begin_epoch(2)
        assert journal.epoch != before
        assert (journal.last, journal.imports()) == (2, {})
        journal.append([("test", [entry("d")])])
        journal.demand_whole()
        assert [event.epoch for event in journal.events()] == [before, before, journal.epoch]


def test_a_journal_of_a_later_edition_is_refused(tmp_path: Path) -> None:
    with Journal.open(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / NAME)) as database:
        database.execute(f"PRAGMA user_version = {EDITION + 1}")
    with pytest.raises(JournalDamaged, match="take a later LIBRI Graph"):
        Journal.open(tmp_path)


def test_a_file_that_is_no_journal_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"something else" * 100)
    with pytest.raises(JournalDamaged, match="restore a backup"):
        Journal.open(tmp_path)


def test_a_journal_that_somebody_holds_is_busy_and_not_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_room, "WAIT_SECONDS", 0.05)
    with Journal.open(tmp_path) as journal, closing(sqlite3.connect(tmp_path / NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            journal.append([("test", [entry("a")])])


def test_a_restore_that_was_broken_off_is_no_journal_to_write_into(tmp_path: Path) -> None:
    (tmp_path / RESTORING).touch()
    with pytest.raises(JournalDamaged, match="run libri restore again"):
        Journal.open(tmp_path)
