"""Keep the side index: all of it from a generation, or what a change touches."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from libri_graph.index import bits, tables
from libri_graph.index.filling import Filling, encoded, labels, memberships
from libri_graph.index.gather import Entry, Found, View
from libri_graph.index.tables import State

CACHE_KB: Final = 65536
"""Memory in which SQLite keeps pages of an index that is being made."""


def rebuild(data_dir: Path, view: View, state: State) -> None:
    """Make the index anew from `view`, beside the one that is there, and put it in its place."""
    with rebuilding(data_dir, view, state) as filling:
        for iri, said in view.everything():
            filling.add(iri, said)


@contextlib.contextmanager
def rebuilding(data_dir: Path, view: View, state: State) -> Iterator[Filling]:
    """Give an index to fill, which takes the place of the one that is there when the block ends well."""
    path = tables.new_path(data_dir)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KB}")
        with _filled(connection, view, state) as filling:
            yield filling
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA journal_mode=WAL")
    except BaseException:
        connection.close()
        path.unlink(missing_ok=True)
        raise
    connection.close()
    with path.open("rb") as file:
        os.fsync(file.fileno())
    tables.make_current(data_dir, path)


def fill(connection: sqlite3.Connection, view: View, state: State) -> None:
    """Make the tables in an empty file and fill them from `view`."""
    with _filled(connection, view, state) as filling:
        for iri, said in view.everything():
            filling.add(iri, said)


@contextlib.contextmanager
def _filled(connection: sqlite3.Connection, view: View, state: State) -> Iterator[Filling]:
    connection.executescript(tables.TABLES)
    connection.execute("BEGIN")
    filling = Filling(connection, view)
    yield filling
    filling.finish()
    tables.write_state(connection, state)
    connection.execute("COMMIT")
    connection.executescript(tables.INDEXES)
    connection.execute("ANALYZE")


def update(data_dir: Path, view: View, touched: Iterable[str], state: State) -> set[str]:
    """Bring the index up to `view`, in which only what is said of `touched` differs; return the things it renewed.

    Readers see all of it at once. Raises `sqlite3.Error` with nothing done.
    """
    path = tables.current_path(data_dir)
    if path is None:
        raise sqlite3.OperationalError("there is no index to update")
    connection = tables.connect(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        change = _Change(connection, view)
        for iri in sorted(change.affected(set(touched))):
            change.renew(iri)
        change.finish()
        tables.write_state(connection, state)
        connection.execute("COMMIT")
        return change.renewed
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the index has for one thing in the list of one kind."""

    bit: int
    sets: frozenset[int] = frozenset()
    """Numbers of the sets that it is in."""
    places: frozenset[int] = frozenset()


