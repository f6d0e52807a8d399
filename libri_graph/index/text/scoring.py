"""From words and what they name to one query of the engine.

A document's score is the sum over the words of the weight of the word, rare ones weighing more, times the nearest way
in which the document holds it. Every part is constant, so the score does not hang on how the index came to be.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import tantivy

from libri_graph.index.text.entities import Entity
from libri_graph.index.text.query import WEIGHTS, Word, by_how, count
from libri_graph.index.text.schema import LINK_WEIGHTS, NAMED_IN, NEVER_FOUND, WORD_FIELDS, bases_of

Q: Final = tantivy.Query
Must, Should = tantivy.Occur.Must, tantivy.Occur.Should
TITLES: Final = ("title", "draft_title")
COMMON: Final = 0.2
"""Of all documents; a word that more of them hold need not be there."""
PHRASE_BONUS: Final = 0.4
NAME_BONUS: Final = 0.8
"""For a title that holds the words in a row, and for one that is nothing else; times the weight of all words."""


class Scoring:
    """Makes queries for one index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def parts(
        self, words: Sequence[Word], entities: Mapping[str, Entity]
    ) -> list[tuple[Word, tantivy.Query, float, bool]]:
        """Return for each word that any document holds: its query, its weight, and whether it is common."""
        found = []
        total = max(1, self._searcher.num_docs)
        for word in words:
            query = self._word(word, entities)
            holding = count(self._searcher, query)
            if holding:
                weight = math.log(1 + total / holding)
                found.append((word, Q.boost_query(query, weight), weight, holding > COMMON * total))
        return found

    def whole(
        self, parts: Sequence[tuple[Word, tantivy.Query, float, bool]], needed: int, kinds: Collection[str]
    ) -> tantivy.Query:
        """Return the query for documents of `kinds` that hold `needed` of the words that are not common."""
        rare = [(Should, query) for _, query, _, common in parts if not common]
        common = [(Should, query) for _, query, _, common in parts if common]
        clauses = [self._of_kinds(kinds)]
        if rare:
            clauses.append((Must, Q.boolean_query(rare, minimum_number_should_match=min(needed, len(rare)))))
            clauses += common
        else:
            clauses.append((Must, Q.boolean_query(common, minimum_number_should_match=min(needed, len(common)))))
        folded = [word.folded for word, _, _, _ in parts]
        weight = sum(weight for _, _, weight, _ in parts)
        clauses += [(Should, query) for query in self._bonuses(folded, weight)]
        return Q.boolean_query(clauses)

    def _of_kinds(self, kinds: Collection[str]) -> tuple[tantivy.Occur, tantivy.Query]:
        if not kinds:
            return tantivy.Occur.MustNot, Q.term_query(self._schema, "kind", NEVER_FOUND)
        of_kind = Q.disjunction_max_query([Q.term_query(self._schema, "kind", kind) for kind in kinds])
        return Must, Q.const_score_query(of_kind, 0.0)

    def _bonuses(self, folded: Sequence[str], weight: float) -> list[tantivy.Query]:
        found = [Q.const_score_query(Q.term_query(self._schema, "name", " ".join(folded)), NAME_BONUS * weight)]
        if len(folded) > 1:
            phrase = Q.phrase_query(self._schema, "title", list(folded), slop=1)
            found.append(Q.const_score_query(phrase, PHRASE_BONUS * weight))
        return found

    def _word(self, word: Word, entities: Mapping[str, Entity]) -> tantivy.Query:
        parts: list[tantivy.Query] = []
        for how, whole, stems in by_how(word):
            for name, weight in WORD_FIELDS.items():
                parts += self._constants(name, whole, weight * WEIGHTS[how])
                parts += self._constants(bases_of(name), stems, weight * WEIGHTS[how])
        for iri, entity in entities.items():
            named = entity.weights.get(word.folded, 0.0)
            for field in NAMED_IN[entity.document.kind] if named else ():
                parts += self._constants(field, [iri], named * LINK_WEIGHTS[field])
        return Q.disjunction_max_query(parts)

    def _constants(self, field: str, terms: Iterable[str], score: float) -> list[tantivy.Query]:
        return [Q.const_score_query(Q.term_query(self._schema, field, term), score) for term in terms]

    def begun(self, folded: Sequence[str]) -> tantivy.Query:
        """Return the query for documents with names that hold these words, the last one only begun."""
        clauses = [(Must, self._in_names(word)) for word in folded[:-1]]
        begun = [Q.fuzzy_term_query(self._schema, name, folded[-1], distance=0, prefix=True) for name in TITLES]
        return Q.boolean_query([*clauses, (Must, Q.disjunction_max_query(begun))])

    def _in_names(self, word: str) -> tantivy.Query:
        return Q.disjunction_max_query([Q.term_query(self._schema, name, word) for name in TITLES])
