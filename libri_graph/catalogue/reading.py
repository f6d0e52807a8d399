"""Turn rows of the store into texts, things and cards for one reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from libri_graph.languages import Text, base, best_text
from libri_graph.model.reading import Card, ReadText, Thing, is_foreign
from libri_graph.namespaces import LIBRI, compact
from libri_graph.store.protocol import Solution, Store

LABELS: Final = ("skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name", "libri:measure", "libri:statedValue")
SUMMARIES: Final = {
    "": ("dcterms:description", "libri:needDescription"),
    "sssom:Mapping": ("skos:note",),
}
"""Kind -> what to say of a thing under its name, the best first; the first entry is for any other kind."""
GENERAL: Final = frozenset({"Organisation", "Initiative", "Source"})
"""Classes that a more special one stands before."""


def text_of(literal: Literal) -> Text:
    """Return a literal as a text."""
    return Text(literal.value, literal.language or "")


def read(text: Text, languages: Sequence[str], drafts: frozenset[Text] = frozenset()) -> ReadText:
    """Return `text` as a reader of `languages` sees it."""
    return ReadText(text.text, text.language, is_foreign(text.language, languages[0]), text in drafts)


def name_of(
    iri: str, labels: Iterable[Text], languages: Sequence[str], drafts: frozenset[Text] = frozenset()
) -> ReadText:
    """Return what to call a thing: its best label, or the end of its IRI where nobody named it."""
    known = list(labels)
    found = best_text(known, languages)
    return read(found, languages, drafts) if found else ReadText(_tail(iri), "")


def own_title(labels: Iterable[Text], languages: Sequence[str], drafts: frozenset[Text]) -> Text | None:
    """Return the title by which a thing goes: one in the reader's language, else a written one, else a draft."""
    known = list(labels)
    mine = [text for text in known if base(text.language) == base(languages[0])]
    return (
        best_text(mine, languages)
        or best_text([t for t in known if t not in drafts], languages)
        or best_text(known, languages)
    )


def special_first(kinds: Iterable[str]) -> tuple[str, ...]:
    """Return local class names with the most special one first."""
    return tuple(sorted(set(kinds), key=lambda kind: (kind in GENERAL, kind)))


def kind_of(iri: str) -> str:
    """Return the local name of a class of ours, or its prefixed name."""
    return iri.removeprefix(LIBRI) if iri.startswith(LIBRI) else compact(iri)


def cards(store: Store, things: Sequence[NamedNode], languages: Sequence[str]) -> tuple[Card, ...]:
    """Return a card for each of `things`, in their order. Two queries however many there are."""
    if not things:
        return ()
    rows: dict[str, list[Solution]] = defaultdict(list)
    for row in store.select("label/cards", thing=list(things)):
        thing = row["thing"]
        rows[thing.value if isinstance(thing, NamedNode) else ""].append(row)
    drafts = drafts_of(store, things, languages[0])
    return tuple(_card(thing.value, rows[thing.value], languages, drafts[thing.value]) for thing in things)


def drafts_of(store: Store, things: Sequence[NamedNode], language: str) -> Mapping[str, frozenset[Text]]:
    """Return IRI -> those of its texts in `language` that a machine made. One query."""
    found: dict[str, set[Text]] = defaultdict(set)
    for row in store.select("label/drafts", thing=list(things), language=Literal(language)):
        value = row["value"]
        if isinstance(value, Literal):
            found[_iri(row["thing"])].add(text_of(value))
    return defaultdict(frozenset, {iri: frozenset(texts) for iri, texts in found.items()})


def _card(iri: str, rows: Iterable[Solution], languages: Sequence[str], drafts: frozenset[Text]) -> Card:
    texts: dict[str, dict[Text, None]] = defaultdict(dict)
    labels: dict[str, dict[str, list[Text]]] = defaultdict(lambda: defaultdict(list))
    values: dict[str, dict[str, None]] = defaultdict(dict)
    kinds: list[str] = []
    for row in rows:
        name, value = compact(_iri(row["predicate"])), row["value"]
        if name == "rdf:type":
            kinds.append(kind_of(_iri(value)))
        elif isinstance(value, Literal):
            if value.language:
                texts[name][text_of(value)] = None
            else:
                values[name][value.value] = None
        else:
            label = row.get("label")
            labels[name][_iri(value)] += [text_of(label)] if isinstance(label, Literal) else []
    kind = next(iter(special_first(kinds)), "")
    return Card(
        iri=iri,
        kind=kind,
        label=name_of(iri, [text for name in LABELS for text in texts.get(name, ())], languages, drafts),
        gloss=_best(texts, ("libri:gloss",), languages, drafts),
        summary=_best(texts, SUMMARIES.get(kind, SUMMARIES[""]), languages, drafts),
        facts={name: _things(found, languages) for name, found in labels.items()},
        values={name: tuple(found) for name, found in values.items()},
    )


def _things(found: Mapping[str, Sequence[Text]], languages: Sequence[str]) -> tuple[Thing, ...]:
    named = (Thing(iri, name_of(iri, labels, languages)) for iri, labels in found.items())
    return tuple(sorted(named, key=lambda thing: thing.label.text.casefold()))


def _best(
    texts: Mapping[str, Iterable[Text]], names: Sequence[str], languages: Sequence[str], drafts: frozenset[Text]
) -> ReadText | None:
    for name in names:
        found = best_text(texts.get(name, ()), languages)
        if found:
            return read(found, languages, drafts)
    return None


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode | BlankNode | Literal) else str(term)


def _tail(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or iri
