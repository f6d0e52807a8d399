"""The journal on disk: one SQLite file, appended to and read, never edited."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from libri_graph.disk import make_folder
from libri_graph.errors import JournalDamaged
from libri_graph.journal.events import Entry, Event
from libri_graph.journal.tables import COLUMNS, demand_edition, event_of, row_of, told
from libri_graph.journal.versions import VERSION_COLUMNS, Version, row_of_version, version_of

NAME: Final = "journal.sqlite"
RESTORING: Final = "restoring"
"""File that lies beside the journal while a backup is brought back."""
WAIT_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Import:
    """What a source was last imported from."""

    checksum: str
    """Over the files."""
    followed: bool
    """Whether the files lie in the knowledge folder: taken away from there, the source leaves the graph."""


def _mode(path: Path) -> str:
    """Return how SQLite is to open a journal for reading: where it may not write, nothing beside it is made."""
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "mode=rw"
    log = path.with_name(f"{path.name}-wal")
    return "mode=ro" if log.exists() else "mode=ro&immutable=1"


class Journal:
    """One open journal. Not for use by several threads at a time; open one for each."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, data_dir: Path, *, restoring: bool = False) -> Self:
        """Open the journal of `data_dir`, or begin one.

        Raises `JournalDamaged` when the file is no journal of ours, or, unless `restoring`, not whole yet.
        """
        make_folder(data_dir)
        if not restoring and (data_dir / RESTORING).exists():
            raise JournalDamaged(f"a restore into {data_dir} was broken off; run libri restore again")
        with told():
            connection = sqlite3.connect(data_dir / NAME, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            with told():
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                demand_edition(connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    @classmethod
    @contextlib.contextmanager
    def reading(cls, data_dir: Path) -> Iterator[Self | None]:
        """Give the journal of `data_dir` for reading for the length of the block; `None` where there is none yet.

        Nothing need be writable there. Raises `PermissionError` where it may not be read.
        """
        path = (data_dir / NAME).resolve()
        if not path.exists():
            yield None
            return
        if path.is_file() and not os.access(path, os.R_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        with told():
            connection = sqlite3.connect(f"{path.as_uri()}?{_mode(path)}", uri=True, timeout=WAIT_SECONDS)
        try:
            with told():
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
        return int(str(self.rows("SELECT coalesce(max(sequence), 0) FROM event")[0][0]))

    @property
    def epoch(self) -> str:
        """Name of the time since the last restore; new after each."""
        return str(self._state("epoch"))

    def imports(self) -> dict[str, Import]:
        """Return source -> what it was last imported from."""
        rows = self.rows("SELECT source, checksum, followed FROM import ORDER BY source")
        return {str(source): Import(str(checksum), bool(followed)) for source, checksum, followed in rows}

    def append(
        self,
        changes: Sequence[tuple[str, Sequence[Entry]]],
        imports: Mapping[str, Import | None] | None = None,
        versions: Sequence[Version] = (),
    ) -> int:
        """Append change sets, each an actor and its entries, all or none; return the last sequence.

        When it returns, they are on disk. `imports` notes (or with `None` forgets) what sources were imported from,
        `versions` what their files say of entities that were changed here too. Raises `StoreFull` when the disk is.
        """
        with told(), self._transaction():
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
            for version in versions:
                self._add(row_of_version(version, time, last))
            if imports or versions:
                self._seal()
        return last

    def events(self, after: int = 0, until: int | None = None) -> Iterator[Event]:
        """Yield the events from the one after `after` to `until` (the last where it is not given), in order."""
        query = f"SELECT {COLUMNS} FROM event WHERE sequence > ? AND sequence <= ? ORDER BY sequence"  # noqa: S608  # our own columns
        with told():
            for row in self._connection.execute(query, (after, self.last if until is None else until)):
                yield event_of(row)

    def versions(self) -> list[Version]:
        """Return every version of the files that was ever noted, in order; none in a journal of an edition before."""
        if not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'version'"):
            return []
        found = self.rows(f"SELECT {VERSION_COLUMNS} FROM version ORDER BY number")  # noqa: S608  # our own columns
        try:
            return [version_of(row) for row in found]
        except ValueError as fault:
            raise JournalDamaged("what waits in review is not what was written; restore a backup") from fault

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return the rows of a query of ours over the table of events; `history` asks so."""
        with told():
            return list(self._connection.execute(query, values))

    def entities_by_others(self, graph: str, actor: str) -> set[str]:
        """Return the entities of `graph` whose latest event is not by `actor`."""
        query = """SELECT entity, actor, max(sequence) FROM event WHERE graph = ? GROUP BY entity"""
        return {str(entity) for entity, last, _ in self.rows(query, (graph,)) if last != actor}

    def wholes(self) -> dict[str, list[Event]]:
        """Return graph -> the events that replaced it as a whole by a payload, in order."""
        query = f"SELECT {COLUMNS} FROM event WHERE entity = '' AND file <> '' ORDER BY sequence"  # noqa: S608  # our own columns
        found: dict[str, list[Event]] = {}
        for event in map(event_of, self.rows(query)):
            found.setdefault(event.entry.graph, []).append(event)
        return found

    def events_of(self, entity: str, graph: str) -> list[Event]:
        """Return the events of an entity in a graph, in order."""
        query = f"SELECT {COLUMNS} FROM event WHERE entity = ? AND graph = ? ORDER BY sequence"  # noqa: S608  # our own columns
        return [event_of(row) for row in self.rows(query, (entity, graph))]

    def changes(self, limit: int, before: int | None = None) -> list[tuple[int, str, str, int]]:
        """Return the last change sets, latest first: last sequence, time, actor, number of events.

        One look at the index for each, however large they are.
        """
        query = """WITH RECURSIVE found(change) AS (
              SELECT (SELECT max(change) FROM event WHERE change < ?)
              UNION ALL SELECT (SELECT max(change) FROM event WHERE change < found.change) FROM found
              WHERE found.change IS NOT NULL LIMIT ?)
            SELECT change, (SELECT time FROM event WHERE sequence = found.change),
              (SELECT actor FROM event WHERE sequence = found.change) FROM found"""
        rows = [row for row in self.rows(query, (before or self.last + 1, limit + 1)) if row[0] is not None]
        ends = [int(str(row[0])) for row in rows]
        starts = [*ends[1:], 0][: len(ends)]
        found = zip(ends, starts, rows, strict=True)
        return [(end, str(row[1]), str(row[2]), end - start) for end, start, row in found][:limit]

    def time_of(self, sequence: int) -> str:
        """Return when event `sequence` was journalled; empty for one that there is not."""
        return "".join(str(time) for (time,) in self.rows("SELECT time FROM event WHERE sequence = ?", (sequence,)))

    def files(self) -> set[str]:
        """Return the checksums of all payloads that events point at."""
        return {str(file) for (file,) in self.rows("SELECT DISTINCT file FROM event WHERE entity = '' AND file <> ''")}

    def demand_whole(self) -> None:
        """Raise `JournalDamaged` unless file, order, links and every event are as they were written."""
        with told():
            found = self._connection.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise JournalDamaged(f"the journal is damaged ({found}); restore a backup")
            digest, expected = "", 1
            for event in self.events():
                if event.sequence != expected or event.digested(digest) != event.digest:
                    raise JournalDamaged(f"event {expected} of the journal is not what was written; restore a backup")
                digest, expected = event.digest, expected + 1
        if self._state("seal") not in (None, self._sealed()):
            raise JournalDamaged(
                "what the journal says of epoch, imports and review is not what was written; restore a backup"
            )

    def copy_to(self, path: Path) -> None:
        """Write a copy of the journal as it is now to `path`, while others may go on writing."""
        with told(), contextlib.closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")

    def begin_epoch(self, until: int | None = None) -> None:
        """Begin a new epoch, as a restore does; with `until`, forget all events after it."""
        with told(), self._transaction():
            if until is not None:
                self._connection.execute("DELETE FROM event WHERE sequence > ?", (until,))
                self._connection.execute("DELETE FROM import")
                self._connection.execute("DELETE FROM version WHERE after > ?", (until,))
            self._set_state("epoch", secrets.token_hex(8))
            self._seal()

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
        row = row_of(event)
        self._connection.execute(f"INSERT INTO event ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608  # our own columns

    def _note(self, source: str, found: Import | None) -> None:
        if found is None:
            self._connection.execute("DELETE FROM import WHERE source = ?", (source,))
        else:
            row = (source, found.checksum, found.followed)
            self._connection.execute("INSERT OR REPLACE INTO import VALUES (?, ?, ?)", row)

    def _add(self, row: Sequence[object]) -> None:
        self._connection.execute(f"INSERT INTO version ({VERSION_COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608  # our own columns

    def _state(self, name: str) -> str | None:
        rows = self.rows("SELECT value FROM state WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def _set_state(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    def _sealed(self) -> str:
        """Return a checksum over what is no event: the epoch, from what the sources were imported, what was held."""
        noted = [f"{source}\0{found.checksum}\0{found.followed}" for source, found in self.imports().items()]
        noted += ["\0".join(map(str, astuple(version))) for version in self.versions()]
        return hashlib.sha256("\0".join([self.epoch, *noted]).encode()).hexdigest()

    def _seal(self) -> None:
        self._set_state("seal", self._sealed())

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
