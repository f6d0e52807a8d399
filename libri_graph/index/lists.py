"""A part of a list, and what the facets count beside it."""

from __future__ import annotations

import base64
import binascii
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any, Final

from libri_graph.errors import FilterInvalid
from libri_graph.index import bits, globe
from libri_graph.index.facets import YEAR
from libri_graph.index.filters import NEAR, Filters, short
from libri_graph.index.sets import Sets
from libri_graph.index.snapshot import Snapshot
from libri_graph.model.listing import Box, ListPage

Key = tuple[float | str, ...]

NEAREST: Final = "near"
GIVEN: Final = "given"
ORDERS: Final[dict[str, tuple[str, ...]]] = {
    "best": ("grade", "age", "name", "iri"),
    "newest": ("age", "name", "iri"),
    "name": ("name", "iri"),
}
"""Sort -> columns, ascending: the best evidence first, then the latest year, then the name."""
SORTS: Final = (*ORDERS, NEAREST)
MOST: Final = 500
"""Things on one page."""
FEW: Final = 500
"""Things that are fetched and sorted, rather than found by walking along the order."""
WALKED: Final = 20
"""Walking takes longer than fetching and sorting where the square of what fits is less than so many times the list:
the fewer fit, the farther one walks from one to the next."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for."""

    sort: str | None = None
    """One of `SORTS`; by distance where the list is near something, else the best first."""
    limit: int = 24
    offset: int = 0
    """How many are passed over, after the cursor."""
    cursor: str | None = None
    """What the part before gave as `next`."""


def page(snapshot: Snapshot, filters: Filters, part: Part, among: Sequence[str] | None) -> ListPage:
    """Return the part of the list that `filters` leave, and the facets of the list.

    `among` restricts it to some things, such as those that a search found, and keeps their order unless `part.sort`
    says otherwise. Raises `FilterInvalid` for a value that nobody knows, and a sort or cursor that is none.
    """
    if not 0 <= part.limit <= MOST or part.offset < 0:
        raise FilterInvalid(f"a part of a list has 0 to {MOST} things, and begins at 0 or after")
    sets = snapshot.sets(filters.kind)
    distances = near(snapshot, filters)
    ranks = None if among is None else _ranks(snapshot.connection, filters.kind, among)
    chosen = sets.everyone if distances is None else bits.packed(distances)
    fits, counts = sets.counted(filters, chosen if ranks is None else chosen & bits.packed(ranks))
    sort = _sort(part.sort, distances is not None, ranks is not None)
    after = _opened(part.cursor, sort)
    rows = ordered(snapshot.connection, sets, fits, sort, distances or ranks or {}, after)
    found = [
        row for number, row in zip(range(part.offset + part.limit + 1), rows, strict=False) if number >= part.offset
    ]
    shown = found[: part.limit]
    values = {value for name, facet in counts.items() if name != YEAR for value in facet}
    values.update(iri for iris in filters.chosen.values() for iri in iris)
    cards, named = snapshot.cards(iri for _, iri, _ in shown), snapshot.names(values)
    _demand_known(filters, sets, named)
    return ListPage(
        cards,
        fits.bit_count(),
        sets.shown(filters, counts, named),
        _sealed(sort, shown[-1][0]) if len(found) > part.limit > 0 else None,
        {iri: distances[bit] for _, iri, bit in shown} if distances is not None else {},
        snapshot.generation,
    )


def near(snapshot: Snapshot, filters: Filters) -> dict[int, float] | None:
    """Return who is near enough, and how far in kilometres; `None` where that is not asked. At most two statements."""
    if filters.near is None:
        return None
    point = filters.near if isinstance(filters.near, tuple) else position_of(snapshot.connection, filters.near)
    if point is None:
        raise FilterInvalid(f"no position is known of {NEAR}={filters.near}")
    return within(snapshot.connection, filters.kind, point, filters.within)


def within(
    connection: sqlite3.Connection, kind: str, point: tuple[float, float], kilometres: float
) -> dict[int, float]:
    """Return who of `kind` is within so many kilometres of `point`, and how far. One statement."""
    found: dict[int, float] = {}
    known: dict[tuple[float, float], float] = {}
    for bit, latitude, longitude in located(connection, kind, globe.around(point, kilometres), "bit"):
        there = (latitude, longitude)
        if there not in known:
            known[there] = globe.distance(point, there)
        if known[there] <= kilometres and known[there] < found.get(bit, kilometres + 1):
            found[bit] = known[there]
    return found


def located(connection: sqlite3.Connection, kind: str, box: Box, columns: str) -> Iterable[Sequence[Any]]:
    """Return `columns`, latitude and longitude of all positions of `kind` in `box`. One statement."""
    boxes = list(globe.plain_boxes(box))
    inside = " OR ".join("(west <= ? AND east >= ? AND south <= ? AND north >= ?)" for _ in boxes)
    values = [edge for part in boxes for edge in (part.east, part.west, part.north, part.south)]
    query = (
        f"SELECT {columns}, latitude, longitude "  # noqa: S608  # our own words
        "FROM place JOIN located ON located.kind = ? AND located.place = place.id "
        f"WHERE place.id IN (SELECT id FROM place_box WHERE {inside}) ORDER BY place.id, bit"
    )
    return connection.execute(query, (kind, *values))


def position_of(connection: sqlite3.Connection, iri: str) -> tuple[float, float] | None:
    """Return latitude and longitude of a place. One statement."""
    row = connection.execute(
        "SELECT latitude, longitude FROM place WHERE iri = ? AND latitude IS NOT NULL", (iri,)
    ).fetchone()
    return (float(row[0]), float(row[1])) if row else None


