"""The side index at one moment: its sets, names and cards."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from libri_graph.index.sets import Sets
from libri_graph.index.tables import State
from libri_graph.languages import Text
from libri_graph.model.listing import Named, PreparedCard, PreparedText

MOST_KNOWN: Final = 5000
"""Names that are kept ready while the index does not change."""
MOST_CARDS: Final = 2000
"""Cards that are kept ready likewise; each takes some ten kilobytes."""


class Snapshot:
    """What one read transaction sees."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        state: State,
        sets: Callable[[str], Sets],
        known: dict[str, Named],
        cards: dict[str, PreparedCard],
    ) -> None:
        self.connection = connection
        self.sets = sets
        """Kind -> its sets; at most two statements."""
        self._state = state
        self._known = known
        self._cards = cards

    @property
    def generation(self) -> int:
        """Number of the generation that it is of; open the store of just this one beside it."""
        return self._state.generation

    @property
    def epoch(self) -> str:
        """Of the journal."""
        return self._state.epoch

    def card(self, iri: str) -> PreparedCard | None:
        """Return the card of a listed thing, or `None`. Two statements."""
        return next(iter(self.cards([iri])), None)

    def cards(self, iris: Iterable[str]) -> tuple[PreparedCard, ...]:
        """Return the cards of things in their order, without those that have none. At most two statements."""
        wanted = list(dict.fromkeys(iris))
        found = {iri: self._cards[iri] for iri in wanted if iri in self._cards}
        missing = [iri for iri in wanted if iri not in found]
        if missing:
            new = self._read_cards(missing)
            if len(self._cards) < MOST_CARDS:
                self._cards.update(new)
            found |= new
        return tuple(found[iri] for iri in wanted if iri in found)

    def _read_cards(self, iris: Iterable[str]) -> dict[str, PreparedCard]:
        rows = self.connection.execute(
            "SELECT iri, body FROM card WHERE iri IN (SELECT value FROM json_each(?))", (json.dumps(list(iris)),)
        )
        bodies = {iri: json.loads(body) for iri, body in rows}
        facts = {one for body in bodies.values() for found in body["facts"].values() for one in found}
        named = self.names(facts)
        return {iri: _card(iri, body, named) for iri, body in bodies.items()}

    def names(self, iris: Iterable[str]) -> dict[str, Named]:
        """Return what things are called, by IRI; one that nobody named is not in it. At most one statement."""
        wanted = set(iris)
        found = {iri: self._known[iri] for iri in wanted if iri in self._known}
        missing = sorted(wanted - found.keys())
        if missing:
            rows = self.connection.execute(
                "SELECT iri, labels FROM name WHERE iri IN (SELECT value FROM json_each(?))", (json.dumps(missing),)
            )
            new = {iri: Named(iri, tuple(Text(*pair) for pair in json.loads(labels))) for iri, labels in rows}
            if len(self._known) < MOST_KNOWN:
                self._known.update(new)
            found |= new
        return found


def _card(iri: str, body: Mapping[str, Any], named: Mapping[str, Named]) -> PreparedCard:
    return PreparedCard(
        iri,
        tuple(body["kinds"]),
        _texts(body["labels"]),
        _texts(body["glosses"]),
        _texts(body["summaries"]),
        {name: tuple(named.get(one, Named(one)) for one in iris) for name, iris in body["facts"].items()},
        {name: tuple(found) for name, found in body["values"].items()},
        tuple(body["evidence"]),
    )


def _texts(found: Iterable[Any]) -> tuple[PreparedText, ...]:
    return tuple(PreparedText(text[0], text[1], len(text) > 2) for text in found)
