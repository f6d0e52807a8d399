"""The concepts, places and organisations that words name: a way from any language to what names them in another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import tantivy

from libri_graph.index.text.query import WEIGHTS, Word, by_how
from libri_graph.index.text.schema import NAMED_IN, bases_of
from libri_graph.index.text.stored import Documents, Passage, Stored

MOST_LOOKED_AT: Final = 64
"""Things whose names hold a word; of more, those with the shortest names."""
CONCEPTS: Final = ("skos:Concept", "dcterms:Location", "dcterms:LinguisticSystem")
GROUPS: Final = (CONCEPTS, tuple(kind for kind in NAMED_IN if kind not in CONCEPTS))
"""Kinds that are looked for apart, so that many organisations of one name leave room for the concept."""
LEAST: Final = 0.3
"""Of a name that the words must make up."""
NARROWER_WEIGHT: Final = 0.9
DEEPEST: Final = 4
"""Steps down a hierarchy of concepts."""
Q: Final = tantivy.Query


@dataclass(slots=True)
class Entity:
    """A thing that some words name, if only in part."""

    document: Stored
    weights: dict[str, float] = field(default_factory=dict)
    """Folded word -> how well it names the thing, up to 1."""
    by: dict[str, Passage] = field(default_factory=dict)
    """Folded word -> the name that holds it."""
    whole: frozenset[str] = frozenset()
    """Folded words that make up one of its names, all of it; empty where none does."""


class Entities:
    """Finds what words name in one index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, documents: Documents) -> None:
        self._schema = schema
        self._searcher = searcher
        self._documents = documents

    def named_by(self, words: Sequence[Word]) -> dict[str, Entity]:
        """Return IRI -> thing that the words name, narrower concepts included."""
        found: dict[str, Entity] = {}
        for word in words:
            for document in self._with_name(word):
                found.setdefault(document.iri, Entity(document))
        for entity in found.values():
            for word in words:
                _weigh(entity, word, words)
        named = {iri: entity for iri, entity in found.items() if entity.weights}
        return self._with_narrower(named)

    def _with_name(self, word: Word) -> Iterable[Stored]:
        for kinds in GROUPS:
            of_kind = Q.disjunction_max_query([Q.term_query(self._schema, "kind", kind) for kind in kinds])
            scoreless = Q.const_score_query(of_kind, 0.0)
            query = Q.boolean_query([(tantivy.Occur.Must, scoreless), (tantivy.Occur.Must, self._in_name(word))])
            hits = self._searcher.search(query, limit=MOST_LOOKED_AT, count=False).hits
            yield from (document for _, document in self._documents.read(hits))

    def _in_name(self, word: Word) -> tantivy.Query:
        fields = ("title", "draft_title")
        terms = [(name, term) for name in fields for _, whole, _ in by_how(word) for term in whole]
        terms += [(bases_of(name), term) for name in fields for _, _, stems in by_how(word) for term in stems]
        return Q.disjunction_max_query([Q.term_query(self._schema, name, term) for name, term in terms])

    def _with_narrower(self, named: dict[str, Entity]) -> dict[str, Entity]:
        found, latest = dict(named), dict(named)
        for _ in range(DEEPEST):
            above = [iri for iri, entity in latest.items() if entity.document.kind == "skos:Concept"]
            if not above:
                break
            query = Q.disjunction_max_query([Q.term_query(self._schema, "broader", iri) for iri in above])
            hits = self._searcher.search(query, limit=10 * MOST_LOOKED_AT, count=False).hits
            latest = {}
            for _, document in self._documents.read(hits):
                for link in document.links:
                    if link.property == "skos:broader" and link.iri in found and document.iri not in found:
                        upper = found[link.iri]
                        weights = {word: NARROWER_WEIGHT * weight for word, weight in upper.weights.items()}
                        latest[document.iri] = Entity(document, weights, dict(upper.by), upper.whole)
            found |= latest
        return found


def _weigh(entity: Entity, word: Word, words: Sequence[Word]) -> None:
    """Note how well `word` names the thing: how near it is, and how much of the name all words make up."""
    best, by = 0.0, None
    for passage in entity.document.passages:
        if passage.all_terms.isdisjoint(word.terms):
            continue
        near = max(WEIGHTS[word.terms[term]] for term in passage.all_terms if term in word.terms)
        share = _share(passage, words)
        weight = near * share
        if weight > best:
            best, by = weight, passage
        if share == 1.0:
            made_of = {other.folded for other in words if not passage.all_terms.isdisjoint(other.terms)}
            entity.whole = max(entity.whole, frozenset(made_of), key=len)
    if by is not None and best >= LEAST:
        entity.weights[word.folded] = best
        entity.by[word.folded] = by


def _share(passage: Passage, words: Sequence[Word]) -> float:
    """Return which part of a name the words make up; one- and two-letter words of it do not matter."""
    places = [found for found in passage.terms if max(len(t) for t in found if ":" not in t) > 2] or passage.terms
    held = sum(1 for found in places if any(not found.isdisjoint(word.terms) for word in words))
    return held / len(places) if places else 0.0
