"""The states of the graph on disk: which there are, which is current, how the next is made and published."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyoxigraph

from libri_graph.disk import checksum_of, exchange, fsync, fsync_tree, told
from libri_graph.errors import GenerationGone, StoreDamaged, StoreMissing
from libri_graph.store import retention
from libri_graph.store.embedded import EmbeddedStore
from libri_graph.store.hold import remove_unheld

CURRENT: Final = "current"
NEXT: Final = "current.new"
"""The link to the next generation, made before it is needed: then publishing takes no room on the disk."""
FOLDER: Final = "generations"
BUILDING: Final = "building-"
SPARE: Final = "spare-"
"""Begin names of folders in which a generation is made: by a write under way, for the next write."""
STORE: Final = "store"
NOTE: Final = "generation.json"
PINS: Final = "pins"
DISCARD_TRIES: Final = 5
"""An engine that an exception still holds may put a file back while its folder is removed."""
TABLES: Final = ".sst"
"""Ends names of the files that hold nearly everything, none of which is ever changed."""
LOGGED: Final = ".log"
"""Ends names of the files that hold what is in no table yet."""
MOST_LOGGED: Final = 1 << 18
"""Bytes; reading more at each opening takes longer than reading tables."""
MUCH_NEW: Final = 1 << 22
"""Bytes of tables that are new; fewer are read quickly as they are."""
NEW_SHARE: Final = 0.25
"""Of all tables; merging takes as long as the whole store is large."""
ENGINE_LOGS: Final = ("LOG", "LOCK")
"""Begin names of files that the engine writes for itself, also while it reads."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One published state of the graph; nobody changes it any more."""

    number: int
    """Sequence of the last journal event in it; 0 for the empty graph before the first."""
    epoch: str
    """Of the journal that it was made from."""
    created: str
    """When it was published, ``YYYY-MM-DDThh:mm:ssZ``."""
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict, repr=False)
    """File of the store -> inode, by which a later generation knows that it shares the file, and SHA-256."""


