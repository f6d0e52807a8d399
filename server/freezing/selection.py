"""What a script needs to narrow lists and the map down as the site does: who has which value, and the cards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Flask, current_app
from pyoxigraph import NamedNode

from libri_graph.catalogue.prepared import read_cards, read_named
from libri_graph.catalogue.reading import cards
from libri_graph.index import bits, lists
from libri_graph.index.facets import KINDS, PLACES, YEAR
from libri_graph.index.filters import PLACE, Filters, short
from libri_graph.index.lists import ORDERS
from libri_graph.index.reading import Reading
from libri_graph.model.reading import Card
from server.freezing.links import Links
from server.freezing.places import PAGE, Layout
from server.i18n import reader_languages
from server.responses import reading, store

EVERYTHING: Final = 1_000_000
SELECTION: Final = "selection.json"
CARDS: Final = "cards.json"


def order(index: Reading, kind: str, sort: str) -> list[str]:
    """Return the IRIs of a list in the order of `sort`."""
    return [iri for iri, _ in _ordered(index, kind, sort)]


def _ordered(index: Reading, kind: str, sort: str) -> list[tuple[str, int]]:
    sets = index.sets(kind)
    return [(iri, bit) for _, iri, bit in lists.ordered(index.connection, sets, sets.everyone, sort, {}, None)]


def of_kind(index: Reading, kind: str) -> dict[str, Any]:
    """Return who of a list has which value, by place in the list; its other orders; where its members are."""
    found = _ordered(index, kind, "best")
    place = {bit: number for number, (_, bit) in enumerate(found)}
    by_iri = {iri: number for number, (iri, _) in enumerate(found)}
    return {
        "size": len(found),
        "orders": {sort: [by_iri[iri] for iri in order(index, kind, sort)] for sort in ORDERS if sort != "best"},
        "facets": {
            name: {
                iri if name == YEAR else short(kind, name, iri): sorted(place[bit] for bit in bits.members(members.all))
                for iri, members in sorted(values.items())
            }
            for name, values in index.sets(kind).facets.items()
        },
        "pins": _pins(index, kind, by_iri) if kind in PLACES else [],
    }


def _pins(index: Reading, kind: str, by_iri: Mapping[str, int]) -> list[list[object]]:
    """Return latitude, longitude, name in addresses, whether coarse, and who is there, of each place."""
    pins = index.pins(Filters(kind), things=EVERYTHING).pins
    return [
        [
            pin.latitude,
            pin.longitude,
            pin.places[0].removeprefix(PLACE),
            int(pin.coarse),
            sorted(by_iri[iri] for iri in pin.things),
        ]
        for pin in pins
    ]


def files_of_kind(app: Flask, layout: Layout, kind: str, language: str) -> dict[str, bytes]:
    """Return the cards of a list in one language, as a script beside the list puts them into it."""
    with _asking(app, f"/{kind}", language):
        found = reading()
        iris = order(found, kind, "best")
        by_iri = {
            card.iri: card for start in range(0, len(iris), 500) for card in found.cards(iris[start : start + 500])
        }
        shown = read_cards([by_iri[iri] for iri in iris], reader_languages())
        names = [pin.places[0] for pin in found.pins(Filters(kind), things=0).pins] if kind in PLACES else []
        named = found.names(names)
        body = {
            "cards": write_cards(layout, shown, f"{kind}/{PAGE}", language),
            "places": {
                iri.removeprefix(PLACE): read_named(named[iri], reader_languages()).label.text
                for iri in sorted(names)
                if iri in named
            },
        }
    return {in_language(f"{kind}/{CARDS}", language): packed(body)}


def files_of_all(app: Flask) -> dict[str, bytes]:
    """Return what is the same in every language."""
    with app.extensions["libri"].index.reading() as index:
        return {f"{kind}/{SELECTION}": packed(of_kind(index, kind)) for kind in KINDS}


def cards_of(app: Flask, layout: Layout, iris: Sequence[str], page: str, language: str) -> list[str]:
    """Return the cards of any things in one language, with links that lead from `page`."""
    with _asking(app, "/search", language):
        found = cards(store(), [NamedNode(iri) for iri in iris], reader_languages())
        return write_cards(layout, found, page, language)


def write_cards(layout: Layout, found: Sequence[Card], page: str, language: str) -> list[str]:
    """Return cards as parts of the page `page`; called while a request of its language is under way."""
    links = Links(layout, in_language(page, language), language)
    card = _macro()
    return [links.page(str(card(one)).strip()) for one in found]


def _macro() -> Any:
    context: dict[str, Any] = {}
    current_app.update_template_context(context)
    module: Any = current_app.jinja_env.get_template("_parts.html").make_module(context)
    return module.card


def in_language(file: str, language: str) -> str:
    """Return where the file of a language is."""
    return file if language == "en" else f"{language}/{file}"


def packed(body: object) -> bytes:
    """Return JSON without anything that it does not need, the same bytes for the same body."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _asking(app: Flask, path: str, language: str) -> Any:
    return app.test_request_context(path, query_string={"lang": language} if language != "en" else {})
