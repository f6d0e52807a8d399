"""Fill the tables of an index that is new: thing by thing, each once, nothing looked up that was just written."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import defaultdict
from typing import Final

from libri_graph.index import bits
from libri_graph.index.gather import Entry, Found, View
from libri_graph.index.said import Said

AT_ONCE: Final = 2000
"""Rows of one table that are written together."""
INSERTS: Final = {
    "name": "INSERT INTO name VALUES (?, ?)",
    "broader": "INSERT INTO broader VALUES (?, ?)",
    "card": "INSERT INTO card VALUES (?, ?)",
    "listed": "INSERT INTO listed VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "located": "INSERT INTO located VALUES (?, ?, ?)",
    "place": "INSERT INTO place VALUES (?, ?, ?, ?, ?)",
    "place_box": "INSERT INTO place_box VALUES (?, ?, ?, ?, ?)",
    "facet": "INSERT INTO facet VALUES (?, ?, ?, ?, ?)",
}
ALL: Final = ""
"""Facet whose sets are about the list itself."""
MEMBERS: Final = "all"
PLACED: Final = "placed"
encoded: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
labelled: Final = json.JSONEncoder(ensure_ascii=False).encode


class Filling:
    """The rows of an index that is being made. Memory grows with its places and memberships, some bytes for each."""

    def __init__(self, connection: sqlite3.Connection, view: View) -> None:
        self._connection = connection
        self._view = view
        self._rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in INSERTS}
        self._next_bit: dict[str, int] = defaultdict(int)
        self._sets: dict[tuple[str, str, str], tuple[int, array[int]]] = {}
        """Kind, facet and value -> number of the set, and its members."""
        self._places: dict[str, int] = {}
        self._positions: dict[int, tuple[float, float, bool]] = {}

    def add(self, iri: str, said: Said) -> None:
        """Take in a thing that was not taken in before."""
        found = self._view.found(iri, said)
        if found.names:
            self._write("name", (iri, labels(found)))
        for above in found.broader:
            self._write("broader", (iri, above))
        if found.position is not None:
            self._positions[self._place(iri)] = found.position
        for kind, entry in found.entries.items():
            self._list(kind, iri, entry, found.order)
        if found.card is not None:
            self._write("card", (iri, encoded(found.card)))

    def finish(self) -> None:
        """Write what is left, the sets and the places."""
        for iri, number in self._places.items():
            position = self._positions.get(number)
            self._write("place", (number, iri, *(position or (None, None, None))))
            if position is not None:
                latitude, longitude, _ = position
                self._write("place_box", (number, longitude, longitude, latitude, latitude))
        for (kind, facet, value), (number, members) in self._sets.items():
            self._write("facet", (number, kind, facet, value, bits.blob(bits.packed(members))))
        for table in INSERTS:
            self._flush(table)

    def _list(self, kind: str, iri: str, entry: Entry, order: str) -> None:
        bit = self._next_bit[kind]
        self._next_bit[kind] += 1
        sets = sorted(self._join(kind, name, value, bit) for name, value in memberships(entry))
        places = sorted(self._place(place) for place in entry.places)
        self._write("listed", (kind, bit, iri, entry.grade, entry.age, order, str(sets), str(places)))
        for place in places:
            self._write("located", (kind, place, bit))

    def _join(self, kind: str, name: str, value: str, bit: int) -> int:
        key = (kind, name, value)
        if key not in self._sets:
            self._sets[key] = (len(self._sets) + 1, array("I"))
        number, members = self._sets[key]
        members.append(bit)
        return number

    def _place(self, iri: str) -> int:
        return self._places.setdefault(iri, len(self._places) + 1)

    def _write(self, table: str, row: tuple[object, ...]) -> None:
        self._rows[table].append(row)
        if len(self._rows[table]) >= AT_ONCE:
            self._flush(table)

    def _flush(self, table: str) -> None:
        self._connection.executemany(INSERTS[table], self._rows[table])
        self._rows[table].clear()


def memberships(entry: Entry) -> set[tuple[str, str]]:
    """Return facet and value of the sets that a thing is in."""
    found = {(name, value) for name, values in entry.values.items() for value in values}
    return found | {(ALL, MEMBERS)} | ({(ALL, PLACED)} if entry.placed else set())


def labels(found: Found) -> str:
    """Return the names of a thing as they are stored."""
    return labelled([[text.text, text.language] for text in found.names])
