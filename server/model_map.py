"""A drawn map of the vocabulary: a box for each kind of record, a line from each field to what it names."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from libri_graph.catalogue.vocabulary import Relation, Term, Vocabulary
from libri_graph.model.reading import ReadText
from libri_graph.namespaces import LIBRI

COLUMNS: Final = (
    ("Practice", "Event", "Guide"),
    ("Initiative", "Claim"),
    ("Project", "Organisation", "Contradiction"),
    ("Strategy", "Place"),
)
"""Local names of classes in the order of reading: what is shown by what, done by whom, where."""
WIDTH: Final = 210
"""Of a box."""
LANE: Final = 14
"""Between two lines that run beside each other."""
PAD: Final = 12
LINE: Final = 20
"""Height of a line of text."""
GAP: Final = 24
"""Least between two boxes of a column."""
TURN: Final = 5
"""Radius of a bend."""
TITLE_LETTERS: Final = 22
ROW_LETTERS: Final = 27


@dataclass(frozen=True, slots=True)
class Words:
    """A text in lines that fit a box."""

    text: ReadText
    lines: tuple[tuple[int, str], ...]
    """Where the foot of each line stands, and the line."""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One class: its name, special kinds of it, and the fields that lead to other classes."""

    href: str
    left: int
    top: int
    height: int
    edge: int
    """Where its texts begin."""
    title: Words
    rows: tuple[Words, ...]
    rule: int
    """Where the line under the title runs."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the picture is made of, in its own units."""

    width: int
    height: int
    box_width: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    """SVG paths."""
    arrows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Edge:
    source: str
    target: str
    row: int
    """Height at which it leaves its box."""


def draw(vocabulary: Vocabulary, *, mirrored: bool = False) -> Drawing:
    """Return the picture; `mirrored` for readers who begin at the right.

    Lines to one class run together, so that crossing ones lead to different classes and merging ones to the same.
    """
    return _Plan(vocabulary, mirrored).drawing()


