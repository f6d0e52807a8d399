"""Read the side index, pinned to the one generation that it is of."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from libri_graph.errors import IndexMissing
from libri_graph.index import lists, maps, related, tables
from libri_graph.index.filters import Filters
from libri_graph.index.sets import Sets
from libri_graph.index.snapshot import Snapshot
from libri_graph.model.listing import Box, ListPage, Matrix, Named, Pins, PreparedCard, Related

TRIES: Final = 5
"""The file may be exchanged between finding and opening it, but not again and again."""
MOST_IDLE: Final = 8
"""Connections kept open for the next reader."""


@dataclass(frozen=True, slots=True)
class _File:
    """An open file of the index."""

    path: Path
    connection: sqlite3.Connection


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept ready while the index does not change."""

    path: Path
    generation: int
    sets: dict[str, Sets] = field(default_factory=dict)
    names: dict[str, Named] = field(default_factory=dict)
    places: dict[tuple[str, int], tuple[Named, ...]] = field(default_factory=dict)
    cards: dict[str, PreparedCard] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)


class Index:
    """The side index of one data directory, for reading by any number of threads."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._lock = threading.Lock()
        self._idle: list[_File] = []
        self._kept: Kept | None = None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Reading]:
        """Give the index as it is now for the length of the block, whatever is written meanwhile.

        Raises `IndexMissing` where there is none of this edition.
        """
        file = self._file()
        try:
            file.connection.execute("BEGIN")
            state = tables.read_state(file.connection)
            if state is None or state.edition != tables.EDITION:
                raise IndexMissing("the index of lists is of another edition and is being made anew")
            kept = self._kept_for(file.path, state.generation)
            yield Reading(file.connection, state, kept)
        except sqlite3.DatabaseError as fault:
            file.connection.close()
            raise IndexMissing(f"the index of lists cannot be read ({fault}); run: libri rebuild") from fault
        except BaseException:
            self._give_back(file)
            raise
        self._give_back(file)

    def close(self) -> None:
        """Close what is open; readers that are at work keep what they have."""
        with self._lock:
            idle, self._idle = self._idle, []
        for file in idle:
            file.connection.close()

    def _file(self) -> _File:
        for _ in range(TRIES):
            path = tables.current_path(self._data_dir)
            if path is None:
                break
            with self._lock:
                stale = [file for file in self._idle if file.path != path]
                self._idle = [file for file in self._idle if file.path == path]
                found = self._idle.pop() if self._idle else None
            for file in stale:
                file.connection.close()
            if found is not None:
                return found
            try:
                connection = tables.connect(path)
                connection.execute("PRAGMA query_only=1")
                return _File(path, connection)
            except sqlite3.OperationalError:
                continue
            except sqlite3.DatabaseError as fault:
                raise IndexMissing(f"{path} is damaged ({fault}); run: libri rebuild") from fault
        raise IndexMissing("the index of lists is not made yet; run: libri rebuild")

    def _give_back(self, file: _File) -> None:
        if file.connection.in_transaction:
            file.connection.execute("ROLLBACK")
        with self._lock:
            if len(self._idle) < MOST_IDLE:
                self._idle.append(file)
                return
        file.connection.close()

    def _kept_for(self, path: Path, generation: int) -> Kept:
        """Return what was read of this state before; nothing of another state is kept."""
        kept = self._kept
        if kept is None or (kept.path, kept.generation) != (path, generation):
            kept = self._kept = Kept(path, generation)
        return kept


class Reading(Snapshot):
    """The index at one moment. A call makes a fixed number of statements, whatever the size of the graph."""

    def __init__(self, connection: sqlite3.Connection, state: tables.State, kept: Kept) -> None:
        super().__init__(connection, state, self._sets_of, kept.names, kept.cards)
        self._kept = kept
        self.made = kept.made
        """What readers made of this state, by a name of their own; it is forgotten with the state."""

    def list(
        self,
        filters: Filters,
        *,
        sort: str | None = None,
        limit: int = 24,
        offset: int = 0,
        cursor: str | None = None,
        among: Sequence[str] | None = None,
    ) -> ListPage:
        """Return a part of the list that `filters` leave, and its facets; see `lists.page`. At most 9 statements."""
        return lists.page(self, filters, lists.Part(sort, limit, offset, cursor), among)

    def pins(self, filters: Filters, *, box: Box | None = None, zoom: int | None = None, things: int = 8) -> Pins:
        """Return what the map shows of a list: each place in `box`, or with `zoom` clusters. At most 5 statements."""
        return maps.pins(self, filters, box, zoom, things)

    def similar(self, iri: str, limit: int = 6) -> tuple[Related, ...]:
        """Return things of the same kind that share most with `iri`, what is rare counting more."""
        return related.similar(self, iri, limit)

    def near(self, iri: str, limit: int = 6) -> tuple[Related, ...]:
        """Return the nearest initiatives with a service or need of `iri`, by distance where it has a position."""
        return related.near(self, iri, limit)

    def contacts(self, iri: str, limit: int = 12) -> tuple[Related, ...]:
        """Return the organisations to ask about `iri`: who runs it, or what it rests on."""
        return related.contacts(self, iri, limit)

    def position(self, place: str) -> tuple[float, float] | None:
        """Return latitude and longitude of a place, where they are known. One statement."""
        return lists.position_of(self.connection, place)

    def positions(self, places: Iterable[str]) -> dict[str, tuple[float, float]]:
        """Return latitude and longitude of those of `places` whose position is known. One statement."""
        return lists.positions_of(self.connection, places)

    def spots(self, kind: str, iris: Iterable[str]) -> dict[str, tuple[tuple[float, float], ...]]:
        """Return where things of a list are, by IRI; each position once. One statement."""
        return lists.spots_of(self.connection, kind, iris)

    def matrix(self) -> Matrix:
        """Return how many initiatives of each country meet each need."""
        return related.matrix(self)

    def places(self, kind: str, most: int = 300) -> tuple[Named, ...]:
        """Return the places where most things of `kind` are, the fullest first. At most two statements.

        Kept ready while the index does not change, since every form of a list offers them.
        """
        found = self._kept.places.get((kind, most))
        if found is None:
            rows = self.connection.execute(
                "SELECT iri FROM located JOIN place ON place.id = located.place "
                "WHERE kind = ? AND latitude IS NOT NULL GROUP BY place.id ORDER BY count(*) DESC, iri LIMIT ?",
                (kind, most),
            )
            iris = [iri for (iri,) in rows]
            named = self.names(iris)
            found = self._kept.places[kind, most] = tuple(named.get(iri, Named(iri)) for iri in iris)
        return found

    def _sets_of(self, kind: str) -> Sets:
        found = self._kept.sets.get(kind)
        if found is None:
            found = self._kept.sets[kind] = Sets.read(self.connection, kind)
        return found
