"""Two texts, word by word: what one has that the other has not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS: Final = 2000
"""Of longer texts, only the whole is compared: the work grows with the square of their length."""
ALIKE: Final = 0.3
"""Of less alike texts, marking words would mark nearly all of them."""
NEAR: Final = 12
"""Tokens of unchanged text that are shown on either side of a change."""
GAP: Final = " … "


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text; `changed` where the other text has not got it."""

    text: str
    changed: bool = False


Segments = tuple[Segment, ...]


def compared(before: str, after: str) -> tuple[Segments, Segments]:
    """Return both texts in segments; joined, they give the texts, but for long unchanged stretches.

    >>> compared("a green book", "a red book")[1]
    (Segment(text='a ', changed=False), Segment(text='red', changed=True), Segment(text=' book', changed=False))
    """
    olds, news = WORDS.findall(before), WORDS.findall(after)
    if len(olds) > MOST_WORDS or len(news) > MOST_WORDS:
        return (Segment(before, changed=True),), (Segment(after, changed=True),)
    operations = SequenceMatcher(None, olds, news).get_opcodes()
    common = sum(_count(olds[start:end]) for tag, start, end, _, _ in operations if tag == "equal")
    if 2 * common < ALIKE * (_count(olds) + _count(news)):
        return (Segment(before, changed=True),), (Segment(after, changed=True),)
    left = tuple(_segments(olds, [(tag, i, j) for tag, i, j, _, _ in operations]))
    return left, tuple(_segments(news, [(tag, i, j) for tag, _, _, i, j in operations]))


def _count(words: Sequence[str]) -> int:
    return sum(not word.isspace() for word in words)


def _segments(words: Sequence[str], operations: Sequence[tuple[str, int, int]]) -> Iterator[Segment]:
    for position, (tag, start, end) in enumerate(operations):
        if start == end:
            continue
        if tag != "equal":
            yield Segment("".join(words[start:end]), changed=True)
            continue
        is_first, is_last = position == 0, position == len(operations) - 1
        yield Segment(_shortened(words[start:end], 0 if is_first else NEAR, 0 if is_last else NEAR))


def _shortened(words: Sequence[str], head: int, tail: int) -> str:
    """Return unchanged words; of many, only `head` at the beginning and `tail` at the end."""
    if len(words) <= 3 * NEAR:
        return "".join(words)
    return "".join(words[:head]) + GAP + "".join(words[len(words) - tail :])
