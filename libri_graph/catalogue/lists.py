"""Lists of one kind of thing, with the facets by which they can be told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from libri_graph.catalogue.reading import cards, name_of, text_of
from libri_graph.languages import Text
from libri_graph.model.reading import Card, Thing
from libri_graph.namespaces import compact
from libri_graph.store.protocol import Page, Solution, Store

PAGE_SIZE = 24


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, and how many of the listed things have it."""

    thing: Thing
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list."""

    total: int
    page: int
    pages: int
    cards: tuple[Card, ...]
    facets: dict[str, tuple[Choice, ...]]
    """Prefixed predicate -> its values, the most frequent first."""


def members(
    store: Store,
    kind: NamedNode,
    languages: Sequence[str],
    *,
    page: int = 1,
    country: NamedNode | None = None,
    concept: NamedNode | None = None,
) -> Listing:
    """Return page `page` (from 1) of the things of class `kind`, of one country and with one concept where given.

    Sorted by IRI. Four queries whatever the size.
    """
    rows = store.select("list/members", kind=kind, country=country, concept=concept)
    things = [thing for row in rows if isinstance(thing := row["thing"], NamedNode)]
    pages = max(1, -(-len(things) // PAGE_SIZE))
    shown = Page(PAGE_SIZE, (page - 1) * PAGE_SIZE)
    facets = store.select("list/facets", kind=kind, country=country, concept=concept)
    chosen = things[shown.offset : shown.offset + shown.limit]
    return Listing(len(things), page, pages, cards(store, chosen, languages), _facets(store, facets, languages))


def _facets(store: Store, rows: Sequence[Solution], languages: Sequence[str]) -> dict[str, tuple[Choice, ...]]:
    terms = [value for row in rows if isinstance(value := row["value"], NamedNode)]
    labels = labels_of(store, terms)
    found: dict[str, list[Choice]] = defaultdict(list)
    for row in rows:
        predicate, value, count = row["predicate"], row["value"], row["things"]
        if isinstance(predicate, NamedNode) and isinstance(value, NamedNode) and isinstance(count, Literal):
            thing = Thing(value.value, name_of(value.value, labels.get(value.value, ()), languages))
            found[compact(predicate.value)].append(Choice(thing, int(count.value)))
    return {name: tuple(choices) for name, choices in found.items()}


def labels_of(store: Store, terms: Sequence[NamedNode]) -> dict[str, list[Text]]:
    """Return IRI -> its labels in every language. One query however many there are."""
    found: dict[str, list[Text]] = defaultdict(list)
    if terms:
        for row in store.select("label/labels", thing=list(dict.fromkeys(terms))):
            thing, label = row["thing"], row["label"]
            if isinstance(thing, NamedNode) and isinstance(label, Literal):
                found[thing.value].append(text_of(label))
    return found
