"""One resource with everything that the view says of it, for one reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from libri_graph.catalogue.reading import LABELS, cards, kind_of, name_of, own_title, read, special_first, text_of
from libri_graph.errors import ResourceNotFound
from libri_graph.languages import Text, base, best_text
from libri_graph.model.reading import Card, Incoming, ReadText, Record, Thing
from libri_graph.namespaces import compact
from libri_graph.store.protocol import Page, Solution, Store

FIRST_INCOMING = 12
"""How many of the things that name a record stand on its page; more are one page further."""
SHOWN_INCOMING = 6
"""By how many properties at most; each costs a query."""
EXPLAINED = ("libri:evidenceGrade",)
"""Properties whose concepts stand with their meaning on the page of a record."""


def one(store: Store, iri: NamedNode, languages: Sequence[str]) -> Record:
    """Return what the view says of `iri`. Raises `ResourceNotFound` where it says nothing.

    At most six queries, and one for each property by which others name it, up to six of those.
    """
    rows = store.select("record/statements", iri=iri)
    incoming = _incoming(store, iri, languages)
    if not rows and not incoming:
        raise ResourceNotFound(f"nothing is known of {iri.value}")
    drafts = _drafts(store, iri)
    texts, values, things, kinds = _sorted_out(rows)
    return Record(
        iri=iri.value,
        kinds=special_first(kinds),
        label=_label(iri, texts, languages, drafts),
        texts={name: _read_all(found, languages, drafts.get(name, frozenset())) for name, found in texts.items()},
        all_texts={name: tuple(found) for name, found in texts.items()},
        things={name: _things(found, languages) for name, found in things.items()},
        values={name: tuple(found) for name, found in values.items()},
        incoming=incoming,
        meanings=_meanings(
            store, [NamedNode(grade) for name in EXPLAINED for grade in things.get(name, ())], languages
        ),
        generation=store.generation,
    )


def naming(
    store: Store, iri: NamedNode, predicate: NamedNode, page: Page, languages: Sequence[str]
) -> tuple[Card, ...]:
    """Return a page of the things that name `iri` by `predicate`, by IRI. Two queries."""
    return cards(store, _naming(store, iri, predicate, page), languages)


def _naming(store: Store, iri: NamedNode, predicate: NamedNode, page: Page) -> list[NamedNode]:
    rows = store.select("record/incoming", page, iri=iri, predicate=predicate)
    return [thing for row in rows if isinstance(thing := row["thing"], NamedNode)]


def _incoming(store: Store, iri: NamedNode, languages: Sequence[str]) -> tuple[Incoming, ...]:
    """Return who names `iri`, by property; the cards of all of them are read together."""
    counts: list[tuple[NamedNode, int]] = []
    for row in store.select("record/incoming_counts", iri=iri):
        predicate, count = row["predicate"], row["things"]
        if isinstance(predicate, NamedNode) and isinstance(count, Literal):
            counts.append((predicate, int(count.value)))
    shown = {
        predicate: _naming(store, iri, predicate, Page(FIRST_INCOMING)) for predicate, _ in counts[:SHOWN_INCOMING]
    }
    together = list(dict.fromkeys(thing for things in shown.values() for thing in things))
    card = dict(zip(together, cards(store, together, languages), strict=True))
    return tuple(
        Incoming(compact(predicate.value), count, tuple(card[thing] for thing in shown.get(predicate, ())))
        for predicate, count in counts
    )


def _meanings(store: Store, concepts: Sequence[NamedNode], languages: Sequence[str]) -> Mapping[str, ReadText]:
    if not concepts:
        return {}
    found: dict[str, list[Text]] = defaultdict(list)
    for row in store.select("label/definitions", thing=list(concepts)):
        concept, definition = row["thing"], row["definition"]
        if isinstance(concept, NamedNode) and isinstance(definition, Literal):
            found[concept.value].append(text_of(definition))
    best = {iri: best_text(texts, languages) for iri, texts in found.items()}
    return {iri: read(text, languages) for iri, text in best.items() if text}


def _drafts(store: Store, iri: NamedNode) -> Mapping[str, frozenset[Text]]:
    found: dict[str, set[Text]] = defaultdict(set)
    for row in store.select("record/drafts", iri=iri):
        predicate, value = row["predicate"], row["value"]
        if isinstance(predicate, NamedNode) and isinstance(value, Literal):
            found[compact(predicate.value)].add(text_of(value))
    return {name: frozenset(texts) for name, texts in found.items()}


Sorted = tuple[
    dict[str, dict[Text, None]], dict[str, dict[Literal, None]], dict[str, dict[str, tuple[list[Text], str]]], list[str]
]


def _sorted_out(rows: Sequence[Solution]) -> Sorted:
    texts: dict[str, dict[Text, None]] = defaultdict(dict)
    values: dict[str, dict[Literal, None]] = defaultdict(dict)
    things: dict[str, dict[str, tuple[list[Text], str]]] = defaultdict(dict)
    kinds: list[str] = []
    for row in rows:
        predicate, value = row["predicate"], row["value"]
        name = compact(predicate.value) if isinstance(predicate, NamedNode) else ""
        if name == "rdf:type" and isinstance(value, NamedNode):
            kinds.append(kind_of(value.value))
        elif isinstance(value, Literal):
            if value.language:
                texts[name][text_of(value)] = None
            else:
                values[name][value] = None
        elif isinstance(value, NamedNode):
            labels, kind = things[name].setdefault(value.value, ([], _kind(row)))
            label = row.get("label")
            if isinstance(label, Literal) and text_of(label) not in labels:
                labels.append(text_of(label))
            things[name][value.value] = (labels, min(kind, _kind(row)))
    return texts, values, things, kinds


def _kind(row: Solution) -> str:
    kind = row.get("type")
    return kind_of(kind.value) if isinstance(kind, NamedNode) else ""


def _label(
    iri: NamedNode,
    texts: Mapping[str, Mapping[Text, None]],
    languages: Sequence[str],
    drafts: Mapping[str, frozenset[Text]],
) -> ReadText:
    known = [text for name in LABELS for text in texts.get(name, ())]
    made = frozenset(text for name in LABELS for text in drafts.get(name, frozenset()))
    found = own_title(known, languages, made)
    return read(found, languages, made) if found else name_of(iri.value, (), languages)


def _read_all(texts: Mapping[Text, None], languages: Sequence[str], drafts: frozenset[Text]) -> tuple[ReadText, ...]:
    best = best_text(texts, languages)
    if best is None:
        return ()
    same = [text for text in texts if base(text.language) == base(best.language)]
    return tuple(read(text, languages, drafts) for text in same)


def _things(found: Mapping[str, tuple[Sequence[Text], str]], languages: Sequence[str]) -> tuple[Thing, ...]:
    named = (Thing(iri, name_of(iri, labels, languages), kind) for iri, (labels, kind) in found.items())
    return tuple(sorted(named, key=lambda thing: thing.label.text.casefold()))