class _Plan:
    """Where everything stands, counted from the left and mirrored at the end."""

    def __init__(self, vocabulary: Vocabulary, mirrored: bool) -> None:
        self._mirrored = mirrored
        classes = {term.iri: term for term in vocabulary.classes}
        self._columns = [[iri for name in names if (iri := LIBRI + name) in classes] for names in COLUMNS]
        self._column = {iri: at for at, column in enumerate(self._columns) for iri in column}
        relations = [found for found in vocabulary.relations if self._is_drawn(found)]
        self._out: dict[str, list[Relation]] = defaultdict(list)
        for relation in relations:
            self._out[relation.source.iri].append(relation)
        self._below: dict[str, list[Term]] = defaultdict(list)
        for term in vocabulary.classes:
            for above in term.above:
                self._below[above].append(term)
        self._lanes = self._lanes_of(relations)
        self._left = self._lefts()
        self._width = self._left[-1]
        self._boxes: dict[str, Box] = {}
        self._edges: list[_Edge] = []
        self._channels: dict[tuple[int, str], int] = {}
        self._height = max(self._stand(at, column, classes) for at, column in enumerate(self._columns))

    def drawing(self) -> Drawing:
        targets = sorted({edge.target for edge in self._edges})
        return Drawing(
            self._width,
            self._height,
            WIDTH,
            tuple(self._boxes.values()),
            tuple(self._line(edge) for edge in self._edges),
            tuple(self._arrow(iri, back) for iri in targets for back in self._sides(iri)),
        )

    def _is_drawn(self, relation: Relation) -> bool:
        source, target = relation.source.iri, relation.target.iri
        return source in self._column and target in self._column and self._column[source] <= self._column[target]

    def _lanes_of(self, relations: Sequence[Relation]) -> list[dict[str, int]]:
        """Return, for the gap after each column, the targets whose lines turn there, and which lane each has."""
        found: list[dict[str, int]] = [{} for _ in self._columns]
        for relation in relations:
            start, end = self._column[relation.source.iri], self._column[relation.target.iri]
            for gap in range(start, max(end, start + 1)):
                found[gap].setdefault(relation.target.iri, len(found[gap]))
        return found

    def _lefts(self) -> list[int]:
        """Return where each column begins, and where the picture ends."""
        lefts = [1]
        for lanes in self._lanes:
            lefts.append(lefts[-1] + WIDTH + LANE * (len(lanes) + 1) if lanes else lefts[-1] + WIDTH + 1)
        return lefts

    def _stand(self, at: int, column: Sequence[str], classes: Mapping[str, Term]) -> int:
        """Put the boxes of a column under each other, lines that pass by below the first; return where it ends."""
        top = 1
        passing = self._passing(at)
        for place, iri in enumerate(column):
            if place == 1:
                for lane, target in enumerate(passing):
                    self._channels[at, target] = top + LINE * lane - LINE // 2 - 2
                top += LINE * len(passing)
            self._boxes[iri] = box = self._box(classes[iri], self._left[at], top)
            top = _snapped(top + box.height + GAP)
        return max(self._boxes[iri].top + self._boxes[iri].height for iri in column) + 1

    def _passing(self, at: int) -> list[str]:
        """Return the targets beyond a column whose lines pass it: those that turn in the gaps on both sides."""
        if at == 0:
            return []
        before, after = self._lanes[at - 1], self._lanes[at]
        return [target for target in before if target in after and self._column[target] > at]

    def _box(self, term: Term, left: int, top: int) -> Box:
        foot = count(top + PAD + LINE - 5, LINE)
        title = Words(term.label, tuple(zip(foot, textwrap.wrap(term.label.text, TITLE_LETTERS), strict=False)))
        rule = title.lines[-1][0] + PAD
        rows: list[Words] = []
        base = rule + LINE
        for special in self._below[term.iri]:
            rows.append(words := _row(special.label, base, f"#{special.iri.removeprefix(LIBRI)}"))
            base = words.lines[-1][0] + LINE
        for relation in self._out[term.iri]:
            rows.append(words := _row(relation.label, base, ""))
            self._edges.append(_Edge(term.iri, relation.target.iri, words.lines[0][0] - 5))
            base = words.lines[-1][0] + LINE
        bottom = (base - LINE if rows else rule - PAD) + PAD
        edge = self._width - left - PAD if self._mirrored else left + PAD
        stands = self._width - left - WIDTH if self._mirrored else left
        return Box(f"#{term.iri.removeprefix(LIBRI)}", stands, top, bottom - top, edge, title, tuple(rows), rule)

    def _port(self, iri: str) -> int:
        """Return the height at which lines enter a box."""
        return self._boxes[iri].top + PAD + LINE // 2

    def _lane(self, gap: int, target: str) -> int:
        return self._left[gap] + WIDTH + LANE * (self._lanes[gap][target] + 1)

    def _line(self, edge: _Edge) -> str:
        start, end = self._column[edge.source], self._column[edge.target]
        points = [(self._left[start] + WIDTH, edge.row)]
        for gap in range(start, max(end, start + 1)):
            goes_on = gap + 1 < end
            height = self._channels[gap + 1, edge.target] if goes_on else self._port(edge.target)
            lane = self._lane(gap, edge.target)
            points += [(lane, points[-1][1]), (lane, height)]
        points.append((self._left[end] + WIDTH if start == end else self._left[end], self._port(edge.target)))
        return _path([self._across(point) for point in points])

    def _sides(self, iri: str) -> Iterator[bool]:
        """Yield whether lines enter a box from behind (from its own column), from before, or both."""
        yield from sorted({self._column[e.source] == self._column[iri] for e in self._edges if e.target == iri})

    def _arrow(self, iri: str, back: bool) -> str:
        at = self._column[iri]
        tip, tail = (self._left[at] + WIDTH, 8) if back else (self._left[at], -8)
        points = [(tip, 0), (tip + tail, -4), (tip + tail, 4)]
        return "M" + "L".join(f"{x} {y}" for x, y in (self._across((x, self._port(iri) + y)) for x, y in points)) + "Z"

    def _across(self, point: tuple[int, int]) -> tuple[int, int]:
        return (self._width - point[0] if self._mirrored else point[0]), point[1]


def _snapped(height: int) -> int:
    """Return where the next box may begin: whole lines apart, so that no way in lies on the level of a way out."""
    return 1 - (1 - height) // LINE * LINE


def _row(text: ReadText, base: int, href: str) -> Words:
    return Words(text, tuple(zip(count(base, LINE), textwrap.wrap(text.text, ROW_LETTERS), strict=False)), href)


def _path(points: Sequence[tuple[int, int]]) -> str:
    """Return a line through `points`, level or upright between any two, with its corners rounded."""
    found = [f"M{points[0][0]} {points[0][1]}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before), _towards(corner, after)
        found.append(f"L{near[0]} {near[1]}Q{corner[0]} {corner[1]} {far[0]} {far[1]}")
    return "".join(found) + f"L{points[-1][0]} {points[-1][1]}"


def _towards(corner: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """Return the point a bend before `corner` on the way to `other`, half way where that is nearer."""
    x, y = other[0] - corner[0], other[1] - corner[1]
    length = abs(x) + abs(y)
    step = min(TURN, length // 2)
    return (corner[0] + x * step // length, corner[1] + y * step // length) if length else corner
