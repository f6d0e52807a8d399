"""Of what a payload speaks, in a small file beside it, so that it can be known without reading the payload.

The file holds the first 8 bytes of a checksum of each subject, sorted, and the SHA-256 of all of them. A graph that
says of itself that it enters the view is in it a second time, with that.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import os
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from libri_graph.namespaces import term

ENTERS: Final = f'{term("libri:entersView")} "true"'
"""In N-Triples, of a graph that enters the view."""
WIDTH: Final = 8
"""Bytes of each mark."""
SEAL: Final = hashlib.sha256().digest_size
TOGETHER: Final = 1 << 18
"""Marks that are sorted at once; lists of them wait packed, which for 5 million is 40 MB."""


class Subjects:
    """Gathers the subjects of N-Triples that come in pieces, wherever these are cut."""

    def __init__(self) -> None:
        self._rest = b""
        self._before = b"\n"
        self._sorted: list[array[int]] = []
        self._marks: array[int] = array("Q")

    def take(self, piece: bytes) -> None:
        """Take the next piece."""
        text = self._rest + piece
        end = text.rfind(b"\n") + 1
        self._rest = text[end:]
        entering = text.find(ENTERS.encode(), 0, end) >= 0
        for line in text[:end].splitlines():
            if not line.startswith(self._before):
                self._before = line.partition(b" ")[0] + b" "
                self._add(self._before[:-1])
            if entering and ENTERS.encode() in line:
                self._add(line.rpartition(b"^^")[0])

    def write(self, path: Path) -> None:
        """Write the file, which is on disk then. What comes after the last line's end is none of it."""
        self._sort()
        digest = hashlib.sha256()
        with path.open("wb") as file:
            for mark, _ in itertools.groupby(heapq.merge(*self._sorted)):
                packed = mark.to_bytes(WIDTH)
                digest.update(packed)
                file.write(packed)
            file.write(digest.digest())
            file.flush()
            os.fsync(file.fileno())

    def _add(self, words: bytes) -> None:
        self._marks.append(_mark(words))
        if len(self._marks) == TOGETHER:
            self._sort()

    def _sort(self) -> None:
        self._sorted.append(array("Q", sorted(self._marks)))
        self._marks = array("Q")


def is_whole(path: Path) -> bool:
    """Return whether the file is there and what was written."""
    digest, before = hashlib.sha256(), b""
    try:
        for piece in _pieces(path):
            text = before + piece
            digest.update(text[:-SEAL])
            before = text[-SEAL:]
    except OSError:
        return False
    return digest.digest() == before


def speaks_of(path: Path, iri: str) -> bool | None:
    """Return whether `iri` is among the subjects; `None` where there is no such file. About 20 small reads."""
    return _holds(path, f"<{iri}>")


def enters(path: Path, graph: str) -> bool | None:
    """Return whether the payload says that `graph` enters the view; `None` where there is no such file."""
    return _holds(path, f"<{graph}> {ENTERS}")


def _holds(path: Path, words: str) -> bool | None:
    wanted = _mark(words.encode())
    try:
        with path.open("rb") as file:
            first, last = 0, (file.seek(0, os.SEEK_END) - SEAL) // WIDTH
            while first < last:
                middle = (first + last) // 2
                file.seek(middle * WIDTH)
                found = int.from_bytes(file.read(WIDTH))
                if found == wanted:
                    return True
                first, last = (middle + 1, last) if found < wanted else (first, middle)
    except OSError:
        return None
    return False


def _mark(words: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(words, digest_size=WIDTH).digest())


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece
