"""The text index of a generation is made beside it, and found by who reads that generation."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from libri_graph.errors import IndexMissing
from libri_graph.index.text import writing
from libri_graph.index.text.document import Document
from libri_graph.index.text.gather import Gatherer
from libri_graph.index.text.index import TextIndex
from libri_graph.index.text.places import folder, is_there

KEPT: Final = 3
"""How many of the last are kept, for pages that began to read before the newest."""
BUILDING: Final = "building-"


def keep(
    index_folder: Path,
    store: Store,
    epoch: str,
    generation: int,
    *,
    before: int | None = None,
    touched: Iterable[str] | None = None,
    documents: Iterable[Document] | None = None,
) -> None:
    """Make the text index of `generation`, whose data `store` holds.

    Where the index of generation `before` is there and only the things `touched` differ, it is a copy with these
    written anew; `documents` are those of everything, where they are at hand. Readers see it whole or not at all. The
    caller holds the writer's lock.
    Raises `OSError` or `IndexMissing`.
    """
    target = folder(index_folder, epoch, generation)
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(target.parent)
    building = target.parent / f"{BUILDING}{time.time_ns()}"
    gatherer = Gatherer(store)
    try:
        if before is not None and touched is not None and is_there(index_folder, epoch, before):
            things = set(touched)
            changed = list(gatherer.documents(sorted(things)))
            writing.copy(folder(index_folder, epoch, before), building)
            writing.update(building, changed, things - {document.iri for document in changed})
        else:
            writing.make(building, gatherer.everything() if documents is None else documents)
    except ValueError as fault:
        raise IndexMissing(f"the text index cannot be written ({fault})") from fault
    if target.exists():
        target.rename(target.parent / f"{BUILDING}{time.time_ns()}-replaced")
    building.rename(target)
    _prune(target)


def _prune(newest: Path) -> None:
    others = [path for path in newest.parent.iterdir() if path != newest and not path.name.startswith(BUILDING)]
    others.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in others[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _remove_leftovers(parent: Path) -> None:
    for path in parent.glob(f"{BUILDING}*"):
        shutil.rmtree(path, ignore_errors=True)


class TextIndexes:
    """Opens text indexes for reading; the last one is kept open. Safe to share between threads."""

    def __init__(self, index_folder: Path) -> None:
        self._folder = index_folder
        self._lock = threading.Lock()
        self._open: tuple[tuple[Path, int], TextIndex] | None = None

    def at(self, epoch: str, generation: int) -> TextIndex:
        """Return the text index of a generation. Raises `IndexMissing` while there is none."""
        path = folder(self._folder, epoch, generation)
        try:
            key = (path, path.stat().st_ino)
        except OSError as fault:
            raise IndexMissing("the text index is not made yet; run: libri rebuild") from fault
        with self._lock:
            if self._open is None or self._open[0] != key:
                self._open = (key, TextIndex.open(path))
            return self._open[1]
