"""What the side index prepared in every language, as one reader sees it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from libri_graph.catalogue.reading import name_of, read, special_first
from libri_graph.languages import Text, best_text
from libri_graph.model.listing import Named, PreparedCard, PreparedText
from libri_graph.model.reading import Card, ReadText, Thing


def read_cards(cards: Iterable[PreparedCard], languages: Sequence[str]) -> tuple[Card, ...]:
    """Return cards for a reader of `languages`, in their order."""
    return tuple(read_card(card, languages) for card in cards)


def read_card(card: PreparedCard, languages: Sequence[str]) -> Card:
    """Return one card for a reader of `languages`, most preferred first."""
    labels, drafts = _known(card.labels)
    return Card(
        iri=card.iri,
        kind=next(iter(special_first(kind.removeprefix("libri:") for kind in card.kinds)), ""),
        label=name_of(card.iri, labels, languages, drafts),
        gloss=_best(card.glosses, languages),
        summary=_best(card.summaries, languages),
        facts={name: _things(found, languages) for name, found in card.facts.items()},
        values=card.values,
    )


def read_named(named: Named, languages: Sequence[str]) -> Thing:
    """Return a named thing for a reader of `languages`."""
    return Thing(named.iri, name_of(named.iri, named.labels, languages))


def _things(found: Iterable[Named], languages: Sequence[str]) -> tuple[Thing, ...]:
    return tuple(
        sorted((read_named(named, languages) for named in found), key=lambda thing: thing.label.text.casefold())
    )


def _best(texts: Sequence[PreparedText], languages: Sequence[str]) -> ReadText | None:
    known, drafts = _known(texts)
    found = best_text(known, languages)
    return read(found, languages, drafts) if found else None


def _known(texts: Sequence[PreparedText]) -> tuple[list[Text], frozenset[Text]]:
    """Return texts, and which of them are drafts."""
    known = [Text(text.text, text.language) for text in texts]
    return known, frozenset(text for text, given in zip(known, texts, strict=True) if given.draft)
