"""A drawn map: land and points of Europe in one flat plane; a page shows where things are without any script."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import cos, radians, sin, sqrt
from pathlib import Path
from typing import Final

EARTH: Final = 6371.0
"""Mean radius in kilometres."""
UNIT: Final = 5.0
"""Kilometres of one unit of the drawing."""
CENTRE: Final = (radians(52.0), radians(10.0))
FRAME: Final = (-420, -440, 860, 860)
"""Left, top, width and height of Europe in the drawing, without the far islands."""
SMALLEST: Final = 2
"""Units across; smaller islands are left out."""
Point = tuple[int, int]


def placed(latitude: float, longitude: float) -> Point:
    """Return where a point stands in the drawing, in units to the right of and below the centre.

    Source: Snyder, Map Projections (USGS, 1987), equation 24-2; centred as Europe's own grid is (EPSG:3035).

    >>> placed(52, 10), placed(56.95, 24.11)
    ((0, 0), (170, -127))
    """
    phi, turn = radians(latitude), radians(longitude) - CENTRE[1]
    scale = sqrt(2 / (1 + sin(CENTRE[0]) * sin(phi) + cos(CENTRE[0]) * cos(phi) * cos(turn))) * EARTH / UNIT
    right = scale * cos(phi) * sin(turn)
    up = scale * (cos(CENTRE[0]) * sin(phi) - sin(CENTRE[0]) * cos(phi) * cos(turn))
    return round(right), round(-up)


@dataclass(frozen=True)
class Outline:
    """The land that the build has drawn from public-domain borders; without it, points stand on plain paper."""

    file: Path

    @cached_property
    def land(self) -> str:
        """All countries as one SVG path; empty where nothing was built."""
        if not self.file.is_file():
            return ""
        shapes = json.loads(self.file.read_text(encoding="utf-8"))["features"]
        rings = (ring for shape in shapes for polygon in shape["geometry"]["coordinates"] for ring in polygon)
        return "".join(_path(ring) for ring in rings)


def frame_around(points: Iterable[Point], least: int = 120) -> tuple[int, int, int, int]:
    """Return a square frame around `points`, at least `least` units wide, that does not leave Europe."""
    found = list(points)
    if not found:
        return FRAME
    left, right = min(x for x, _ in found), max(x for x, _ in found)
    top, bottom = min(y for _, y in found), max(y for _, y in found)
    side = min(max(least, round(max(right - left, bottom - top) * 1.4)), FRAME[2])
    return (left + right - side) // 2, (top + bottom - side) // 2, side, side


def _path(ring: Sequence[Sequence[float]]) -> str:
    """Return a ring as a path of whole, relative steps; empty for one too small to be seen."""
    points: list[Point] = []
    for longitude, latitude in ring:
        point = placed(latitude, longitude)
        if not points or points[-1] != point:
            points.append(point)
    if max(x for x, _ in points) - min(x for x, _ in points) < SMALLEST:
        return ""
    steps = (f"{x - a:d},{y - b:d}" for (a, b), (x, y) in pairwise(points))
    return f"M{points[0][0]},{points[0][1]}l{' '.join(steps)}z"
