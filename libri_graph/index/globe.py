"""Distances and boxes on the globe."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from libri_graph.model.listing import Box

RADIUS_KM: Final = 6371.0088
"""Mean radius of the earth. Source: IUGG."""
TILE: Final = 256
CELL: Final = 64
"""Pixels of the map that one cluster stands for."""
MOST_LATITUDE: Final = 85.0511
"""Where the square web map ends."""


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the kilometres between two points, each latitude and longitude in degrees, along the great circle.

    >>> round(distance((56.946, 24.10589), (54.68916, 25.2798)))
    261
    """
    (latitude, longitude), (to_latitude, to_longitude) = one, other
    up, across = math.radians(to_latitude - latitude), math.radians(to_longitude - longitude)
    shrink = math.cos(math.radians(latitude)) * math.cos(math.radians(to_latitude))
    half = math.sin(up / 2) ** 2 + shrink * math.sin(across / 2) ** 2
    return 2 * RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def around(point: tuple[float, float], kilometres: float) -> Box:
    """Return a box that holds everything within so many kilometres of `point`."""
    latitude, longitude = point
    angle = kilometres / RADIUS_KM * 1.0001
    south, north = latitude - math.degrees(angle), latitude + math.degrees(angle)
    if south <= -90 or north >= 90 or angle >= math.pi / 2:  # a pole is inside
        return Box(-180.0, max(south, -90.0), 180.0, min(north, 90.0))
    across = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(latitude)))))
    return Box(_wrapped(longitude - across), south, _wrapped(longitude + across), north)


def plain_boxes(box: Box) -> Iterator[Box]:
    """Yield `box` in parts that do not cross the date line."""
    if box.west <= box.east:
        yield box
    else:
        yield Box(box.west, box.south, 180.0, box.north)
        yield Box(-180.0, box.south, box.east, box.north)


def cell(latitude: float, longitude: float, zoom: int) -> tuple[int, int]:
    """Return in which square of `CELL` pixels of the web map at `zoom` a point lies."""
    bounded = max(-MOST_LATITUDE, min(MOST_LATITUDE, latitude))
    size = TILE * 2.0**zoom / CELL
    y = (1 - math.asinh(math.tan(math.radians(bounded))) / math.pi) / 2
    return int((longitude + 180) / 360 * size), int(y * size)


def _wrapped(longitude: float) -> float:
    return (longitude + 180) % 360 - 180
