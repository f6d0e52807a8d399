"""The generation that is being served: opened once, exchanged as soon as another is published."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from libri_graph.errors import StoreMissing
from libri_graph.publish import context
from libri_graph.publish.context import Context
from libri_graph.store.embedded import EmbeddedStore
from libri_graph.store.generations import Generations
from libri_graph.store.view import SHAPES

MOST_OLDER: Final = 4
"""Older generations that are held open."""


class CurrentStore:
    """Hands out the current generation; a request keeps the one that it got first."""

    def __init__(self, data_dir: Path) -> None:
        self.generations = Generations(data_dir)
        self._lock = threading.Lock()
        self._store: EmbeddedStore | None = None
        self._older: dict[int, EmbeddedStore] = {}
        self._contexts: tuple[int, str, Context] | None = None

    def get(self) -> EmbeddedStore:
        """Return the current generation, opened for reading. Raises `StoreMissing` before the first."""
        number = self.generations.current_number()
        if number is None:
            raise StoreMissing("nothing has been loaded yet")
        with self._lock:
            if self._store is None or self._store.generation != number:
                self._store = self.generations.open_current()
            return self._store

    def at(self, number: int | None) -> EmbeddedStore:
        """Return generation `number`, or the current one for `None`. Raises `GenerationGone`, `StoreMissing`."""
        if number is None or number == self.generations.current_number():
            return self.get()
        with self._lock:
            found = self._older.get(number)
            if found is None:
                found = self.generations.open(number)
                self._older[number] = found
                if len(self._older) > MOST_OLDER:
                    del self._older[next(iter(self._older))]
            return found

    def context(self, store: EmbeddedStore, url: str) -> Context:
        """Return the JSON-LD context that the shapes of `store` describe, served at `url`."""
        known = self._contexts
        if known is None or known[:2] != (store.generation, url):
            known = (store.generation, url, context.from_shapes(store.quads(graph=SHAPES), url))
            self._contexts = known
        return known[2]
