"""From words and what they name to one query of the engine.

A document's score is the sum over the words of the weight of the word, rare ones weighing more, times the nearest way
in which the document holds it. Every part is constant, so the score does not hang on how the index came to be.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import tantivy

from libri_graph.index.text.entities import Entity
from libri_graph.index.text.query import WEIGHTS, Word, by_how, count
from libri_graph.index.text.schema import LINK_WEIGHTS, NAMED_IN, NEVER_FOUND, WORD_FIELDS, bases_of

Q: Final = tantivy.Query
Query = tantivy.Query
Must, Should = tantivy.Occur.Must, tantivy.Occur.Should
TITLES: Final = ("title", "draft_title")
COMMON: Final = 0.2
"""Of all documents; a word that more of them hold need not be there."""
PHRASE_BONUS: Final = 0.4
"""For a title that holds the words in a row, and for naming what some of them are the whole name of; times the weight
of these words."""
ITSELF: Final = 0.6
"""For being what they are the whole name of."""
NAME_BONUS: Final = 0.8
"""For a title that is nothing else than the words; times the weight of all of them."""
BOTH_WAYS: Final = 0.2
"""Part of the lesser weight that counts where a document holds a word itself and names what the word names, too."""
LEAST_WHOLE: Final = 0.5
"""Of the weight of all words: from this on, one word alone may be a name that earns the bonus."""


@dataclass(frozen=True, slots=True)
class Part:
    """One word, ready to be asked for."""

    word: Word
    query: Query
    weight: float
    """The rarer, the more."""
    common: bool
    """Whether so many documents hold it that it tells little."""


class Scoring:
    """Makes queries for one index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def parts(self, words: Sequence[Word], entities: Mapping[str, Entity]) -> list[Part]:
        """Return the words that any document holds, ready to be asked for."""
        found = []
        total = max(1, self._searcher.num_docs)
        for word in words:
            query = self._word(word, entities)
            holding = count(self._searcher, query)
            if holding:
                weight = math.log(1 + total / holding)
                found.append(Part(word, Q.boost_query(query, weight), weight, holding > COMMON * total))
        return found

    def whole(self, parts: Sequence[Part], entities: Mapping[str, Entity], level: int, kinds: Collection[str]) -> Query:
        """Return the query for documents of `kinds`.

        On level 0 they must hold all the words that are not common, on each further one a word less of all of them.
        """
        rare = [part for part in parts if not part.common]
        must, least = (rare, len(rare)) if rare and not level else (parts, max(1, len(parts) - level))
        clauses = [self._of_kinds(kinds)]
        required = Q.boolean_query([(Should, part.query) for part in must], minimum_number_should_match=least)
        clauses.append((Must, required))
        clauses += [(Should, part.query) for part in parts if part not in must]
        clauses += [(Should, query) for query in self._bonuses(parts, entities)]
        return Q.boolean_query(clauses)

    def _of_kinds(self, kinds: Collection[str]) -> tuple[tantivy.Occur, Query]:
        if not kinds:
            return tantivy.Occur.MustNot, Q.term_query(self._schema, "kind", NEVER_FOUND)
        of_kind = Q.disjunction_max_query([Q.term_query(self._schema, "kind", kind) for kind in kinds])
        return Must, Q.const_score_query(of_kind, 0.0)

    def _bonuses(self, parts: Sequence[Part], entities: Mapping[str, Entity]) -> Iterator[Query]:
        words = [part.word.folded for part in parts]
        total = sum(part.weight for part in parts)
        yield Q.const_score_query(Q.term_query(self._schema, "name", " ".join(words)), NAME_BONUS * total)
        in_a_row = list(self._naming(parts, entities, total))
        if len(words) > 1:
            phrase = Q.phrase_query(self._schema, "title", list(words), slop=1)
            in_a_row.append(Q.const_score_query(phrase, PHRASE_BONUS * total))
        if in_a_row:
            yield Q.disjunction_max_query(in_a_row)

    def _naming(self, parts: Sequence[Part], entities: Mapping[str, Entity], total: float) -> Iterator[Query]:
        """Yield queries for what names the things that some words are the whole name of."""
        for iri, entity in entities.items():
            weight = sum(
                part.weight * entity.weights.get(part.word.folded, 0.0)
                for part in parts
                if part.word.folded in entity.whole
            )
            if len(entity.whole) > 1 or weight >= LEAST_WHOLE * total:
                yield from self._constants("iri", [iri], ITSELF * weight)
                for field in NAMED_IN[entity.document.kind]:
                    yield from self._constants(field, [iri], PHRASE_BONUS * weight)

    def _word(self, word: Word, entities: Mapping[str, Entity]) -> Query:
        own, linked = list(self._own(word)), list(self._linked(word, entities))
        ways = [Q.disjunction_max_query(way) for way in (own, linked) if way]
        return Q.disjunction_max_query(ways, tie_breaker=BOTH_WAYS)

    def _own(self, word: Word) -> Iterator[Query]:
        for how, whole, stems in by_how(word):
            for name, weight in WORD_FIELDS.items():
                yield from self._constants(name, whole, weight * WEIGHTS[how])
                yield from self._constants(bases_of(name), stems, weight * WEIGHTS[how])

    def _linked(self, word: Word, entities: Mapping[str, Entity]) -> Iterator[Query]:
        for iri, entity in entities.items():
            named = entity.weights.get(word.folded, 0.0)
            for field in NAMED_IN[entity.document.kind] if named else ():
                yield from self._constants(field, [iri], named * LINK_WEIGHTS[field])

    def _constants(self, field: str, terms: Iterable[str], score: float) -> list[Query]:
        return [Q.const_score_query(Q.term_query(self._schema, field, term), score) for term in terms]

    def begun(self, folded: Sequence[str]) -> Query:
        """Return the query for documents with names that hold these words, the last one only begun."""
        clauses = [(Must, self._in_names(word)) for word in folded[:-1]]
        begun = [Q.fuzzy_term_query(self._schema, name, folded[-1], distance=0, prefix=True) for name in TITLES]
        return Q.boolean_query([*clauses, (Must, Q.disjunction_max_query(begun))])

    def _in_names(self, word: str) -> Query:
        return Q.disjunction_max_query([Q.term_query(self._schema, name, word) for name in TITLES])
