"""A generation that remembers what it was asked: pages in nine languages ask the same questions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from pyoxigraph import NamedNode, Quad, Triple

from libri_graph.store.embedded import EmbeddedStore
from libri_graph.store.protocol import Bindable, Page, Solution, Term
from server.current import CurrentStore

MOST_ROWS: Final = 100_000
"""Rows that one process remembers."""
Found = TypeVar("Found")


class Remembering(EmbeddedStore):
    """A store that nobody writes, which answers the second time from memory."""

    def __init__(self, opened: EmbeddedStore) -> None:
        super().__init__(opened.raw, opened.generation)
        self._opened = opened  # holds the files of the generation
        self._known: OrderedDict[object, list[Any]] = OrderedDict()
        self._rows = 0

    def select(self, name: str, /, page: Page | None = None, **values: Bindable | Sequence[Bindable]) -> list[Solution]:
        """Return the rows of our SELECT query `name`; see `Store.select`."""
        asked = super().select
        return list(self._remembered((name, page, *_named(values)), lambda: asked(name, page, **values)))

    def construct(self, name: str, /, **values: Bindable) -> Iterator[Triple]:
        """Yield the triples of our CONSTRUCT query `name`; see `Store.construct`."""
        asked = super().construct
        return iter(self._remembered((name, *_named(values)), lambda: list(asked(name, **values))))

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        term: Term | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads of named graphs that match; see `Store.quads`."""
        pattern = (subject, predicate, term, graph)
        asked = super().quads
        return iter(self._remembered(pattern, lambda: list(asked(*pattern))))

    def _remembered(self, key: object, ask: Callable[[], list[Found]]) -> list[Found]:
        if key not in self._known:
            self._known[key] = ask()
            self._rows += len(self._known[key]) + 1
        self._known.move_to_end(key)
        found: list[Found] = self._known[key]
        while self._rows > MOST_ROWS:
            _, dropped = self._known.popitem(last=False)
            self._rows -= len(dropped) + 1
        return found


class OneGeneration(CurrentStore):
    """Hands out one generation, whatever is published meanwhile."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._fixed = Remembering(self.generations.open_current())
        self._changed = super().changed(self._fixed.generation)

    def get(self) -> EmbeddedStore:
        """Return the generation."""
        return self._fixed

    def at(self, number: int | None) -> EmbeddedStore:
        """Return it for its own number and for none, else the one that is asked for."""
        return self._fixed if number in (None, self._fixed.generation) else super().at(number)

    def changed(self, number: int) -> str:
        """Return when the last change of a generation was journalled."""
        return self._changed if number == self._fixed.generation else super().changed(number)


def _named(values: Mapping[str, Bindable | Sequence[Bindable]]) -> list[tuple[str, object]]:
    return [(name, tuple(value) if isinstance(value, Sequence) else value) for name, value in sorted(values.items())]
