"""Why a document is among the results: which of its words, or which things that it names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from libri_graph.index.text.analysis import forms
from libri_graph.index.text.document import HIDDEN
from libri_graph.index.text.entities import Entity
from libri_graph.index.text.found import How, Reason
from libri_graph.index.text.query import WEIGHTS, Word
from libri_graph.index.text.schema import FIELD_OF_LINK, LINK_WEIGHTS, NAMES, WORD_FIELDS, title_or_text
from libri_graph.index.text.stored import Passage, Stored
from libri_graph.languages import Text, base, best_text

LONGEST: Final = 200
"""Characters of a text that are shown around the words."""
OWN_LANGUAGE: Final = 1.02
"""Weight of a text in the reader's language over the same in another."""

TOGETHER: Final = 0.1
"""What each word that is held in the same place adds to the weight."""
NEARNESS: Final = {how: number for number, how in enumerate(How)}

Way = tuple[float, int, How, Passage | Entity, str]
"""How well a word is held, among how many others, how near, by what; and the predicate where a thing is named."""


def reasons(
    document: Stored,
    words: Sequence[Word],
    telling: Collection[str],
    entities: Mapping[str, Entity],
    languages: Sequence[str],
) -> tuple[Reason, ...]:
    """Return the reasons for `document`, each word in the place that holds it best. `languages` are the reader's.

    A place that only holds words that are not `telling`, because so many documents do, is no reason beside others.
    """
    places: dict[tuple[int, str], tuple[Passage | Entity, str, list[tuple[Word, How]]]] = {}
    wanted = {base(tag) for tag in languages[:1]}
    for word in words:
        ways = _ways(document, word, words, entities, wanted)
        best = max(ways, key=lambda way: way[0] * (1 + TOGETHER * way[1]), default=None)
        if best is not None:
            _, _, how, by, predicate = best
            places.setdefault((id(by), predicate), (by, predicate, []))[2].append((word, how))
    good = [place for place in places.values() if any(word.folded in telling for word, _ in place[2])]
    return tuple(_reason(*place, languages) for place in good or places.values())


def _ways(
    document: Stored, word: Word, words: Sequence[Word], entities: Mapping[str, Entity], wanted: set[str]
) -> Iterator[Way]:
    for passage in document.passages:
        near = _nearest(passage, word)
        if near is not None:
            name = title_or_text(passage.property)
            weight = WORD_FIELDS[f"draft_{name}" if passage.draft else name] * WEIGHTS[near]
            weight *= 0.999 if passage.property == HIDDEN else 1.0
            weight *= OWN_LANGUAGE if base(passage.language) in wanted else 1.0
            yield weight, _held(passage, words), near, passage, ""
    for link in document.links:
        entity = entities.get(link.iri)
        of_link = LINK_WEIGHTS.get(FIELD_OF_LINK[link.property], 0.0)
        if entity is not None and of_link and word.folded in entity.weights:
            near = _nearest(entity.by[word.folded], word) or How.form
            yield entity.weights[word.folded] * of_link, len(entity.weights), near, entity, link.property


def _nearest(passage: Passage, word: Word) -> How | None:
    shared = word.terms.keys() & passage.all_terms
    return min((word.terms[term] for term in shared), key=NEARNESS.__getitem__) if shared else None


def _held(passage: Passage, words: Sequence[Word]) -> int:
    return sum(not passage.all_terms.isdisjoint(word.terms) for word in words)


def _reason(by: Passage | Entity, predicate: str, held: Sequence[tuple[Word, How]], languages: Sequence[str]) -> Reason:
    typed = tuple(word.typed for word, _ in held)
    how = max((how for _, how in held), key=NEARNESS.__getitem__)
    if isinstance(by, Entity):
        name = _name(by.document, languages)
        return Reason(typed, how, predicate, name.text, name.language, iri=by.document.iri)
    text, marks = _shown(by, {term for word, _ in held for term in word.terms})
    return Reason(typed, how, by.property, text, by.language, marks, draft=by.draft)


def _name(document: Stored, languages: Sequence[str]) -> Text:
    names = [
        Text(passage.text, passage.language)
        for predicate in NAMES[:1] + NAMES[3:]
        for passage in document.passages
        if passage.property == predicate
    ]
    return best_text(names, languages) or Text(document.iri)


def _shown(passage: Passage, terms: set[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the part of a text around the first of the words, and where in it they stand."""
    tokens = [form.token for form in forms(passage.text, passage.language)]
    places = [tokens[number] for number in passage.places(terms)]
    start, end = 0, len(passage.text)
    if end > LONGEST and places:
        start = max(0, places[0].start - LONGEST // 3)
        start = passage.text.rfind(" ", 0, start) + 1 if start else 0
        end = min(end, start + LONGEST)
        end = end if end == len(passage.text) else max(passage.text.rfind(" ", start, end), places[0].end)
    before, after = "… " if start else "", " …" if end < len(passage.text) else ""
    shift = len(before) - start
    marks = tuple((t.start + shift, t.end + shift) for t in places if start <= t.start and t.end <= end)
    return f"{before}{passage.text[start:end]}{after}", marks