class _Change:
    """One transaction on the index."""

    def __init__(self, connection: sqlite3.Connection, view: View) -> None:
        self._connection = connection
        self._view = view
        self._flips: dict[int, list[int]] = defaultdict(list)
        """Number of a set -> members that come or go."""
        self._next_bit: dict[str, int] = {}
        self._sets: dict[tuple[str, str, str], int] = {}
        self._places: dict[str, int] = {}
        self.renewed: set[str] = set()

    def affected(self, touched: set[str]) -> set[str]:
        """Return `touched` and all listed things whose entry depends on what is said of one of them."""
        found = set(touched)
        for iri in touched:
            found.update(self._view.decided_by(iri))
            found.update(self._organisers_before(iri))
            found.update(self._there(iri))
        return found

    def renew(self, iri: str) -> None:
        """Write what the view says of a thing now in place of what the index says."""
        found = self._view.read(iri)
        self.renewed.add(iri)
        self._name(iri, found)
        self._place(iri, found)
        before = self._entries(iri)
        for kind in before.keys() - found.entries.keys():
            self._remove(kind, iri, before[kind])
        for kind, entry in found.entries.items():
            self._list(kind, iri, entry, found.order, before.get(kind))
        if found.card is None:
            self._connection.execute("DELETE FROM card WHERE iri = ?", (iri,))
        else:
            self._connection.execute("INSERT OR REPLACE INTO card VALUES (?, ?)", (iri, encoded(found.card)))

    def finish(self) -> None:
        """Write the sets that have changed."""
        for number, flipped in self._flips.items():
            row = self._connection.execute("SELECT members FROM facet WHERE id = ?", (number,)).fetchone()
            now = bits.from_blob(row[0]) ^ bits.packed(flipped)
            self._connection.execute("UPDATE facet SET members = ? WHERE id = ?", (bits.blob(now), number))
        self._flips.clear()

    def _organisers_before(self, iri: str) -> list[str]:
        """Return who the index says runs `iri`: whoever does so no more loses what it was listed for."""
        row = self._connection.execute("SELECT body FROM card WHERE iri = ?", (iri,)).fetchone()
        return list(json.loads(row[0])["facts"].get("libri:organiser", ())) if row else []

    def _there(self, iri: str) -> list[str]:
        """Return what is at the place `iri`, if that has won or lost its position."""
        row = self._connection.execute("SELECT id, latitude FROM place WHERE iri = ?", (iri,)).fetchone()
        if row is None or (row[1] is None) == (self._view.position(iri) is None):
            return []
        rows = self._connection.execute(
            "SELECT listed.iri FROM located JOIN listed USING (kind, bit) WHERE place = ?", (row[0],)
        )
        return [found for (found,) in rows]

    def _name(self, iri: str, found: Found) -> None:
        if found.names:
            self._connection.execute("INSERT OR REPLACE INTO name VALUES (?, ?)", (iri, labels(found)))
        else:
            self._connection.execute("DELETE FROM name WHERE iri = ?", (iri,))
        self._connection.execute("DELETE FROM broader WHERE narrower = ?", (iri,))
        self._connection.executemany("INSERT INTO broader VALUES (?, ?)", [(iri, above) for above in found.broader])

    def _place(self, iri: str, found: Found) -> None:
        if found.position is None:
            row = self._connection.execute(
                "UPDATE place SET latitude = NULL WHERE iri = ? AND latitude IS NOT NULL RETURNING id", (iri,)
            ).fetchone()
            if row:
                self._connection.execute("DELETE FROM place_box WHERE id = ?", row)
            return
        number = self._place_number(iri)
        latitude, longitude, coarse = found.position
        self._connection.execute(
            "UPDATE place SET latitude = ?, longitude = ?, coarse = ? WHERE id = ?",
            (latitude, longitude, coarse, number),
        )
        self._connection.execute(
            "INSERT OR REPLACE INTO place_box VALUES (?, ?, ?, ?, ?)",
            (number, longitude, longitude, latitude, latitude),
        )

    def _place_number(self, iri: str) -> int:
        known = self._places.get(iri)
        if known is None:
            self._connection.execute("INSERT OR IGNORE INTO place (iri) VALUES (?)", (iri,))
            known = int(self._connection.execute("SELECT id FROM place WHERE iri = ?", (iri,)).fetchone()[0])
            self._places[iri] = known
        return known

    def _set_number(self, key: tuple[str, str, str]) -> int:
        known = self._sets.get(key)
        if known is None:
            self._connection.execute("INSERT OR IGNORE INTO facet (kind, facet, value) VALUES (?, ?, ?)", key)
            query = "SELECT id FROM facet WHERE kind = ? AND facet = ? AND value = ?"
            known = self._sets[key] = int(self._connection.execute(query, key).fetchone()[0])
        return known

    def _entries(self, iri: str) -> dict[str, _Kept]:
        """Return kind -> what the index has for `iri`."""
        rows = self._connection.execute("SELECT kind, bit, sets, places FROM listed WHERE iri = ?", (iri,))
        return {kind: _Kept(bit, _numbers(sets), _numbers(places)) for kind, bit, sets, places in rows}

    def _list(self, kind: str, iri: str, entry: Entry, order: str, before: _Kept | None) -> None:
        kept = before or _Kept(self._free_bit(kind))
        sets = {self._set_number((kind, name, value)) for name, value in memberships(entry)}
        places = {self._place_number(place) for place in entry.places}
        self._flip(kind, kept, sets, places)
        self._connection.execute(
            "INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (kind, kept.bit, iri, entry.grade, entry.age, order, str(sorted(sets)), str(sorted(places))),
        )

    def _remove(self, kind: str, iri: str, before: _Kept) -> None:
        self._flip(kind, before, set(), set())
        self._connection.execute("DELETE FROM listed WHERE kind = ? AND iri = ?", (kind, iri))

    def _flip(self, kind: str, kept: _Kept, sets: set[int], places: set[int]) -> None:
        """Note in which sets and at which places a thing is from now on."""
        for number in kept.sets ^ sets:
            self._flips[number].append(kept.bit)
        gone, come = (
            [(kind, place, kept.bit) for place in found] for found in (kept.places - places, places - kept.places)
        )
        self._connection.executemany("DELETE FROM located WHERE kind = ? AND place = ? AND bit = ?", gone)
        self._connection.executemany("INSERT INTO located VALUES (?, ?, ?)", come)

    def _free_bit(self, kind: str) -> int:
        """Return a number that no thing of this kind has: after all others."""
        if kind not in self._next_bit:
            row = self._connection.execute("SELECT max(bit) FROM listed WHERE kind = ?", (kind,)).fetchone()
            self._next_bit[kind] = 0 if row[0] is None else row[0] + 1
        self._next_bit[kind] += 1
        return self._next_bit[kind] - 1


def _numbers(text: str) -> frozenset[int]:
    return frozenset(json.loads(text))
