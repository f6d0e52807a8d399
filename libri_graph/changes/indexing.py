"""Keep the side index in step with the generation, after each write and after a crash between the two.

The journal says what a generation has more than the index: the entities of the events since. So a write that has just
been published, and one whose process died before it was indexed, are caught up in one way.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from libri_graph.errors import LibriError
from libri_graph.index import standing, tables, writing
from libri_graph.index.gather import View, is_kept
from libri_graph.index.said import everything
from libri_graph.index.tables import EDITION, State
from libri_graph.index.text import keeping
from libri_graph.index.text.document import Document
from libri_graph.index.text.gather import Gatherer
from libri_graph.journal.journal import Journal
from libri_graph.store.generations import Generation, Generations
from libri_graph.store.view import RULING

log = logging.getLogger(__name__)
MOST: Final = 2000
"""Entities; with more of them, making the index anew is as quick."""
A_STRETCH: Final = 10_000
"""Things; after each so many of them it is told how far the index is."""
Tell = Callable[[str], None]


def keep_in_step(
    data_dir: Path,
    journal: Journal,
    generation: Generation,
    *,
    anew: bool = False,
    tell: Tell = lambda _text: None,
) -> None:
    """Bring the index up to `generation`, the current one; make it `anew` where it is missing or of something else.

    The caller holds the writer's lock. An index that cannot be kept is behind until the next write or start, and
    readers are behind with it: they read the generation that it is of. The write stands, so nothing is raised.
    """
    known = standing.state_of(data_dir)
    wanted = State(generation.epoch, generation.number)
    if standing.is_of(data_dir, generation.epoch, generation.number) and not anew:
        return
    try:
        store = Generations(data_dir).open(generation.number)
        touched = None if anew else _touched(journal, known, wanted)
        if touched is None:
            tell("making the index of lists, map and words")
            _make(data_dir, store.raw, wanted, tell)
        else:
            _update(data_dir, store.raw, known, wanted, touched)
    except (sqlite3.Error, OSError, LibriError):
        log.exception("the index stays at what it was, before generation %s", generation.number)


def _make(data_dir: Path, store: Store, wanted: State, tell: Tell) -> None:
    """Make both indexes in one walk over the view; tell of each stretch of it."""
    view, gatherer = View(store), Gatherer(store)
    with writing.rebuilding(data_dir, view, wanted) as filling:

        def documents() -> Iterator[Document]:
            for number, (iri, said) in enumerate(everything(store), 1):
                if number % A_STRETCH == 0:
                    tell(f"making the index of lists, map and words: {number:,} things")
                if is_kept(said):
                    filling.add(iri, said)
                yield from gatherer.document(iri, said)

        # The text comes first: readers take the generation from the tables, and must find the text of it.
        keeping.keep(tables.folder(data_dir), store, wanted.epoch, wanted.generation, documents=documents())


def _update(data_dir: Path, store: Store, known: State | None, wanted: State, touched: set[str]) -> None:
    before = known.generation if known else None
    folder = tables.folder(data_dir)
    keeping.keep(folder, store, wanted.epoch, wanted.generation, before=before, touched=touched)
    writing.update(data_dir, View(store), touched, wanted)


def _touched(journal: Journal, known: State | None, wanted: State) -> set[str] | None:
    """Return the entities that have changed since `known`; `None` where that is not told, or where they are many."""
    if known is None or (known.epoch, known.edition) != (wanted.epoch, EDITION) or known.generation > wanted.generation:
        return None
    found: set[str] = set()
    for event in journal.events(known.generation, wanted.generation):
        entry = event.entry
        if entry.file or any(f"{predicate} " in text for predicate in RULING for text in (entry.added, entry.removed)):
            return None
        if entry.entity and not entry.entity.startswith("_:"):
            found.add(entry.entity)
        if len(found) > MOST:
            return None
    return found
