"""Records and lists as the portal gets them: compact JSON-LD whose fields never change their kind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import NamedNode, Triple

from libri_graph.languages import Text, best_text
from libri_graph.model.listing import Facet, FacetValue, ListPage, Named, PreparedCard, PreparedText, Related
from libri_graph.namespaces import compact as prefixed
from libri_graph.namespaces import term
from libri_graph.publish.context import MIXED, TEXT, Context, Field
from libri_graph.publish.jsonld import Json, Node, compact
from libri_graph.publish.levels import Shape, shape_of

UNDETERMINED: Final = "und"
"""Tag of a text of which nobody said in which language it is."""
DRAFTS: Final = "draftTranslationIn"
DATATYPES: Final = (
    (re.compile(r"-?\d{4,}"), "xsd:gYear"),
    (re.compile(r"-?\d{4,}-\d\d"), "xsd:gYearMonth"),
    (re.compile(r"-?\d{4,}-\d\d-\d\d"), "xsd:date"),
)
"""What a date of a card looks like, and its datatype; rules allow no other. Source: XML Schema 1.1 part 2."""

Position = tuple[float, float]


MOST_KEPT: Final = 3000
"""Cards, and names of things, that a writer keeps ready."""


class Writer:
    """Writes what is known of things in one state of the data, in every language or in one."""

    def __init__(self, context: Context, page_of: Callable[[str], str], languages: Sequence[str] = ()) -> None:
        """`page_of` gives the address of the page about an IRI; `languages`, best first, ask for one text of each."""
        self._context = context
        self._page_of = page_of
        self._languages = languages
        self._things: dict[str, Node] = {}
        self._cards: dict[str, str] = {}
        self._choices: dict[str, str] = {}
        self._by_key = {field.key: field for field in context.fields.values()}
        self._by_name = {prefixed(path): field for path, field in context.fields.items()}

    def missing(self, cards: Iterable[PreparedCard]) -> list[PreparedCard]:
        """Return those of `cards` that are not kept ready."""
        return [card for card in cards if card.iri not in self._cards]

    def card_text(self, card: PreparedCard, names: Mapping[str, Named], positions: Mapping[str, Position]) -> str:
        """Return a card as JSON, as it was written before if it was."""
        known = self._cards.get(card.iri)
        if known is None:
            known = written(self.card(card, names, positions))
            if len(self._cards) < MOST_KEPT:
                self._cards[card.iri] = known
        return known

    def card(self, card: PreparedCard, names: Mapping[str, Named], positions: Mapping[str, Position]) -> Node:
        """Return a card.

        `names` are those of the initiatives that it rests on; `positions` are of all that it names, and its own.
        """
        node: Node = {"id": card.iri, "type": self._types(card.kinds), "label": self.texts(card.labels)}
        node["page"] = self._page_of(card.iri)
        found: Node = {}
        for key, texts in (("gloss", card.glosses), ("summary", card.summaries)):
            if texts:
                found[key] = self.texts(texts)
        for name, things in card.facts.items():
            if things and (field := self._by_name.get(name)):
                found[field.key] = _many_or_one(field, [self.thing(one, positions) for one in things])
        for name, values in card.values.items():
            if values and (field := self._by_name.get(name)):
                found[field.key] = _many_or_one(field, [_value(value, field) for value in values])
        if card.evidence:
            found["evidencedBy"] = [self.thing(names.get(iri, Named(iri)), positions) for iri in card.evidence]
        drafts = {t.language for texts in (card.labels, card.glosses, card.summaries) for t in texts if t.draft}
        if drafts:
            found[DRAFTS] = sorted(drafts)
        found |= _position(positions.get(card.iri))
        return node | dict(sorted(found.items()))

    def page(
        self,
        triples: Sequence[Triple],
        root: NamedNode,
        names: Mapping[str, Named],
        positions: Mapping[str, Position],
        similar: Iterable[Related],
    ) -> Node:
        """Return all that `triples` say of `root`, with the names of what it names and what is like it."""
        node = self.full(triples, root)
        for key, value in node.items():
            field = self._by_key.get(key)
            if field is not None and shape_of(field) is Shape.thing:
                iris = value if isinstance(value, list) else [value]
                things = [self._named(iri, names, positions) for iri in iris]
                node[key] = things if field.many else things[0]
        node.setdefault("label", {})
        return node | {"page": self._page_of(root.value), "similar": [self._related(one) for one in similar]}

    def full(self, triples: Sequence[Triple], root: NamedNode) -> Node:
        """Return just what `triples` say of `root`; where one language is asked for, one text of each."""
        node = compact(triples, root, self._context)
        return self._in_one_language(node) if self._languages else node

    def links(self, triples: Iterable[Triple]) -> set[str]:
        """Return the IRIs of what `triples` name and `page` wants to call by name."""
        named: set[str] = set()
        for triple in triples:
            field = self._context.fields.get(triple.predicate.value)
            if field is not None and isinstance(triple.object, NamedNode) and shape_of(field) is Shape.thing:
                named.add(triple.object.value)
        return named

    def listing(self, items: Iterable[str], part: ListPage, following: str | None, gone: Sequence[str] | None) -> str:
        """Return a list as JSON.

        `items` are JSON; `following` is the address of the next part; `gone` is told where it is asked for.
        """
        told = {"total": part.total, "next": following or None, "gone": None if gone is None else list(gone)}
        rest = written({key: value for key, value in told.items() if value is not None})[1:-1]
        facets = ",".join(map(self._facet, part.facets))
        context = written(self._context.url)
        return f'{{"@context":{context},"items":[{",".join(items)}],{rest},"facets":[{facets}]}}'

    def thing(self, named: Named, positions: Mapping[str, Position]) -> Node:
        """Return what something is called, and where it is if it is a place."""
        known = self._things.get(named.iri)
        if known is None:
            known = {"id": named.iri, "label": self.texts(named.labels), **_position(positions.get(named.iri))}
            if len(self._things) < MOST_KEPT:
                self._things[named.iri] = known
        return known

    def texts(self, texts: Sequence[Text] | Sequence[PreparedText]) -> dict[str, str]:
        """Return a language map; with the one text that the reader sees, where one language is asked for."""
        if self._languages:
            best = best_text((Text(text.text, text.language) for text in texts), self._languages)
            return {best.language or UNDETERMINED: best.text} if best else {}
        found: dict[str, str] = {}
        for text in texts:
            found.setdefault(text.language or UNDETERMINED, text.text)
        return found

    def _named(self, value: Json, names: Mapping[str, Named], positions: Mapping[str, Position]) -> Json:
        if not isinstance(value, str):
            return value
        return self.thing(names.get(value, Named(value)), positions)

    def _types(self, kinds: Iterable[str]) -> list[str]:
        return sorted(self._context.types.get(term(kind).value, kind) if ":" in kind else kind for kind in kinds)

    def _related(self, related: Related) -> Node:
        card = related.card
        found: Node = {"id": card.iri, "type": self._types(card.kinds), "label": self.texts(card.labels)}
        found["page"] = self._page_of(card.iri)
        found["shared"] = [self.thing(named, {}) for named in related.shared]
        return found | ({"distance": round(related.distance, 1)} if related.distance is not None else {})

    def _facet(self, facet: Facet) -> str:
        choices = ",".join(self._choice(facet.name, value) for value in facet.values)
        return f'{{"name":{written(facet.name)},"values":[{choices}]}}'

    def _choice(self, facet: str, value: FacetValue) -> str:
        """Return a value of a facet as JSON; what does not depend on the list was written before."""
        key = f"{facet} {value.value} {value.thing.iri}"
        lasting = self._choices.get(key)
        if lasting is None:
            lasting = self._choices[key] = written(self._lasting(value))[:-1]
        chosen = "true" if value.chosen else "false"
        return f'{lasting},"count":{value.count},"own":{value.own},"chosen":{chosen}}}'

    def _lasting(self, value: FacetValue) -> Node:
        found: Node = {"value": value.value, "label": self.texts(value.thing.labels), "broader": list(value.broader)}
        named = value.thing.iri != value.value or ":" in value.value
        return found | ({"id": value.thing.iri} if named else {})

    def _in_one_language(self, node: Node) -> Node:
        found: Node = {}
        for key, value in node.items():
            field = self._by_key.get(key)
            if field is not None and field.kind == TEXT and isinstance(value, dict):
                best = best_text((Text("", tag) for tag in value), self._languages)
                found[key] = {best.language: value[best.language]} if best else value
            else:
                found[key] = value
        return found


def written(value: Json) -> str:
    """Return JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _position(position: Position | None) -> Node:
    """Return where something is, in the words in which the graph says it: decimals."""
    return {} if position is None else {"lat": _decimal(position[0]), "long": _decimal(position[1])}


def _decimal(number: float) -> str:
    text = repr(number)
    return f"{number:.7f}".rstrip("0") if "e" in text else text


def _many_or_one(field: Field, values: list[Json]) -> Json:
    return values if field.many else values[0]


def _value(text: str, field: Field) -> Json:
    if field.kind != MIXED:
        return text
    kind = next((kind for pattern, kind in DATATYPES if pattern.fullmatch(text)), None)
    return {"@value": text, "@type": kind} if kind else {"@value": text}
