"""The journal on disk: one SQLite file, appended to and read, never edited."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from libri_graph.errors import JournalDamaged, StoreFull
from libri_graph.journal.events import Entry, Event, Kind

NAME: Final = "journal.sqlite"
EDITION: Final = 1
"""Of the tables below; a journal of a later one is refused."""
TABLES: Final = """
CREATE TABLE IF NOT EXISTS event (
  sequence INTEGER PRIMARY KEY, time TEXT NOT NULL, epoch TEXT NOT NULL, actor TEXT NOT NULL, change INTEGER NOT NULL,
  previous INTEGER, graph TEXT NOT NULL, entity TEXT NOT NULL, kind TEXT NOT NULL, added TEXT NOT NULL,
  kept TEXT NOT NULL, removed TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_of_entity ON event (entity, graph, sequence);
CREATE TABLE IF NOT EXISTS import (source TEXT PRIMARY KEY, checksum TEXT NOT NULL, followed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
COLUMNS: Final = (
    "sequence, time, epoch, actor, change, previous, graph, entity, kind, added, kept, removed, file, digest"
)
WAIT_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Import:
    """What a source was last imported from."""

    checksum: str
    """Over the files."""
    followed: bool
    """Whether the files lie in the knowledge folder: taken away from there, the source leaves the graph."""


class Journal:
    """One open journal. Not for use by several threads at a time; open one for each."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, data_dir: Path) -> Self:
        """Open the journal of `data_dir`, or begin one. Raises `JournalDamaged` when the file is no journal of ours."""
        data_dir.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(data_dir / NAME, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            with _told():
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                _demand_edition(connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    @classmethod
    @contextlib.contextmanager
    def reading(cls, data_dir: Path) -> Iterator[Self | None]:
        """Give the journal of `data_dir` for reading for the length of the block; `None` where there is none yet."""
        if not (data_dir / NAME).exists():
            yield None
            return
        connection = sqlite3.connect(f"file:{data_dir / NAME}?mode=rw", uri=True, timeout=WAIT_SECONDS)
        try:
            with _told():
                connection.execute("PRAGMA query_only=1")
            yield cls(connection)
        finally:
            connection.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Return the journal; leaving the block closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    @property
    def last(self) -> int:
        """Sequence of the last event; 0 before the first."""
        with _told():
            return int(self._connection.execute("SELECT coalesce(max(sequence), 0) FROM event").fetchone()[0])

    @property
    def epoch(self) -> str:
        """Name of the time since the last restore; new after each."""
        return str(self._state("epoch"))

    def imports(self) -> dict[str, Import]:
        """Return source -> what it was last imported from."""
        rows = self._connection.execute("SELECT source, checksum, followed FROM import")
        return {source: Import(checksum, bool(followed)) for source, checksum, followed in rows}

    def append(
        self, changes: Sequence[tuple[str, Sequence[Entry]]], imports: Mapping[str, Import | None] | None = None
    ) -> int:
        """Append change sets, each an actor and its entries, all or none; return the last sequence.

        When it returns, they are on disk. `imports` notes (or with `None` forgets) what sources were imported from.
        Raises `StoreFull` when the disk is.
        """
        with _told(), self._transaction():
            last, digest, time = self._end()
            for actor, entries in changes:
                change = last + len(entries)
                for entry in entries:
                    last += 1
                    event = Event(
                        last, time, self.epoch, actor, change, self._previous(entry.graph, entry.entity), entry
                    )
                    digest = event.digested(digest)
                    self._insert(replace(event, digest=digest))
            for source, found in (imports or {}).items():
                self._note(source, found)
        return last

    def events(self, after: int = 0, until: int | None = None) -> Iterator[Event]:
        """Yield the events from the one after `after` to `until` (the last where it is not given), in order."""
        query = f"SELECT {COLUMNS} FROM event WHERE sequence > ? AND sequence <= ? ORDER BY sequence"  # noqa: S608  # our own columns
        for row in self._connection.execute(query, (after, self.last if until is None else until)):
            yield _event(row)

    def history(self, entity: str, limit: int = 1000) -> list[Event]:
        """Return the last `limit` events of an entity in all graphs, latest first."""
        query = f"SELECT {COLUMNS} FROM event WHERE entity = ? ORDER BY sequence DESC LIMIT ?"  # noqa: S608  # our own columns
        return [_event(row) for row in self._connection.execute(query, (entity, limit))]

    def latest(self, graph: str, actor: str) -> dict[str, Event]:
        """Return entity -> its latest event in `graph` by `actor`."""
        query = f"""SELECT {COLUMNS} FROM event WHERE sequence IN
            (SELECT max(sequence) FROM event WHERE graph = ? AND actor = ? GROUP BY entity)"""  # noqa: S608  # our own columns
        return {event.entry.entity: event for event in map(_event, self._connection.execute(query, (graph, actor)))}

    def entities_by_others(self, graph: str, actor: str) -> set[str]:
        """Return the entities of `graph` whose latest event is not by `actor`."""
        query = """SELECT entity, actor, max(sequence) FROM event WHERE graph = ? GROUP BY entity"""
        return {entity for entity, last, _ in self._connection.execute(query, (graph,)) if last != actor}

    def changes(self, limit: int, before: int | None = None) -> list[tuple[int, str, str, int]]:
        """Return the last change sets, latest first: last sequence, time, actor, number of events."""
        query = """SELECT change, max(time), max(actor), count(*) FROM event WHERE change < ?
            GROUP BY change ORDER BY change DESC LIMIT ?"""
        return list(self._connection.execute(query, (before or self.last + 1, limit)))

    def time_of(self, sequence: int) -> str:
        """Return when event `sequence` was journalled; empty for one that there is not."""
        row = self._connection.execute("SELECT time FROM event WHERE sequence = ?", (sequence,)).fetchone()
        return str(row[0]) if row else ""

    def demand_whole(self) -> None:
        """Raise `JournalDamaged` unless file, order, links and every event are as they were written."""
        with _told():
            found = self._connection.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise JournalDamaged(f"the journal is damaged ({found}); restore a backup")
            digest, expected = "", 1
            for event in self.events():
                if event.sequence != expected or event.digested(digest) != event.digest:
                    raise JournalDamaged(f"event {expected} of the journal is not what was written; restore a backup")
                digest, expected = event.digest, expected + 1

    def copy_to(self, path: Path) -> None:
        """Write a copy of the journal as it is now to `path`, while others may go on writing."""
        with contextlib.closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")

    def begin_epoch(self, until: int | None = None) -> None:
        """Begin a new epoch, as a restore does; with `until`, forget all events after it."""
        with _told(), self._transaction():
            if until is not None:
                self._connection.execute("DELETE FROM event WHERE sequence > ?", (until,))
                self._connection.execute("DELETE FROM import")
            self._set_state("epoch", secrets.token_hex(8))

    def _end(self) -> tuple[int, str, str]:
        row = self._connection.execute(
            "SELECT sequence, digest, time FROM event ORDER BY sequence DESC LIMIT 1"
        ).fetchone()
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return (row[0], row[1], max(now, row[2])) if row else (0, "", now)

    def _previous(self, graph: str, entity: str) -> int | None:
        query = "SELECT max(sequence) FROM event WHERE entity = ? AND graph = ?"
        found: int | None = self._connection.execute(query, (entity, graph)).fetchone()[0]
        return found

    def _insert(self, event: Event) -> None:
        entry = event.entry
        row = (event.sequence, event.time, event.epoch, event.actor, event.change, event.previous, entry.graph)
        row += (entry.entity, entry.kind.value, entry.added, entry.kept, entry.removed, entry.file, event.digest)  # type: ignore[assignment]
        self._connection.execute(f"INSERT INTO event ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608  # our own columns

    def _note(self, source: str, found: Import | None) -> None:
        if found is None:
            self._connection.execute("DELETE FROM import WHERE source = ?", (source,))
        else:
            row = (source, found.checksum, found.followed)
            self._connection.execute("INSERT OR REPLACE INTO import VALUES (?, ?, ?)", row)

    def _state(self, name: str) -> str | None:
        row = self._connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def _set_state(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def _demand_edition(connection: sqlite3.Connection) -> None:
    """Make the tables where there are none; raise `JournalDamaged` for tables of a later edition."""
    edition = connection.execute("PRAGMA user_version").fetchone()[0]
    if edition > EDITION:
        raise JournalDamaged(f"this journal is of edition {edition}, later than {EDITION}; take a later LIBRI Graph")
    if edition == EDITION:
        return
    epoch = f"INSERT OR IGNORE INTO state VALUES ('epoch', '{secrets.token_hex(8)}')"  # noqa: S608  # our own words
    connection.executescript(f"BEGIN IMMEDIATE; {TABLES} {epoch}; PRAGMA user_version = {EDITION}; COMMIT")


def _event(row: Sequence[object]) -> Event:
    sequence, time, epoch, actor, change, previous, graph, entity, kind, added, kept, removed, file, digest = row
    entry = Entry(str(graph), str(entity), Kind(str(kind)), str(added), str(kept), str(removed), str(file))
    before = None if previous is None else int(str(previous))
    return Event(int(str(sequence)), str(time), str(epoch), str(actor), int(str(change)), before, entry, str(digest))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tell what SQLite says in our words."""
    try:
        yield
    except sqlite3.OperationalError as fault:
        if "full" in str(fault) or "disk I/O" in str(fault):
            raise StoreFull("the disk is full, so nothing was written; free some space and try again") from fault
        raise JournalDamaged(f"the journal cannot be used: {fault}") from fault
    except sqlite3.DatabaseError as fault:
        raise JournalDamaged(f"the journal is damaged ({fault}); restore a backup") from fault
