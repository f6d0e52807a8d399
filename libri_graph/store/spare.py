"""The next draft, made before anybody writes: copying and opening a generation takes longer than most writes."""

from __future__ import annotations

import os
from typing import NamedTuple

from libri_graph.store.generations import SPARE, STORE, Draft, Generation, Generations
from libri_graph.store.hold import hold


class _Made(NamedTuple):
    of: Generation
    draft: Draft
    held: int
    """Descriptor by which it is held, so that no other process takes it for a leftover."""


class Spare:
    """At most one draft of the current generation; another process's write makes it useless."""

    def __init__(self) -> None:
        self._made: _Made | None = None

    def make(self, generations: Generations) -> None:
        """Have a draft of the current generation. The caller holds the writer's lock. Raises as `Generations.begin`."""
        current = generations.current()
        if current is None or (self._made and self._made.of == current):
            return
        self._let_go(generations)
        draft = generations.begin(prefix=SPARE)
        self._made = _Made(current, draft, hold(draft.folder / STORE))

    def take(self, generations: Generations, current: Generation) -> Draft | None:
        """Return the draft if it is one of `current`; it is not kept here any more."""
        made = self._made
        if made is None or made.of != current:
            self._let_go(generations)
            return None
        self._made = None
        os.close(made.held)
        return made.draft

    def _let_go(self, generations: Generations) -> None:
        made, self._made = self._made, None
        if made is not None:
            os.close(made.held)
            generations.discard(made.draft)