def positions_of(connection: sqlite3.Connection, iris: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return latitude and longitude of those of `iris` whose position is known. One statement."""
    rows = connection.execute(
        "SELECT iri, latitude, longitude FROM place "
        "WHERE iri IN (SELECT value FROM json_each(?)) AND latitude IS NOT NULL",
        (json.dumps(sorted(set(iris))),),
    )
    return {iri: (float(latitude), float(longitude)) for iri, latitude, longitude in rows}


def spots_of(
    connection: sqlite3.Connection, kind: str, iris: Iterable[str]
) -> dict[str, tuple[tuple[float, float], ...]]:
    """Return the positions of members of a list, by IRI, each once, in a fixed order. One statement."""
    rows = connection.execute(
        "SELECT DISTINCT listed.iri, latitude, longitude FROM listed "
        "JOIN located ON located.kind = listed.kind AND located.bit = listed.bit "
        "JOIN place ON place.id = located.place AND latitude IS NOT NULL "
        "WHERE listed.kind = ? AND listed.iri IN (SELECT value FROM json_each(?)) ORDER BY 1, 2, 3",
        (kind, json.dumps(sorted(set(iris)))),
    )
    found: dict[str, tuple[tuple[float, float], ...]] = {}
    for iri, latitude, longitude in rows:
        found[iri] = (*found.get(iri, ()), (float(latitude), float(longitude)))
    return found


def bits_of(connection: sqlite3.Connection, kind: str, iris: Sequence[str]) -> dict[str, int]:
    """Return IRI -> bit, for those of `iris` that are of `kind`. One statement."""
    rows = connection.execute(
        "SELECT iri, bit FROM listed WHERE kind = ? AND iri IN (SELECT value FROM json_each(?))",
        (kind, json.dumps(list(iris))),
    )
    return dict(rows.fetchall())


def _ranks(connection: sqlite3.Connection, kind: str, iris: Sequence[str]) -> dict[int, float]:
    known = bits_of(connection, kind, iris)
    return {known[iri]: float(rank) for rank, iri in enumerate(dict.fromkeys(iris)) if iri in known}


def _sort(asked: str | None, near: bool, given: bool) -> str:
    if asked is None:
        return GIVEN if given else NEAREST if near else "best"
    if asked not in SORTS or (asked == NEAREST and not near):
        raise FilterInvalid(f"sort must be one of {', '.join(SORTS if near else tuple(ORDERS))}, not {asked!r}")
    return asked


def ordered(
    connection: sqlite3.Connection, sets: Sets, fits: int, sort: str, measured: Mapping[int, float], after: Key | None
) -> Iterator[tuple[Key, str, int]]:
    """Yield key, IRI and bit of those in `fits` behind `after`, in order. One statement."""
    if sort not in ORDERS:
        rows = [
            ((measured[int(bit)], str(iri)), str(iri), int(bit))
            for bit, iri in picked(connection, sets.kind, fits, "iri")
        ]
    elif fits.bit_count() <= max(FEW, isqrt(WALKED * sets.everyone.bit_count())):
        columns = ORDERS[sort]
        found = picked(connection, sets.kind, fits, ", ".join(columns))
        rows = [(tuple(key), str(key[-1]), int(bit)) for bit, *key in found]
    else:
        return _walked(connection, sets.kind, bits.blob(fits), sort, after)
    return (row for row in sorted(rows) if after is None or row[0] > after)


def picked(connection: sqlite3.Connection, kind: str, fits: int, columns: str) -> Iterable[Sequence[Any]]:
    """Return bit and `columns` of the members of `fits`, in no order. One statement."""
    query = f"SELECT bit, {columns} FROM listed WHERE kind = ? AND bit IN (SELECT value FROM json_each(?))"  # noqa: S608  # our own columns
    return connection.execute(query, (kind, json.dumps(list(bits.members(fits)))))


def _walked(
    connection: sqlite3.Connection, kind: str, fits: bytes, sort: str, after: Key | None
) -> Iterator[tuple[Key, str, int]]:
    columns = ", ".join(ORDERS[sort])
    behind = f"AND ({columns}) > ({', '.join('?' * len(after))})" if after else ""
    query = f"SELECT bit, {columns} FROM listed WHERE kind = ? {behind} ORDER BY {columns}"  # noqa: S608  # our own columns
    for bit, *key in connection.execute(query, (kind, *(after or ()))):
        if bits.test(fits, bit):
            yield tuple(key), key[-1], bit


def _demand_known(filters: Filters, sets: Sets, named: Mapping[str, object]) -> None:
    for name, iris in filters.chosen.items():
        for iri in iris:
            if iri not in named and iri not in sets.facets[name]:
                raise FilterInvalid(f"{name} has no value {short(filters.kind, name, iri)!r}")


def _sealed(sort: str, key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([sort, *key], ensure_ascii=False).encode()).decode().rstrip("=")


def _opened(cursor: str | None, sort: str) -> Key | None:
    if not cursor:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        found = None
    kinds = [str if column in ("name", "iri") else int | float for column in ORDERS.get(sort, ("measure", "iri"))]
    if isinstance(found, list) and found[:1] == [sort] and len(found) == len(kinds) + 1:
        key = tuple(found[1:])
        if all(isinstance(value, kind) for value, kind in zip(key, kinds, strict=True)):
            return key
    raise FilterInvalid("cursor must be what the part of the list before gave as next, with the same sort")
