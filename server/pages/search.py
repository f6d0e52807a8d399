"""Search by words: as a page, as suggestions while the reader types, and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode

from libri_graph.catalogue.labels import labels_of
from libri_graph.catalogue.reading import cards
from libri_graph.errors import RequestInvalid
from libri_graph.index.text.found import Found, Hit, Reason
from libri_graph.index.text.gather import class_of
from libri_graph.index.text.index import MOST_HITS, TextIndex
from libri_graph.index.text.query import MOST_LETTERS
from libri_graph.languages import Text, best_text
from libri_graph.model.reading import Card, ReadText, is_foreign
from libri_graph.namespaces import compact
from server.i18n import chosen_language, reader_language, reader_languages
from server.responses import context, finish, page, reading, store, urls

pages = Blueprint("search", __name__)
PAGE_SIZE: Final = 10
API_SIZE: Final = 20
SUGGESTIONS: Final = 8
SUGGESTION_SECONDS: Final = 300
"""How long a browser keeps suggestions."""
KINDS: Final = {
    "initiatives": ("Initiative", "Partnership"),
    "practices": ("Practice",),
    "guides": ("Guide",),
    "strategies": ("Strategy",),
    "organisations": ("Organisation", "Library"),
    "events": ("Event",),
    "places": ("Place", "dcterms:Location"),
    "concepts": ("skos:Concept",),
}
"""Name of a kind in addresses -> the kinds of documents."""


@dataclass(frozen=True, slots=True)
class Why:
    """A reason, for the reader."""

    reason: Reason
    text: ReadText
    pieces: tuple[tuple[str, bool], ...]
    """The text in pieces, and whether each is what matched."""


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was found, for the reader."""

    card: Card
    why: tuple[Why, ...]


@pages.get("/search")
def search() -> ResponseReturnValue:
    """Show what the words find, the best first, and why."""
    words, kind, number = _words(), request.args.get("kind", ""), _number("page", 1, MOST_HITS // PAGE_SIZE)
    found = _index().search(words, reader_languages(), _kinds(kind), PAGE_SIZE, (number - 1) * PAGE_SIZE)
    reachable = min(found.total, MOST_HITS)
    return page(
        "search.html",
        "/search" + (f"?{urlencode({'q': words})}" if words else ""),
        words=words,
        kind=kind,
        kinds=KINDS,
        found=found,
        results=_results(found),
        number=number,
        numbers=max(1, -(-reachable // PAGE_SIZE)),
        most=MOST_HITS,
    )


@pages.get("/suggest")
def suggest() -> ResponseReturnValue:
    """Give names that begin as the reader types."""
    limit = _number("limit", SUGGESTIONS, 20)
    items = [
        {
            "text": one.text,
            "language": one.language,
            "id": one.iri,
            "type": _type(one.kind),
            "url": urls().absolute(urls().path_of(one.iri)),
        }
        for one in _index().suggest(_words(), reader_languages(), limit)
    ]
    finished = finish(_as_json({"items": items}, "application/json"), path="/suggest")
    finished.headers["Cache-Control"] = f"public, max-age={SUGGESTION_SECONDS}"
    return finished


@pages.get("/api/search")
def api_search() -> ResponseReturnValue:
    """Give programs what the words find, as JSON-LD."""
    limit = _number("limit", API_SIZE, MOST_HITS, least=0)
    found = _index().search(_words(), reader_languages(), _kinds(request.args.get("kind", "")), limit)
    things = [NamedNode(hit.iri) for hit in found.hits]
    labels, shown = labels_of(store(), things), cards(store(), things, reader_languages())
    body = {
        "@context": [context().url, SEARCH_CONTEXT],
        "items": [_item(hit, labels.get(hit.iri, ()), card) for hit, card in zip(found.hits, shown, strict=True)],
        "total": found.total,
        "unknown": list(found.unknown),
        "corrected": dict(found.corrected),
    }
    return finish(_as_json(body, "application/ld+json"), path="/api/search")


SEARCH_CONTEXT: Final = {
    "items": {"@id": "schema:itemListElement", "@container": "@list"},
    "label": {"@id": "skos:prefLabel", "@container": ["@language", "@set"]},
    "gloss": {"@id": "libri:gloss", "@container": ["@language", "@set"]},
    "score": None,
    "total": "schema:numberOfItems",
    "why": None,
    "unknown": None,
    "corrected": None,
}
"""Keys of a search answer that no record has; what is said of the words of the reader is no linked data."""


def _index() -> TextIndex:
    state = reading()
    found: TextIndex = current_app.extensions["libri"].texts.at(state.epoch, state.generation)
    return found


def _words() -> str:
    return request.args.get("q", "")[: MOST_LETTERS + 1].strip()


def _kinds(name: str) -> tuple[str, ...]:
    if name and name not in KINDS:
        raise RequestInvalid(f"there is no kind {name!r}; there are {', '.join(KINDS)}")
    return KINDS.get(name, ())


def _number(name: str, usual: int, most: int, *, least: int = 1) -> int:
    """Return a number of the address, within what makes sense. Raises `RequestInvalid` for what is no number."""
    text = request.args.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RequestInvalid(f"{name} must be a number, not {text[:40]!r}")
    return max(least, min(int(text), most))


def _results(found: Found) -> tuple[Result, ...]:
    shown = cards(store(), [NamedNode(hit.iri) for hit in found.hits], reader_languages())
    return tuple(Result(card, tuple(map(_why, hit.reasons))) for card, hit in zip(shown, found.hits, strict=True))


def _why(reason: Reason) -> Why:
    foreign = is_foreign(reason.language, reader_language())
    text = ReadText(reason.text, reason.language, foreign, reason.draft)
    return Why(reason, text, tuple(_pieces(reason)))


def _pieces(reason: Reason) -> Iterator[tuple[str, bool]]:
    place = 0
    for start, end in reason.marks:
        if place < start:
            yield reason.text[place:start], False
        yield reason.text[start:end], True
        place = end
    if place < len(reason.text):
        yield reason.text[place:], False


def _as_json(body: dict[str, object], media_type: str) -> Response:
    return Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), content_type=media_type)


def _item(hit: Hit, labels: Sequence[Text], card: Card) -> dict[str, object]:
    best = best_text(labels, reader_languages()) if chosen_language() else None
    known = [best] if best else labels
    named: dict[str, list[str]] = {}
    for text in known:
        named.setdefault(text.language or "und", []).append(text.text)
    item: dict[str, object] = {"id": hit.iri, "type": _type(hit.kind), "label": named}
    if card.gloss:
        item["gloss"] = {card.gloss.language: [card.gloss.text]}
    return item | {
        "score": round(hit.score, 3),
        "why": [_told(reason) for reason in hit.reasons],
    }


def _told(reason: Reason) -> dict[str, object]:
    told: dict[str, object] = {
        "words": list(reason.words),
        "match": reason.how.value,
        "property": reason.property,
        "text": reason.text,
        "language": reason.language,
    }
    if reason.iri:
        told["id"] = reason.iri
    if reason.draft:
        told["draft"] = True
    return told


def _type(kind: str) -> str:
    """Return the name of a class in our JSON: bare for one of ours, else prefixed."""
    iri = class_of(kind).value
    return context().types.get(iri, compact(iri))
