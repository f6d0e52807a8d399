"""Files to take home as they are written: packed on the way, measured at the end."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

LEVEL: Final = 6
AT_ONCE: Final = 1 << 16
"""Bytes that are packed at once."""


@dataclass(frozen=True, slots=True)
class Dump:
    """One file and what it holds."""

    name: str
    media_type: str
    """Of the content inside the gzip."""
    graph: str
    """IRI of the source's graph; ``view`` for the deduplicated view, ``all`` for everything with its graphs, ``tables``
    for lists as tables."""
    size: int
    """Bytes of the file."""
    sha256: str


class Packed:
    """A file that is being written; in gzip where its name says so. The same content gives the same bytes."""

    def __init__(self, folder: Path, name: str, media_type: str, graph: str) -> None:
        self._path = folder / name
        self._about = (name, media_type, graph)
        self._file: IO[bytes] = self._path.open("wb")
        self._waiting = bytearray()
        self._packer = gzip.GzipFile("", "wb", LEVEL, self._file, mtime=0) if name.endswith(".gz") else None

    def write(self, content: str | bytes) -> None:
        """Add `content`, text as UTF-8."""
        self._waiting += content.encode() if isinstance(content, str) else content
        if len(self._waiting) >= AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        (self._packer or self._file).write(self._waiting)
        self._waiting.clear()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        """Close the file."""
        self._flush()
        if self._packer:
            self._packer.close()
        self._file.close()

    def dump(self) -> Dump:
        """Return what was written; the file must be closed."""
        return Dump(*self._about, self._path.stat().st_size, sha256_of(self._path))


def sha256_of(path: Path) -> str:
    """Return the checksum of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
