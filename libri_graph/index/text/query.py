"""The reader's words made ready: what each may stand for, nearest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import tantivy

from libri_graph.index.text.analysis import bases_anywhere
from libri_graph.index.text.folding import tokens
from libri_graph.index.text.found import How
from libri_graph.index.text.schema import FORM_WEIGHT, PREFIX_WEIGHT, TYPO_WEIGHT, WORD_FIELDS, bases_of
from libri_graph.index.text.stored import Documents

MOST_LETTERS: Final = 300
"""Characters of a question; the rest is not read."""
MOST_WORDS: Final = 12
SHORTEST_PREFIX: Final = 3
"""Letters of the beginning of a word."""
MOST_PREFIXED: Final = 24
"""Words that one beginning stands for, the most frequent."""
SHORTEST_TYPO: Final = 4
LONG_TYPO: Final = 8
"""Letters from which one and two mistakes are forgiven."""
SEEN_FOR_TYPO: Final = 40
"""Documents in which the word that was meant is looked for."""
MOST_MEANT: Final = 4
WEIGHTS: Final = {How.word: 1.0, How.form: FORM_WEIGHT, How.prefix: PREFIX_WEIGHT, How.typo: TYPO_WEIGHT}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the reader."""

    typed: str
    folded: str
    terms: dict[str, How] = field(default_factory=dict)
    """Term of the index -> how near it is; terms with a colon are stems."""


def words_of(text: str) -> tuple[list[tuple[str, str]], bool]:
    """Return the words of a question as typed and folded, each once, and whether some were left out."""
    read = text[:MOST_LETTERS]
    found = {token.text: (read[token.start : token.end], token.text) for token in tokens(read)}
    several = [pair for pair in found.values() if len(pair[1]) > 1 or not pair[1].isalpha() or not pair[1].isascii()]
    kept = several or list(found.values())
    return kept[:MOST_WORDS], len(text) > MOST_LETTERS or len(kept) > MOST_WORDS


class Reader:
    """Finds out what the words of a question may stand for in one index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, documents: Documents) -> None:
        self._schema = schema
        self._searcher = searcher
        self._documents = documents

    def read(self, pairs: Iterable[tuple[str, str]], *, open_end: bool = True) -> list[Word]:
        """Return the words with their terms; the last one may be only begun where the end is open."""
        listed = list(pairs)
        return [
            self._word(typed, folded, begun=open_end and number == len(listed) - 1)
            for number, (typed, folded) in enumerate(listed)
        ]

    def _word(self, typed: str, folded: str, *, begun: bool) -> Word:
        terms = dict.fromkeys(bases_anywhere(folded), How.form)
        terms[folded] = How.word
        known = self._is_known(terms)
        if begun or not known:
            for term in self._begun_by(folded):
                terms.setdefault(term, How.prefix)
                known = True
        if not known:
            terms |= dict.fromkeys(self._meant_by(folded), How.typo)
        return Word(typed, folded, terms)

    def _begun_by(self, folded: str) -> list[str]:
        if len(folded) < SHORTEST_PREFIX:
            return []
        everything = tantivy.Query.all_query()  # or else words of deleted documents count
        return [t for t, _ in self._searcher.terms_with_prefix("word", folded, everything, MOST_PREFIXED)]

    def _is_known(self, terms: Iterable[str]) -> bool:
        stems = [bases_of(name) for name in WORD_FIELDS]
        return any(self._count(name, term) for term in terms for name in (stems if ":" in term else ("word",)))

    def _count(self, name: str, term: str) -> int:
        """Return how many documents have `term`; tantivy's own figure counts deleted ones too."""
        if not self._searcher.doc_freq(name, term):
            return 0
        return count(self._searcher, tantivy.Query.term_query(self._schema, name, term))

    def _meant_by(self, folded: str) -> list[str]:
        """Return the words that differ from `folded` by a mistake or two, the nearest and most frequent."""
        if len(folded) < SHORTEST_TYPO:
            return []
        for most in (1, 2) if len(folded) >= LONG_TYPO else (1,):
            query = tantivy.Query.fuzzy_term_query(self._schema, "word", folded, distance=most)
            seen = self._documents.read(self._searcher.search(query, limit=SEEN_FOR_TYPO, count=False).hits)
            terms = frozenset().union(*(p.all_terms for _, document in seen for p in document.passages))
            near = [term for term in terms if _is_like(folded, term, most) and distance(folded, term) <= most]
            if near:
                near.sort(key=lambda term: (-self._count("word", term), term))
                return near[:MOST_MEANT]
        return []


def _is_like(one: str, other: str, most: int) -> bool:
    """Return whether two words may be `most` mistakes apart, which their letters tell quickly."""
    return abs(len(one) - len(other)) <= most and len(set(one) ^ set(other)) <= 2 * most and ":" not in other


def count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Return how many documents `query` finds."""
    return int(searcher.search(query, limit=1).count)  # type: ignore[attr-defined]  # its stub does not know it


def distance(one: str, other: str) -> int:
    """Return how many letters to add, drop, change or swap with the next make `one` the other.

    >>> distance("bibloteka", "biblioteka"), distance("caef", "cafe"), distance("a", "abc")
    (1, 1, 2)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(row[-1] + 1, before[j] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def by_how(word: Word) -> Iterator[tuple[How, list[str], list[str]]]:
    """Yield the terms of a word, nearest first: how near, whole words, stems."""
    for how in How:
        terms = [term for term, found in word.terms.items() if found == how]
        if terms:
            yield how, [term for term in terms if ":" not in term], [term for term in terms if ":" in term]
