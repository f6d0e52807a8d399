"""The generation that is being served: opened once, exchanged as soon as another is published."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from libri_graph.errors import GenerationGone, StoreMissing
from libri_graph.journal.journal import Journal
from libri_graph.namespaces import term
from libri_graph.publish import context, levels
from libri_graph.publish.context import Context
from libri_graph.publish.levels import Model
from libri_graph.store.embedded import EmbeddedStore
from libri_graph.store.generations import Generations
from libri_graph.store.view import SHAPES
from server.dump_maker import DumpMaker

MOST_OLDER: Final = 4
"""Older generations that are held open."""
MOST_VERSIONS: Final = 100
"""Generations of which it is remembered what versions they name."""
Folder = tuple[int, int]
"""Number of a generation and inode of its store: after a restore, another one may bear the same number."""


class CurrentStore:
    """Hands out the current generation; a request keeps the one that it got first."""

    def __init__(self, data_dir: Path) -> None:
        self.generations = Generations(data_dir)
        self.dump_maker = DumpMaker(self.generations)
        self._lock = threading.Lock()
        self._store: EmbeddedStore | None = None
        self._path = ""
        self._opened = 0
        """Where the store that is open lies, and its inode."""
        self._older: dict[Folder, EmbeddedStore] = {}
        self._models: dict[tuple[int, str], Model] = {}
        self._versions: dict[Folder, Mapping[str, str]] = {}

    def get(self) -> EmbeddedStore:
        """Return the current generation, opened for reading. Raises `StoreMissing` before the first."""
        number = self.generations.current_number()
        if number is None:
            raise StoreMissing("nothing has been loaded yet")
        with self._lock:
            if self._store is None or self._store.generation != number or self._is_replaced():
                self._store = self.generations.open_current()
                self._path = str(self.generations.store_path(self._store.generation))
                self._opened = self._inode()
            return self._store

    def _is_replaced(self) -> bool:
        """Whether the generation that is open has been made again since, as after damage."""
        return self._inode() not in (self._opened, 0)

    def _inode(self) -> int:
        try:
            return os.stat(self._path).st_ino  # noqa: PTH116  # for each request, whose path is known as text
        except OSError:
            return 0

    def at(self, number: int | None) -> EmbeddedStore:
        """Return generation `number`, or the current one for `None`. Raises `GenerationGone`, `StoreMissing`."""
        if number is None or number == self.generations.current_number():
            return self.get()
        with self._lock:
            folder = self._folder(number)
            found = self._older.get(folder)
            if found is None:
                found = self.generations.open(number)
                self._older[folder] = found
                if len(self._older) > MOST_OLDER:
                    del self._older[next(iter(self._older))]
            return found

    def last_version(self, iri: str) -> tuple[int, str] | None:
        """Return the last generation that is kept in which `iri` is a version, and of what; `None` without one.

        A generation is opened for it once, in about 10 ms.
        """
        for number in reversed(self.generations.numbers()):
            with contextlib.suppress(GenerationGone):
                found = self._versions_in(number).get(iri)
                if found:
                    return number, found
        return None

    def _versions_in(self, number: int) -> Mapping[str, str]:
        folder = self._folder(number)
        found = self._versions.get(folder)
        if found is None:
            quads = self.generations.open(number).quads(None, term("owl:versionIRI"))
            named = [(q.object, q.subject) for q in quads]
            both = sorted((o.value, s.value) for o, s in named if isinstance(o, NamedNode) and isinstance(s, NamedNode))
            found = dict(reversed(both))  # of several, the first
            self._versions = {**dict(list(self._versions.items())[1 - MOST_VERSIONS :]), folder: found}
        return found

    def changed(self, number: int) -> str:
        """Return when the last change of generation `number` was journalled; empty where nobody knows."""
        with Journal.reading(self.generations.data_dir) as journal:
            return journal.time_of(number) if journal else ""

    def context(self, store: EmbeddedStore, url: str) -> Context:
        """Return the JSON-LD context that the shapes of `store` describe, served at `url`."""
        return self.model(store, url).context

    def model(self, store: EmbeddedStore, url: str) -> Model:
        """Return what the shapes of `store` say of records as JSON, their context served at `url`."""
        known = self._models.get((store.generation, url))
        if known is None:
            shapes = list(store.quads(graph=SHAPES))
            known = levels.from_shapes(shapes, context.from_shapes(shapes, url))
            self._models = {**dict(list(self._models.items())[-MOST_OLDER:]), (store.generation, url): known}
        return known

    def _folder(self, number: int) -> Folder:
        path = self.generations.store_path(self.generations.demand(number))
        try:
            return number, path.stat().st_ino
        except FileNotFoundError:
            return number, 0
