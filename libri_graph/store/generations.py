"""The numbered states of the graph on disk: which there are, which is current, how the next is made and published."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph

from libri_graph.errors import StoreMissing
from libri_graph.store.embedded import EmbeddedStore
from libri_graph.store.hold import remove_unheld

CURRENT = "current"
FOLDER = "generations"
BUILDING = "building-"
NOTE = "generation.json"
DISCARD_TRIES = 5
"""An engine that an exception still holds may put a file back while its folder is removed."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One published state of the graph; nobody changes it any more."""

    number: int
    created: str
    """When it was published, ``YYYY-MM-DDThh:mm:ssZ``."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Source id -> checksum of the files that it was imported from; empty for what came otherwise."""
    knowledge: tuple[str, ...] = ()
    """Ids of the sources that lie in the knowledge folder: one that is taken away from there leaves the graph."""


class Draft:
    """The next generation while it is being made; visible to nobody."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder = folder
        self.number = number
        """Of the generation that this becomes."""
        self._store: pyoxigraph.Store | None = pyoxigraph.Store(str(folder / "store"))

    @property
    def store(self) -> pyoxigraph.Store:
        """The writable store. Keep no reference to it beyond a call: the last one closes it."""
        if self._store is None:
            raise ValueError("this draft is finished")
        return self._store

    def close(self) -> None:
        """Flush and close the store. Until then the engine may still write and drop files behind our back."""
        if self._store is not None:
            self._store.flush()
            self._store = None


class Generations:
    """The generations in one data directory. Reading needs no lock; making one needs the writer's lock."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._folder = data_dir / FOLDER

    def folder(self, number: int) -> Path:
        """Return where generation `number` lies."""
        return self._folder / str(number)

    def numbers(self) -> list[int]:
        """Return the numbers of all generations that are kept, ascending."""
        if not self._folder.is_dir():
            return []
        return sorted(int(path.name) for path in self._folder.iterdir() if path.name.isdigit())

    def current_number(self) -> int | None:
        """Return the number of the current generation, or `None` before the first. One system call."""
        try:
            return int(Path(os.readlink(self.data_dir / CURRENT)).name)  # noqa: PTH115  # the target as written
        except FileNotFoundError:
            return None

    def current(self) -> Generation | None:
        """Return the current generation, or `None` before the first."""
        number = self.current_number()
        if number is None:
            return None
        note = json.loads((self.folder(number) / NOTE).read_text(encoding="utf-8"))
        return Generation(note["number"], note["created"], note["sources"], tuple(note.get("knowledge", ())))

    def open_current(self) -> EmbeddedStore:
        """Open the current generation for reading. Raises `StoreMissing` before the first one."""
        while True:
            number = self.current_number()
            if number is None:
                raise StoreMissing(f"nothing has been loaded into {self.data_dir} yet; run: libri init")
            try:
                return EmbeddedStore.open(self.folder(number) / "store", number)
            except OSError:
                # Between the two steps a writer may have published and dropped this one; then there is a newer one.
                if self.current_number() == number:
                    raise

    def begin(self) -> Draft:
        """Return a writable, hard-linked copy of the current generation, or an empty store before the first.

        Leftovers of writes that died are removed. The caller holds the writer's lock.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()
        folder = self._folder / f"{BUILDING}{os.getpid()}-{time.time_ns()}"
        folder.mkdir()
        try:
            number = self.current_number()
            if number is not None:
                pyoxigraph.Store.read_only(str(self.folder(number) / "store")).backup(str(folder / "store"))
            return Draft(folder, max(self.numbers(), default=0) + 1)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def publish(
        self, draft: Draft, sources: Mapping[str, str], keep: int, knowledge: Collection[str] = ()
    ) -> Generation:
        """Make `draft` the current generation and return it; keep the last `keep` ones, and those still being read.

        The store is flushed and every file fsynced before the rename that publishes it.
        """
        number = draft.number
        created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        generation = Generation(number, created, dict(sources), tuple(sorted(knowledge)))
        draft.close()
        note = json.dumps(asdict(generation), indent=1, sort_keys=True)
        (draft.folder / NOTE).write_text(note + "\n", encoding="utf-8")
        _fsync_tree(draft.folder)
        draft.folder.rename(self.folder(number))
        _fsync(self._folder)
        self._point_at(number)
        self._prune(keep)
        return generation

    def discard(self, draft: Draft) -> None:
        """Forget `draft`."""
        draft.close()
        for _ in range(DISCARD_TRIES):
            shutil.rmtree(draft.folder, ignore_errors=True)
            if not draft.folder.exists():
                return

    def _point_at(self, number: int) -> None:
        fresh = self.data_dir / f"{CURRENT}.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path(FOLDER) / str(number))
        fresh.rename(self.data_dir / CURRENT)
        _fsync(self.data_dir)

    def _prune(self, keep: int) -> None:
        current = self.current_number()
        for number in self.numbers()[:-keep]:
            if number != current:
                folder = self.folder(number)
                remove_unheld(folder, folder / "store", self._folder / f"{BUILDING}{number}-gone")

    def _remove_leftovers(self) -> None:
        current = self.current_number() or 0
        for path in self._folder.iterdir():
            unpublished = path.name.isdigit() and int(path.name) > current
            if path.name.startswith(BUILDING) or unpublished:
                shutil.rmtree(path, ignore_errors=True)


def _fsync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _fsync(path)
    _fsync(folder)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
