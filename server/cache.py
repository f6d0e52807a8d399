"""Answers kept for those who ask the same again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Generic, NamedTuple, TypeVar

from server.compression import packed

MOST_BYTES: Final = 64 << 20
LARGEST: Final = 1 << 20
"""Bytes of one answer; a larger one is not kept."""
MOST_REQUESTS: Final = 5000
LONGEST_QUERY: Final = 4096
"""Characters of a query that is remembered with its request."""


@dataclass(slots=True)
class Kept:
    """An answer, whole."""

    media_type: str
    body: bytes
    _packed: bytes | None = None

    @property
    def is_packed(self) -> bool:
        """Whether it was packed before."""
        return self._packed is not None

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


Form = TypeVar("Form", bound=Kept)


class Cache(Generic[Form]):
    """The last answers that fit into `MOST_BYTES`, by a tag that tells state, query and form."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, Form] = OrderedDict()
        self._bytes = 0
        self.hits = 0
        self.misses = 0

    def get(self, tag: str) -> Form | None:
        """Return the answer of this tag, if it is kept."""
        found = self._kept.get(tag)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(tag)
        return found

    def put(self, tag: str, answer: Form) -> None:
        """Keep an answer, unless it is too large; forget those that nobody asked for longest."""
        if len(answer.body) > LARGEST or tag in self._kept:
            return
        self._kept[tag] = answer
        self._bytes += answer.size
        while self._bytes > self._most_bytes:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size


class Before(NamedTuple):
    """A request that was answered before, and how."""

    number: int
    """Of the generation that it was answered from, the current one at that time."""
    tag: str
    """By which the answer is kept."""
    query: str
    head: bytes
    zipped: bool


class AskedBefore:
    """The last requests that came again, so that one that comes once more just like it need not be read again."""

    def __init__(self, most: int = MOST_REQUESTS) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, Before] = OrderedDict()

    def get(self, likeness: Hashable) -> Before | None:
        """Return how a request like this was answered, if that is known."""
        return self._known.get(likeness)

    def put(self, likeness: Hashable, before: Before) -> None:
        """Remember how a request was answered; forget the one that was remembered longest."""
        if len(before.query) > LONGEST_QUERY:
            return
        self._known[likeness] = before
        if len(self._known) > self._most:
            self._known.popitem(last=False)
