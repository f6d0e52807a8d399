"""Large payloads, kept as files under the checksum of their content."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import shutil
import zlib
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from libri_graph.disk import fsync, make_folder
from libri_graph.errors import JournalDamaged
from libri_graph.journal import subjects
from libri_graph.journal.subjects import Subjects

FOLDER = "payloads"
SUFFIX = ".nt.gz"
SUBJECTS = ".subjects"
"""Of the file that says of what a payload speaks; see `subjects`."""
HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Of gzip, without name and time, so that the same content is the same file."""
BLANK = b"_:"
"""Begins the label of a blank node."""
PIECE = 1 << 20
WRITING = "writing-"
"""Begins the names of files that are not finished."""


class Payloads:
    """The payload files of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    def path(self, checksum: str) -> Path:
        """Return where the payload `checksum` lies."""
        return self._folder / (checksum + SUFFIX)

    def subjects(self, checksum: str) -> Path:
        """Return where it is written of what the payload `checksum` speaks."""
        return self._folder / (checksum + SUBJECTS)

    def speaks_of(self, checksum: str, iri: str) -> bool | None:
        """Return whether a payload says something of `iri`, without reading it; `None` where that is not known."""
        return subjects.speaks_of(self.subjects(checksum), iri)

    def enters(self, checksum: str, graph: str) -> bool | None:
        """Return whether a payload says that `graph` enters the view; `None` where that is not known."""
        return subjects.enters(self.subjects(checksum), graph)

    def knows_subjects(self, checksum: str) -> bool:
        """Return whether what the two above look into is there, and what was written."""
        return subjects.is_whole(self.subjects(checksum))

    def keep(self, pieces: Iterable[bytes]) -> str:
        """Write `pieces` (of N-Triples) and return their checksum; on disk when it returns."""
        make_folder(self._folder)
        fresh = self._folder / f"{WRITING}{os.getpid()}"
        digest, found = hashlib.sha256(), Subjects()
        with fresh.open("wb") as file:
            with gzip.GzipFile("", fileobj=file, mode="wb", compresslevel=3, mtime=0) as packed:
                for piece in pieces:
                    digest.update(piece)
                    found.take(piece)
                    packed.write(piece)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self.path(digest.hexdigest()))
        self._write_subjects(digest.hexdigest(), found)
        fsync(self._folder)
        return digest.hexdigest()

    def room(self) -> Path:
        """Return the folder for what is being written here, empty of what others who died have left.

        The caller holds the writer's lock, and names his files with `WRITING` in front.
        """
        make_folder(self._folder)
        for leftover in self._folder.glob(f"{WRITING}*"):
            leftover.unlink(missing_ok=True)
        return self._folder

    def pieces(self, checksum: str) -> Iterator[bytes]:
        """Yield a payload piece by piece. Raises `JournalDamaged` at its end when it is not what was written.

        Raises `PermissionError` where it may not be read.
        """
        digest = hashlib.sha256()
        try:
            with self.path(checksum).open("rb") as packed, gzip.open(packed, "rb") as file:
                if packed.read(len(HEADER)) != HEADER:
                    raise JournalDamaged(f"the payload {checksum} does not begin as was written; restore a backup")
                packed.seek(0)
                while piece := file.read(PIECE):
                    digest.update(piece)
                    yield piece
        except PermissionError:
            raise
        except (OSError, EOFError, zlib.error) as fault:
            raise JournalDamaged(f"the payload {checksum} cannot be read ({fault}); restore a backup") from fault
        if digest.hexdigest() != checksum:
            raise JournalDamaged(f"the payload {checksum} does not hold what was written; restore a backup")

    def load(self, checksum: str, store: Store, graph: NamedNode | DefaultGraph) -> None:
        """Put the triples of a payload into `graph`, blank nodes by their labels. Raises `JournalDamaged`.

        It is not in one step. The engine reads the file itself where no blank node is in it, which it would rename.
        It is known then of what the payload speaks.
        """
        if not self.knows_subjects(checksum):
            found = Subjects()
            for piece in self.pieces(checksum):
                found.take(piece)
            self._write_subjects(checksum, found)
        if self._has_blank(checksum):
            store.bulk_extend(self._quads(checksum, graph))
        else:
            with gzip.open(self.path(checksum), "rb") as file:
                store.bulk_load(file, format=RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)  # type: ignore[arg-type]  # a gzip file is a stream of bytes

    def _write_subjects(self, checksum: str, found: Subjects) -> None:
        fresh = self._folder / f"{WRITING}{os.getpid()}{SUBJECTS}"
        found.write(fresh)
        fresh.rename(self.subjects(checksum))

    def _has_blank(self, checksum: str) -> bool:
        """Return whether a blank node may be in a payload, all of which is read and found whole."""
        found, before = False, b""
        for piece in self.pieces(checksum):
            found = found or BLANK in before + piece
            before = piece[-1:]
        return found

    def _quads(self, checksum: str, graph: NamedNode | DefaultGraph) -> Iterator[Quad]:
        with gzip.open(self.path(checksum), "rb") as file:
            for quad in pyoxigraph.parse(file, format=RdfFormat.N_TRIPLES):  # type: ignore[arg-type]  # a gzip file is a stream of bytes
                yield Quad(quad.subject, quad.predicate, quad.object, graph)

    def _lines_with(self, checksum: str, wanted: Collection[bytes]) -> Iterator[bytes]:
        """Yield the lines of those pieces of a payload in which any of `wanted` stands; see `pieces`."""
        rest = b""
        for piece in self.pieces(checksum):
            text = rest + piece
            end = text.rfind(b"\n") + 1
            rest = text[end:]
            if any(text.find(one, 0, end) >= 0 for one in wanted):
                yield from text[:end].splitlines(keepends=True)

    def about(self, checksum: str, entities: Collection[str]) -> list[bytes]:
        """Return the lines of a payload that say something of `entities`, or of blank nodes that hang below them.

        Where a blank node is shared, what else points at it is among them. Reads the file once, and once more for each
        step from blank node to blank node. Raises `JournalDamaged`.
        """
        wanted = {f"<{iri}>".encode() for iri in entities if not iri.startswith("_:")}
        wanted |= {label.encode() for label in entities if label.startswith("_:")}
        while True:
            found = [line for line in self._lines_with(checksum, wanted) if _touches(line, wanted)]
            blank = {end for line in found for end in _ends(line) if end.startswith(b"_:")}
            if blank <= wanted:
                return found
            wanted |= blank

    def checksums(self) -> list[str]:
        """Return the checksums of all payloads, sorted."""
        return sorted(path.name.removesuffix(SUFFIX) for path in self._folder.glob(f"*{SUFFIX}"))

    def keep_only(self, wanted: Collection[str]) -> None:
        """Remove every payload but `wanted`. The caller holds the writer's lock, and has none that is new.

        A fault in removing harms nothing, and a later call tries again, so it is not raised.
        """
        for checksum in self.checksums():
            if checksum not in wanted:
                with contextlib.suppress(OSError):
                    self.subjects(checksum).unlink(missing_ok=True)
                    self.path(checksum).unlink()

    def copy_to(self, data_dir: Path, wanted: Iterable[str]) -> None:
        """Put the payloads `wanted` into another data directory. Raises `JournalDamaged` for one that is not whole."""
        target = Payloads(data_dir)
        make_folder(target._folder)
        for checksum in wanted:
            deque(self.pieces(checksum), 0)
            shutil.copy2(self.path(checksum), target.path(checksum))
            fsync(target.path(checksum))
            with contextlib.suppress(FileNotFoundError):
                shutil.copy2(self.subjects(checksum), target.subjects(checksum))
                fsync(target.subjects(checksum))
        fsync(target._folder)


def _ends(line: bytes) -> tuple[bytes, bytes]:
    """Return subject and object of a line; the object as its last word, which is enough to know a blank node."""
    return line.partition(b" ")[0], line.rstrip(b" .\r\n").rpartition(b" ")[2]


def _touches(line: bytes, wanted: Collection[bytes]) -> bool:
    subject, end = _ends(line)
    return subject in wanted or (end.startswith(b"_:") and end in wanted)
