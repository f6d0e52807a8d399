"""The drawn vocabulary fits its frame, in both directions of reading, and no line is ambiguous."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from libri_graph.catalogue.vocabulary import Vocabulary, read_vocabulary
from libri_graph.languages import TAGS, fallback_chain
from libri_graph.store.embedded import EmbeddedStore
from server.model_map import COLUMNS, Drawing, draw

NUMBER = re.compile(r"-?\d+")


@pytest.fixture(scope="module", params=TAGS)
def vocabulary(request: pytest.FixtureRequest, store: EmbeddedStore) -> Vocabulary:
    return read_vocabulary(store, fallback_chain(request.param))


@pytest.fixture(params=[False, True], ids=["from the left", "from the right"])
def drawing(request: pytest.FixtureRequest, vocabulary: Vocabulary) -> Drawing:
    return draw(vocabulary, mirrored=request.param)


def points(path: str) -> list[tuple[int, int]]:
    numbers = [int(number) for number in NUMBER.findall(path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_every_class_of_the_columns_has_a_box(drawing: Drawing) -> None:
    assert {box.href for box in drawing.boxes} == {f"#{name}" for column in COLUMNS for name in column}


def test_everything_stands_within_the_frame(drawing: Drawing) -> None:
    for box in drawing.boxes:
        assert box.left >= 0
        assert box.left + drawing.box_width <= drawing.width
        assert box.top >= 0
        assert box.top + box.height <= drawing.height
        feet = [foot for words in (box.title, *box.rows) for foot, _ in words.lines]
        assert all(box.top < foot < box.top + box.height for foot in feet)
    for x, y in (point for path in (*drawing.lines, *drawing.arrows) for point in points(path)):
        assert 0 <= x <= drawing.width
        assert 0 <= y <= drawing.height


def test_no_box_covers_another(drawing: Drawing) -> None:
    stands = sorted((box.left, box.top, box.top + box.height) for box in drawing.boxes)
    assert all(above[0] != below[0] or above[2] < below[1] for above, below in pairwise(stands))


def test_lines_run_level_or_upright_between_boxes(drawing: Drawing) -> None:
    assert len(drawing.lines) > 10
    inner = [(b.left, b.left + drawing.box_width, b.top, b.top + b.height) for b in drawing.boxes]
    for line in drawing.lines:
        for (x1, y1), (x2, y2) in pairwise(points(line)):
            assert x1 == x2 or y1 == y2
            for left, right, top, bottom in inner:
                across = max(min(x1, x2), left) < min(max(x1, x2), right) or (x1 == x2 and left < x1 < right)
                along = top < y1 < bottom if y1 == y2 else max(min(y1, y2), top) < min(max(y1, y2), bottom)
                assert not (across and along), line


def test_a_way_in_is_on_no_level_of_a_way_out(drawing: Drawing) -> None:
    ends = {points(line)[-1][1] for line in drawing.lines}
    starts = {points(line)[0][1] for line in drawing.lines}
    assert not ends & starts
