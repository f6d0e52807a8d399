"""Compare an index with what its generation says, however its numbers were given out."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from libri_graph.errors import IndexMissing
from libri_graph.index import bits, tables, writing
from libri_graph.index.gather import View
from libri_graph.index.tables import State

Rows = dict[str, set[tuple[object, ...]]]
AS_THEY_ARE: Final = {
    "name": "SELECT iri, labels FROM name",
    "broader": "SELECT narrower, broader FROM broader",
    "card": "SELECT iri, body FROM card",
    "listed": "SELECT kind, iri, grade, age, name FROM listed",
    "place": "SELECT iri, latitude, longitude, coarse FROM place WHERE latitude IS NOT NULL",
    "place_box": "SELECT iri, round(west, 3), round(north, 3) FROM place JOIN place_box USING (id)",
    "located": (
        "SELECT kind, listed.iri, place.iri "
        "FROM located JOIN listed USING (kind, bit) JOIN place ON place.id = located.place"
    ),
}
"""Table -> what is in it, without numbers that only this file gives."""


def differences(data_dir: Path, view_of: Callable[[State], View]) -> list[str]:
    """Return the tables of the index that do not hold what they would if it were made anew from the view of its state.

    Takes as long as making it anew, in memory. Others may go on writing. Raises `IndexMissing`.
    """
    path = tables.current_path(data_dir)
    if path is None:
        raise IndexMissing("the index of lists is not made yet")
    try:
        kept = tables.connect(path)
        with contextlib.closing(kept), contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
            kept.execute("BEGIN")
            state = tables.read_state(kept)
            if state is None or state.edition != tables.EDITION:
                raise IndexMissing("the index of lists is of another edition")
            if kept.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise IndexMissing(f"{path} is damaged")
            writing.fill(fresh, view_of(state), state)
            found, wanted = contents(kept), contents(fresh)
            return sorted(name for name in wanted if found[name] != wanted[name])
    except sqlite3.Error as fault:
        raise IndexMissing(f"{path} cannot be read ({fault})") from fault


def contents(connection: sqlite3.Connection) -> Rows:
    """Return everything in an index. Raises `sqlite3.DatabaseError`."""
    found = {name: set(connection.execute(query).fetchall()) for name, query in AS_THEY_ARE.items()}
    return found | {"facet": set(_sets(connection))}


def _sets(connection: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    """Yield each set that has members; first those who are, as they say themselves, in sets that do not hold them."""
    listed: dict[tuple[str, int], str] = {}
    says: dict[int, set[int]] = defaultdict(set)
    for kind, bit, iri, sets in connection.execute("SELECT kind, bit, iri, sets FROM listed"):
        listed[kind, bit] = iri
        for number in json.loads(sets):
            says[number].add(bit)
    for number, kind, name, value, blob in connection.execute("SELECT id, kind, facet, value, members FROM facet"):
        members = set(bits.members(bits.from_blob(blob)))
        if members != says[number]:
            yield "unlike what is listed", kind, name, value
        if members:
            yield kind, name, value, tuple(sorted(listed.get((kind, bit), f"nothing at {bit}") for bit in members))