class Draft:
    """The next generation while it is being made; visible to nobody."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store: pyoxigraph.Store | None = pyoxigraph.Store(str(folder / STORE))

    @property
    def open(self) -> bool:
        """Whether it can still be written."""
        return self._store is not None

    @property
    def store(self) -> pyoxigraph.Store:
        """The writable store. Keep no reference to it beyond a call: the last one closes it."""
        if self._store is None:
            raise ValueError("this draft is finished")
        return self._store

    def settle(self) -> None:
        """Have the engine merge its tables where many are new, as after a load: it then exports a quarter quicker.

        That takes about 5 µs a triple; a draft of which little is new shares its tables with the generation before.
        Raises `OSError`.
        """
        tables = list(self._files(TABLES))
        new = sum(table.st_size for table in tables if table.st_nlink == 1)
        if new >= MUCH_NEW and new >= NEW_SHARE * sum(table.st_size for table in tables):
            self.store.optimize()

    def close(self) -> None:
        """Close the store. Until then the engine may still write and drop files behind our back.

        What a small write did stays in the engine's log, which is read at opening: making tables of it takes longer
        than all the rest of the write, and the next draft does it while nobody waits.
        """
        if self._store is not None:
            if sum(file.st_size for file in self._files(LOGGED)) > MOST_LOGGED:
                self._store.flush()
            self._store = None

    def _files(self, suffix: str) -> Iterator[os.stat_result]:
        """Yield what is known of the files of the store with this suffix; the engine may be dropping some."""
        for path in (self.folder / STORE).iterdir():
            if path.suffix == suffix:
                with contextlib.suppress(FileNotFoundError):
                    yield path.stat()

    def abandon(self) -> None:
        """Close the store without caring for what it holds."""
        with contextlib.suppress(OSError):
            self.close()
        self._store = None


class Generations:
    """The generations in one data directory. Reading needs no lock; making one needs the writer's lock."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._folder = data_dir / FOLDER
        self._current = str(data_dir / CURRENT)

    def folder(self, number: int) -> Path:
        """Return where generation `number` lies."""
        return self._folder / str(number)

    def store_path(self, number: int) -> Path:
        """Return where the store of generation `number` lies."""
        return self.folder(number) / STORE

    def numbers(self) -> list[int]:
        """Return the numbers of all generations that are kept, ascending."""
        if not self._folder.is_dir():
            return []
        return sorted(int(path.name) for path in self._folder.iterdir() if path.name.isdigit())

    def current_number(self) -> int | None:
        """Return the number of the current generation, or `None` before the first. One system call.

        A link that names no generation counts as none: the journal says what it must be.
        """
        try:
            name = os.readlink(self._current).rpartition("/")[2]  # noqa: PTH115  # the target as written
        except OSError:
            return None
        return int(name) if name.isascii() and name.isdigit() else None

    def current(self) -> Generation | None:
        """Return the current generation, or `None` before the first."""
        number = self.current_number()
        return None if number is None else self.read_note(number)

    def read_note(self, number: int) -> Generation:
        """Return what generation `number` says of itself. Raises `StoreDamaged` when it cannot be read."""
        try:
            note = json.loads((self.folder(number) / NOTE).read_text(encoding="utf-8"))
            seal = note.pop("seal")
            if seal != _seal(note):
                raise StoreDamaged(f"the note of generation {number} is not what was written; run: libri rebuild")
            files = {name: (inode, checksum) for name, (inode, checksum) in note["files"].items()}
            return Generation(note["number"], note["epoch"], note["created"], files)
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise StoreDamaged(f"generation {number} cannot be read ({fault}); run: libri rebuild") from fault

    def demand(self, number: int) -> int:
        """Return `number` if that generation is kept. Raises `GenerationGone`, naming the nearest, if it is not."""
        kept = self.numbers()
        if number not in kept:
            before, after = [n for n in kept if n < number][-1:], [n for n in kept if n > number][:1]
            raise GenerationGone(number, (*before, *after))
        return number

    def open(self, number: int) -> EmbeddedStore:
        """Open generation `number` for reading. Raises `GenerationGone` when it is not kept."""
        try:
            return EmbeddedStore.open(self.store_path(self.demand(number)), number)
        except OSError as fault:
            self.demand(number)
            raise StoreDamaged(f"generation {number} cannot be opened ({fault}); run: libri rebuild") from fault

    def open_current(self) -> EmbeddedStore:
        """Open the current generation for reading. Raises `StoreMissing` before the first one."""
        while True:
            number = self.current_number()
            if number is None:
                raise StoreMissing(f"nothing has been loaded into {self.data_dir} yet; run: libri init")
            try:
                return EmbeddedStore.open(self.store_path(number), number)
            except OSError as fault:
                # Between the two steps a writer may have published and dropped this one; then there is a newer one.
                if self.current_number() == number:
                    raise StoreDamaged(f"generation {number} cannot be opened ({fault}); run: libri rebuild") from fault

    def begin(self, *, empty: bool = False, prefix: str = BUILDING) -> Draft:
        """Return a writable, hard-linked copy of the current generation, or an empty store.

        Leftovers of writes that died are removed. The caller holds the writer's lock.
        Raises `StoreFull` or `StoreDamaged`.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()
        folder = self._folder / f"{prefix}{os.getpid()}-{time.time_ns()}"
        folder.mkdir()
        try:
            number = None if empty else self.current_number()
            if number is not None:
                _copy(self.store_path(number), folder / STORE)
            return Draft(folder)
        except BaseException as fault:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(fault, OSError):
                raise told(fault, "the current generation cannot be copied") from fault
            raise

    def seal(self, draft: Draft, number: int, epoch: str) -> Generation:
        """Finish `draft` as generation `number`: closed, described, every file on disk. Nobody sees it yet.

        Raises `StoreFull`.
        """
        try:
            draft.settle()
            draft.close()
            created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            generation = Generation(number, epoch, created, self._checksums(draft.folder))
            note = asdict(generation)
            (draft.folder / NOTE).write_text(json.dumps(note | {"seal": _seal(note)}), encoding="utf-8")
            fsync_tree(draft.folder)
            self._prepare_link(number)
        except OSError as fault:
            raise told(fault, "the next generation cannot be written") from fault
        return generation

    def publish(self, draft: Draft, generation: Generation) -> None:
        """Make a sealed `draft` the current generation."""
        folder = self.folder(generation.number)
        if folder.exists():
            # Made again, it takes the place of the one of the same number in one step; readers of that keep its files.
            exchange(draft.folder, folder)
        else:
            draft.folder.rename(folder)
        fsync(self._folder)
        (self.data_dir / NEXT).rename(self.data_dir / CURRENT)
        fsync(self.data_dir)

    def prune(self, keep: int) -> None:
        """Drop the generations that are kept no longer; one that is still being read is dropped by a later call.

        The caller holds the writer's lock. A fault in dropping harms nothing that is kept, so it is not raised.
        """
        with contextlib.suppress(OSError):
            numbers = self.numbers()
            notes = [note for number in numbers if (note := self._note_or_none(number))]
            created = {note.number: note.created for note in notes}
            kept = retention.kept(numbers, created, keep, datetime.now(UTC)) | self.pinned() | {self.current_number()}
            for number in numbers:
                if number not in kept:
                    folder = self.folder(number)
                    remove_unheld(folder, folder / STORE, self._folder / f"{BUILDING}{number}-gone")

    def discard(self, draft: Draft) -> None:
        """Forget `draft`."""
        draft.abandon()
        for _ in range(DISCARD_TRIES):
            shutil.rmtree(draft.folder, ignore_errors=True)
            if not draft.folder.exists():
                return

    def forget_all(self) -> None:
        """Remove every generation, as before a rebuild of a journal that they do not belong to."""
        (self.data_dir / CURRENT).unlink(missing_ok=True)
        fsync(self.data_dir)
        shutil.rmtree(self._folder, ignore_errors=True)

    def pin(self, number: int) -> None:
        """Keep generation `number` for ever. Raises `GenerationGone` when it is not there any more."""
        self.demand(number)
        pins = self.data_dir / PINS
        pins.mkdir(exist_ok=True)
        (pins / str(number)).touch()
        fsync(pins)
        fsync(self.data_dir)

    def pinned(self) -> set[int]:
        """Return the numbers of the generations that are kept for ever."""
        pins = self.data_dir / PINS
        return {int(path.name) for path in pins.iterdir() if path.name.isdigit()} if pins.is_dir() else set()

    def damaged_files(self, number: int) -> Iterator[Path]:
        """Yield the files of generation `number` that are missing or do not hold what was written."""
        folder = self.folder(number)
        for name, (_, checksum) in self.read_note(number).files.items():
            path = folder / STORE / name
            if not path.is_file() or checksum_of(path) != checksum:
                yield path

    def _checksums(self, folder: Path) -> dict[str, tuple[int, str]]:
        before = self._note_or_none(self.current_number())
        known = before.files if before else {}
        found = {}
        for path in sorted((folder / STORE).iterdir()):
            if path.is_file() and not path.name.startswith(ENGINE_LOGS):
                inode = path.stat().st_ino
                same = known.get(path.name)
                found[path.name] = same if same and same[0] == inode else (inode, checksum_of(path))
        return found

    def _note_or_none(self, number: int | None) -> Generation | None:
        try:
            return None if number is None else self.read_note(number)
        except StoreDamaged:
            return None

    def _prepare_link(self, number: int) -> None:
        fresh = self.data_dir / NEXT
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path(FOLDER) / str(number))

    def _remove_leftovers(self) -> None:
        current = self.current_number()
        for path in self._folder.iterdir():
            unpublished = current is not None and path.name.isdigit() and int(path.name) > current
            if path.name.startswith((BUILDING, SPARE)) or unpublished:
                remove_unheld(path, path / STORE, self._folder / f"{BUILDING}{path.name}-gone")


def _copy(store: Path, copy: Path) -> None:
    """Copy a store that nobody writes: its tables by hard links where the disk knows them, the rest byte by byte.

    The engine's own checkpoint does the same, but has to open the store first, which takes ten times as long.
    """
    copy.mkdir()
    for path in store.iterdir():
        if path.name.startswith(ENGINE_LOGS):
            continue
        linked = False
        if path.suffix == TABLES:
            with contextlib.suppress(PermissionError, NotImplementedError):
                os.link(path, copy / path.name)
                linked = True
        if not linked:
            shutil.copyfile(path, copy / path.name)


def _seal(note: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(note, sort_keys=True).encode()).hexdigest()
