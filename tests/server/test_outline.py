"""The drawn map puts things where they are."""

from __future__ import annotations

import json
import re
from math import hypot
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from server.outline import FRAME, UNIT, Outline, frame_around, placed

LATITUDES, LONGITUDES = st.floats(34, 71), st.floats(-25, 40)


@given(LATITUDES, LONGITUDES)
def test_north_is_up_and_east_is_right(latitude: float, longitude: float) -> None:
    assert placed(latitude + 1, longitude)[1] < placed(latitude, longitude)[1]
    assert placed(latitude, longitude + 1)[0] > placed(latitude, longitude)[0]


def test_distances_near_the_middle_are_true() -> None:
    munich, vienna = placed(48.137, 11.575), placed(48.208, 16.373)
    assert abs(hypot(munich[0] - vienna[0], munich[1] - vienna[1]) * UNIT - 355) < 10


def test_land_is_one_path_of_whole_steps_and_leaves_out_specks(tmp_path: Path) -> None:
    country = [[[0, 45], [10, 45], [10, 50], [0, 50], [0, 45]]]
    speck = [[[5, 40], [5.01, 40], [5.01, 40.01], [5, 40.01], [5, 40]]]
    file = tmp_path / "europe.json"
    shape = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [country, speck]}}
    file.write_text(json.dumps({"features": [shape]}))
    assert re.fullmatch(r"M-?\d+,-?\d+l(-?\d+,-?\d+ ?){4}z", Outline(file).land)


def test_without_a_build_there_is_no_land_and_no_fault(tmp_path: Path) -> None:
    assert Outline(tmp_path / "nothing.json").land == ""


@given(st.lists(st.tuples(LATITUDES, LONGITUDES), max_size=5))
def test_a_frame_holds_its_points(places: list[tuple[float, float]]) -> None:
    points = [placed(*place) for place in places]
    left, top, width, height = frame_around(points)
    assert width == height
    inside = all(left <= x <= left + width and top <= y <= top + height for x, y in points)
    assert inside or width == FRAME[2]
