"""What the map shows of a list."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from libri_graph.errors import FilterInvalid
from libri_graph.index import bits, globe, lists
from libri_graph.index.filters import Filters
from libri_graph.index.snapshot import Snapshot
from libri_graph.model.listing import Box, Pin, Pins

WORLD: Final = Box(-180.0, -90.0, 180.0, 90.0)
MOST_ZOOM: Final = 20
Spot = tuple[int, float, float, bool]
"""Number of a place, latitude, longitude, coarse."""


def pins(snapshot: Snapshot, filters: Filters, box: Box | None, zoom: int | None, things: int) -> Pins:
    """Return one pin for each place in `box`, or with `zoom` one for all places that stand too close at that zoom.

    Ordered from south to north, by place. At most `things` things are named at each.
    """
    if zoom is not None and not 0 <= zoom <= MOST_ZOOM:
        raise FilterInvalid(f"zoom must be from 0 to {MOST_ZOOM}")
    sets = snapshot.sets(filters.kind)
    distances = lists.near(snapshot, filters)
    fits, _ = sets.counted(filters, sets.everyone if distances is None else bits.packed(distances))
    wanted = bits.blob(fits)
    there: dict[Spot, list[int]] = defaultdict(list)
    for number, bit, coarse, latitude, longitude in lists.located(
        snapshot.connection, filters.kind, box or WORLD, "place.id, bit, coarse"
    ):
        if bits.test(wanted, bit):
            there[number, latitude, longitude, bool(coarse)].append(bit)
    groups = _clusters(there, zoom) if zoom is not None else [[spot] for spot in there]
    found = [(spots, sorted({bit for spot in spots for bit in there[spot]})) for spots in groups]
    iris = _iris(snapshot, filters.kind, {bit for _, group in found for bit in group[:things]})
    places = _places(snapshot, {spot[0] for spot in there})
    shown = [
        Pin(
            *_middle(spots, there),
            len(group),
            tuple(sorted(places[spot[0]] for spot in spots)),
            tuple(iris[bit] for bit in group[:things]),
            all(spot[3] for spot in spots),
        )
        for spots, group in found
    ]
    shown.sort(key=lambda pin: (pin.latitude, pin.longitude, pin.places))
    return Pins(tuple(shown), fits.bit_count(), (fits & sets.placed).bit_count(), snapshot.generation)


def _clusters(there: dict[Spot, list[int]], zoom: int) -> list[list[Spot]]:
    cells: dict[tuple[int, int], list[Spot]] = defaultdict(list)
    for spot in there:
        cells[globe.cell(spot[1], spot[2], zoom)].append(spot)
    return list(cells.values())


def _middle(spots: list[Spot], there: dict[Spot, list[int]]) -> tuple[float, float]:
    """Return the middle of several places, each weighing what is there."""
    if len(spots) == 1:
        return spots[0][1], spots[0][2]
    weight = sum(len(there[spot]) for spot in spots)
    latitude = sum(spot[1] * len(there[spot]) for spot in spots) / weight
    longitude = sum(spot[2] * len(there[spot]) for spot in spots) / weight
    return round(latitude, 5), round(longitude, 5)


def _iris(snapshot: Snapshot, kind: str, numbers: set[int]) -> dict[int, str]:
    fits = bits.packed(numbers)
    return {bit: str(iri) for bit, iri in lists.picked(snapshot.connection, kind, fits, "iri")}


def _places(snapshot: Snapshot, numbers: set[int]) -> dict[int, str]:
    rows = snapshot.connection.execute(
        "SELECT id, iri FROM place WHERE id IN (SELECT value FROM json_each(?))", (str(sorted(numbers)),)
    )
    return dict(rows.fetchall())
