"""Answers kept for those who ask the same again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

MOST_BYTES: Final = 64 << 20
LARGEST: Final = 1 << 20
"""Bytes of one answer; a larger one is not kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, whole."""

    media_type: str
    body: bytes
    packed: bytes
    """The same in gzip; empty where that is not shorter."""

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.body) + len(self.packed) + 200


class Cache:
    """The last answers that fit into `MOST_BYTES`, by a tag that tells state, query and form."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._bytes = 0
        self.hits = 0
        self.misses = 0

    def get(self, tag: str) -> Kept | None:
        """Return the answer of this tag, if it is kept."""
        found = self._kept.get(tag)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(tag)
        return found

    def put(self, tag: str, answer: Kept) -> None:
        """Keep an answer, unless it is too large; forget those that nobody asked for longest."""
        if answer.size > LARGEST or tag in self._kept:
            return
        self._kept[tag] = answer
        self._bytes += answer.size
        while self._bytes > self._most_bytes:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size
