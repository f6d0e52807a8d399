"""The tables of the journal, how an event lies in them, and what SQLite's faults are in our words."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

from libri_graph.disk import FULL
from libri_graph.errors import JournalDamaged, StoreBusy, StoreFull
from libri_graph.journal.events import Entry, Event, Kind

EDITION: Final = 3
"""Of the tables below; a journal of a later one is refused."""
TABLES: Final = """
CREATE TABLE IF NOT EXISTS event (
  sequence INTEGER PRIMARY KEY, time TEXT NOT NULL, epoch TEXT NOT NULL, actor TEXT NOT NULL, change INTEGER NOT NULL,
  previous INTEGER, graph TEXT NOT NULL, entity TEXT NOT NULL, kind TEXT NOT NULL, added TEXT NOT NULL,
  kept TEXT NOT NULL, removed TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_of_entity ON event (entity, graph, sequence);
CREATE INDEX IF NOT EXISTS event_of_change ON event (change, graph, kind);
CREATE TABLE IF NOT EXISTS import (source TEXT PRIMARY KEY, checksum TEXT NOT NULL, followed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS version (
  number INTEGER PRIMARY KEY, time TEXT NOT NULL, after INTEGER NOT NULL, graph TEXT NOT NULL, entity TEXT NOT NULL,
  lines TEXT NOT NULL, verdict TEXT NOT NULL, actor TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
COLUMNS: Final = (
    "sequence, time, epoch, actor, change, previous, graph, entity, kind, added, kept, removed, file, digest"
)
NO_ROOM: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE)
"""The second is the file that a log is shared by, the third what SQLite makes of a quota."""


def demand_edition(connection: sqlite3.Connection) -> None:
    """Make the tables where there are none; raise `JournalDamaged` for tables of a later edition."""
    edition = connection.execute("PRAGMA user_version").fetchone()[0]
    if edition > EDITION:
        raise JournalDamaged(f"this journal is of edition {edition}, later than {EDITION}; take a later LIBRI Graph")
    if edition == EDITION:
        return
    epoch = f"INSERT OR IGNORE INTO state VALUES ('epoch', '{secrets.token_hex(8)}')"  # noqa: S608  # our own words
    connection.executescript(f"BEGIN IMMEDIATE; {TABLES} {epoch}; PRAGMA user_version = {EDITION}; COMMIT")


def row_of(event: Event) -> tuple[object, ...]:
    """Return an event as it lies in the table."""
    entry = event.entry
    about = (event.sequence, event.time, event.epoch, event.actor, event.change, event.previous, entry.graph)
    return (
        *about,
        *(entry.entity, entry.kind.value, entry.added, entry.kept, entry.removed, entry.file, event.digest),
    )


def event_of(row: Sequence[object]) -> Event:
    """Return the event that lies in a row. Raises `JournalDamaged` for one that we never wrote."""
    sequence, time, epoch, actor, change, previous, graph, entity, kind, added, kept, removed, file, digest = row
    try:
        entry = Entry(str(graph), str(entity), Kind(str(kind)), str(added), str(kept), str(removed), str(file))
        before = None if previous is None else int(str(previous))
        return Event(
            int(str(sequence)), str(time), str(epoch), str(actor), int(str(change)), before, entry, str(digest)
        )
    except ValueError as fault:
        raise JournalDamaged(f"event {sequence} of the journal is not what was written; restore a backup") from fault


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Tell what SQLite says in our words."""
    try:
        yield
    except sqlite3.DatabaseError as fault:
        code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if code in NO_ROOM:
            raise StoreFull(FULL) from fault
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreBusy("another process has held the journal for too long; try again") from fault
        if code & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY):
            raise JournalDamaged(f"the journal cannot be used: {fault}; look at the disk") from fault
        raise JournalDamaged(f"the journal is damaged ({fault}); restore a backup") from fault
    except UnicodeDecodeError as fault:
        raise JournalDamaged(f"the journal is damaged ({fault}); restore a backup") from fault
