"""Answers kept for those who ask the same again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from server.compression import packed

MOST_BYTES: Final = 64 << 20
LARGEST: Final = 1 << 20
"""Bytes of one answer; a larger one is not kept."""


@dataclass(slots=True)
class Kept:
    """An answer, whole."""

    media_type: str
    body: bytes
    _packed: bytes | None = None

    @property
    def packed(self) -> bytes:
        """The same in gzip, made for the first who takes it; empty where that is not shorter."""
        if self._packed is None:
            self._packed = packed(self.body)
        return self._packed

    @property
    def size(self) -> int:
        """Bytes that it may take, in both forms."""
        return 2 * len(self.body) + 200


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
        if len(answer.body) > LARGEST or tag in self._kept:
            return
        self._kept[tag] = answer
        self._bytes += answer.size
        while self._bytes > self._most_bytes:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size
