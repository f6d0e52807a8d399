"""Documents as the index gives them back, their words ready to be compared."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import tantivy

from libri_graph.index.text.document import Link

MOST_KEPT: Final = 600
"""Documents that are kept read, some 60 KB each."""


@dataclass(frozen=True)
class Passage:
    """One text of a document."""

    property: str
    language: str
    text: str
    draft: bool
    terms: tuple[frozenset[str], ...]
    """Word by word, the terms under which it is found: itself, and its stems."""

    @cached_property
    def all_terms(self) -> frozenset[str]:
        """The terms of all its words."""
        return frozenset().union(*self.terms)

    def places(self, terms: Collection[str]) -> list[int]:
        """Return the numbers of the words that are found under any of `terms`."""
        return [number for number, found in enumerate(self.terms) if not found.isdisjoint(terms)]


@dataclass(frozen=True, slots=True)
class Stored:
    """A document, read back."""

    iri: str
    kind: str
    passages: tuple[Passage, ...]
    links: tuple[Link, ...]


class Documents:
    """The documents of one searcher; the last ones that were read are kept. Safe to share between threads."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self._kept: dict[tuple[int, int], Stored] = {}
        self._lock = threading.Lock()

    def read(self, hits: Iterable[tuple[float, tantivy.DocAddress]]) -> Iterator[tuple[float, Stored]]:
        """Yield the documents of hits, with their scores."""
        for score, address in hits:
            yield score, self._one(address)

    def _one(self, address: tantivy.DocAddress) -> Stored:
        key = (address.segment_ord, address.doc)
        found = self._kept.get(key)
        if found is None:
            found = _read(self._searcher.doc(address))
            with self._lock:
                if len(self._kept) >= MOST_KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = found
        return found


def _read(document: tantivy.Document) -> Stored:
    body = json.loads(bytes(document.get_first("stored") or b"{}"))
    passages = (
        Passage(name, language, text, bool(draft), tuple(frozenset(term.split("|")) for term in terms))
        for name, language, text, draft, terms in body["words"]
    )
    links = (Link(name, iri) for name, iri in body["links"])
    return Stored(str(document.get_first("iri")), str(document.get_first("kind")), tuple(passages), tuple(links))
