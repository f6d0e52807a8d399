"""The text index of one generation: search and suggestions."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import tantivy

from libri_graph.errors import IndexMissing
from libri_graph.index.text import writing
from libri_graph.index.text.document import HIDDEN, Document
from libri_graph.index.text.entities import Entities, Entity
from libri_graph.index.text.found import Found, Hit, Suggestion
from libri_graph.index.text.query import Reader, Word, words_of
from libri_graph.index.text.reasons import reasons
from libri_graph.index.text.schema import FIRST, NAMES
from libri_graph.index.text.scoring import Part, Scoring
from libri_graph.index.text.stored import Documents, Passage, Stored
from libri_graph.languages import base

MOST_HITS: Final = 100
FEW: Final = 10
"""Hits with all the words; with fewer, those with most of the words come too."""
SAME_COUNTRY: Final = 0.96
"""Weight of a hit for each better one of the same country; a word in the title still counts more."""
LEAST_OF_ONE: Final = 0.8
SHORTEST_BEGINNING: Final = 2
"""Letters that suggestions need."""
SUGGESTED_FROM: Final = 60
"""Documents whose names are looked at for suggestions."""


class TextIndex:
    """One index, open for reading by any number of threads. It never changes under a reader."""

    def __init__(self, index: tantivy.Index, folder: Path) -> None:
        self._folder = folder
        self._schema = index.schema
        self._searcher = index.searcher()
        documents = self._documents = Documents(self._searcher)
        self._reader = Reader(self._schema, self._searcher, documents)
        self._entities = Entities(self._schema, self._searcher, documents)
        self._scoring = Scoring(self._schema, self._searcher)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the index in `folder` as it is now. Raises `IndexMissing` where there is none that can be read."""
        try:
            return cls(tantivy.Index.open(str(folder)), folder)
        except (OSError, ValueError) as fault:
            raise IndexMissing(f"the text index cannot be read ({fault}); run: libri rebuild") from fault

    @classmethod
    def make(cls, folder: Path, documents: Iterable[Document]) -> Self:
        """Make an index of `documents` in `folder` and open it."""
        writing.make(folder, documents)
        return cls.open(folder)

    def update(self, target: Path, changed: Iterable[Document], gone: Iterable[str] = ()) -> Self:
        """Make `target` an index like this one, but with `changed` as they are now and without `gone`; open it.

        This one stays as it is. The two share the files of what has not changed.
        """
        writing.copy(self._folder, target)
        writing.update(target, changed, gone)
        return type(self).open(target)

    @property
    def size(self) -> int:
        """How many documents it holds."""
        return int(self._searcher.num_docs)

    def search(
        self, words: str, languages: Sequence[str], kinds: Collection[str] = (), limit: int = 20, offset: int = 0
    ) -> Found:
        """Return what the words of a question find, the best first. Never raises, whatever the words are.

        `languages` are the reader's, most preferred first: reasons are given in them where there is a choice.
        `kinds` are local names of classes; none stands for all. At most a hundred hits can be reached.
        """
        pairs, cut = words_of(words)
        read = self._reader.read(pairs)
        entities = self._entities.named_by(read)
        parts = self._scoring.parts(read, entities)
        known = [part.word for part in parts]
        unknown = tuple(word.typed for word in read if word not in known)
        if not parts:
            return Found(unknown=unknown, cut=cut)
        hits, total = self._best(parts, entities, kinds)
        telling = {part.word.folded for part in parts if not part.common}
        shown = self._documents.read(hits[offset : max(0, offset + limit)])
        found = (Hit(d.iri, d.kind, score, reasons(d, known, telling, entities, languages)) for score, d in shown)
        return Found(tuple(found), total, unknown, _corrected(known), cut)

    def _best(
        self, parts: Sequence[Part], entities: Mapping[str, Entity], kinds: Collection[str]
    ) -> tuple[list[tuple[float, tantivy.DocAddress]], int]:
        """Return hits and their number: with all the words or, where those are few, with at least half of them."""
        for level in range(len(parts) // 2 + 1):
            query = self._scoring.whole(parts, entities, level, kinds)
            answer = self._searcher.search(query, limit=MOST_HITS, weight_by_field="rank")
            total = int(answer.count)  # type: ignore[attr-defined]  # its stub does not know it
            if total >= FEW:
                break
        return self._mixed(answer.hits), total

    def _mixed(self, hits: Sequence[tuple[float, tantivy.DocAddress]]) -> list[tuple[float, tantivy.DocAddress]]:
        """Return hits in an order in which each further one of a country stands back a little, so that many come up."""
        countries = self._searcher.fast_field_values("country", [address for _, address in hits])
        waiting: defaultdict[object, deque[tuple[float, tantivy.DocAddress]]] = defaultdict(deque)
        for hit, country in zip(hits, countries, strict=True):
            waiting[country or object()].append(hit)
        weights = dict.fromkeys(waiting, 1.0)
        found = []
        while waiting:
            best = max(waiting, key=lambda one: waiting[one][0][0] * weights[one])
            score, address = waiting[best].popleft()
            found.append((score * weights[best], address))
            weights[best] = max(LEAST_OF_ONE, weights[best] * SAME_COUNTRY)
            if not waiting[best]:
                del waiting[best]
        return found

    def suggest(self, prefix: str, languages: Sequence[str], limit: int = 8) -> tuple[Suggestion, ...]:
        """Return names whose words are those of `prefix`, the last one only begun: concepts and places first.

        Of a thing with several such names, one in the reader's languages is preferred.
        """
        pairs, _ = words_of(prefix)
        if not pairs or len(pairs[-1][1]) < SHORTEST_BEGINNING:
            return ()
        hits = self._searcher.search(self._scoring.begun([folded for _, folded in pairs]), limit=SUGGESTED_FROM).hits
        found: dict[str, tuple[tuple[object, ...], Suggestion]] = {}
        for _, document in self._documents.read(hits):
            passage = _name_begun(document, [folded for _, folded in pairs], languages)
            if passage is not None:
                order = (document.kind in FIRST, len(passage.terms), passage.text.casefold(), document.iri)
                one = Suggestion(document.iri, document.kind, passage.text, passage.language)
                key = passage.text.casefold()
                if key not in found or order < found[key][0]:
                    found[key] = (order, one)
        best = sorted(found.values(), key=lambda pair: pair[0])
        return tuple(suggestion for _, suggestion in best[:limit])


def _corrected(words: Iterable[Word]) -> tuple[tuple[str, str], ...]:
    found = []
    for word in words:
        meant = [term for term, how in word.terms.items() if how == "typo"]
        if meant:
            found.append((word.typed, meant[0]))
    return tuple(found)


def _name_begun(document: Stored, folded: Sequence[str], languages: Sequence[str]) -> Passage | None:
    fitting = [
        passage
        for passage in document.passages
        if passage.property in NAMES
        and passage.property != HIDDEN
        and all(word in passage.all_terms for word in folded[:-1])
        and any(term.startswith(folded[-1]) for term in passage.all_terms if ":" not in term)
    ]
    order = {base(tag): number for number, tag in reversed(list(enumerate(languages)))}
    return min(
        fitting,
        key=lambda p: (order.get(base(p.language), len(order)), p.draft, NAMES.index(p.property), p.text),
        default=None,
    )
