"""A generation that remembers what it was asked: pages in nine languages ask the same questions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from libri_graph.store.embedded import EmbeddedStore
from libri_graph.store.protocol import Bindable, Page, Solution
from server.current import CurrentStore

MOST_ROWS: Final = 100_000
"""Rows that one process remembers."""


class Remembering(EmbeddedStore):
    """A store that nobody writes, which answers the second time from memory."""

    def __init__(self, opened: EmbeddedStore) -> None:
        super().__init__(opened.raw, opened.generation)
        self._opened = opened  # holds the files of the generation
        self._known: OrderedDict[object, list[Solution]] = OrderedDict()
        self._rows = 0

    def select(self, name: str, /, page: Page | None = None, **values: Bindable | Sequence[Bindable]) -> list[Solution]:
        """Return the rows of our SELECT query `name`; see `Store.select`."""
        given = tuple(
            (key, tuple(value) if isinstance(value, Sequence) else value) for key, value in sorted(values.items())
        )
        key = (name, page, given)
        if key in self._known:
            self._known.move_to_end(key)
            return list(self._known[key])
        found = super().select(name, page, **values)
        self._known[key] = found
        self._rows += len(found) + 1
        while self._rows > MOST_ROWS:
            _, dropped = self._known.popitem(last=False)
            self._rows -= len(dropped) + 1
        return list(found)


class OneGeneration(CurrentStore):
    """Hands out one generation, whatever is published meanwhile."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._fixed = Remembering(self.generations.open_current())

    def get(self) -> EmbeddedStore:
        """Return the generation."""
        return self._fixed

    def at(self, number: int | None) -> EmbeddedStore:
        """Return it for its own number and for none, else the one that is asked for."""
        return self._fixed if number in (None, self._fixed.generation) else super().at(number)
