"""A list for each kind of record, narrowed down by what its address says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from libri_graph.catalogue.prepared import read_cards, read_named
from libri_graph.errors import RequestInvalid
from libri_graph.index.facets import KINDS
from libri_graph.index.filters import FROM, NEAR, PLACE, Filters, parameters_of
from libri_graph.index.lists import NEAREST, ORDERS
from libri_graph.model.listing import Facet, ListPage, Named
from libri_graph.model.reading import Card, Thing
from server import negotiation
from server.i18n import reader_languages
from server.responses import page, reading, urls
from server.signposts import Link

pages = Blueprint("lists", __name__)
PAGE_SIZE: Final = 24
LAST_PAGE: Final = 400
"""A longer list is for programs."""
OWN: Final = frozenset({"page", "sort", "lang"})
"""Parameters that narrow nothing down."""
DISTANCES: Final = (10, 25, 50, 100, 250, 500)
"""Kilometres that the form offers."""
FEW: Final = 8
"""Values of a facet that are shown at once."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, for the reader."""

    thing: Thing
    count: int
    depth: int
    """How far below the values that nothing stands above."""
    chosen: bool
    query: str
    """The list with it, or without it where it is chosen."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A facet, for the reader."""

    name: str
    values: tuple[Choice, ...]

    @property
    def open(self) -> bool:
        """Whether a value of it is chosen."""
        return any(choice.chosen for choice in self.values)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, for the reader."""

    kind: str
    filters: Filters
    total: int
    cards: tuple[Card, ...]
    facets: tuple[Choices, ...]
    distances: dict[str, float]
    sort: str
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return min(max(1, -(-self.total // PAGE_SIZE)), LAST_PAGE)

    def query(self, **more: str | int | None) -> str:
        """Return the canonical query string of this list with some of page and sort, beginning with ``?``."""
        given = {"sort": self.sort if self.sort in request.args.getlist("sort") else None, **more}
        pairs = [(name, str(value)) for name, value in given.items() if value is not None]
        text = self.filters.query(*pairs)
        return f"?{text}" if text else ""

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """The values that are chosen, in the order of the facets."""
        return tuple(choice for facet in self.facets for choice in facet.values if choice.chosen)


@pages.get(f"/<any({', '.join(KINDS)}):name>")
def listing(name: str) -> ResponseReturnValue:
    """Show one page of a list, narrowed down as the address says."""
    filters = filters_of(name)
    number = _number()
    sort = request.args.get("sort") or None
    part = reading().list(filters, sort=sort, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    found = read_listing(part, filters, sort or (NEAREST if filters.near is not None else "best"), number)
    if number > found.pages:
        abort(404)
    path = f"/{name}{found.query(page=number if number > 1 else None)}"
    offered = parameters_of(name)
    return page(
        "list.html",
        path,
        links=[Link(urls().path_of(card.iri), "item", negotiation.HTML) for card in found.cards],
        name=name,
        listing=found,
        near=place_of(filters),
        sorts=(*([NEAREST] if filters.near is not None else []), *ORDERS),
        places=_places(name, filters) if NEAR in offered else "",
        with_place=NEAR in offered,
        with_years=FROM in offered,
        distances=sorted({*DISTANCES, filters.within}),
        crawl_ends=is_deep(filters),
        few=FEW,
    )


def is_deep(filters: Filters) -> bool:
    """Whether a list is narrowed down further than search engines need to follow."""
    return len(filters.pairs()) > 1


def _places(name: str, filters: Filters) -> Markup:
    """Return the fullest places of a list as options by name, the chosen one marked; kept ready like the index."""
    key = f"places of {name} for {reader_languages()}"
    found: str | None = reading().made.get(key)
    if found is None:
        found = reading().made[key] = render_template("_places.html", places=_named_places(name))
    if isinstance(filters.near, str):
        option = f'value="{escape(filters.near.removeprefix(PLACE))}"'
        found = found.replace(option, f"{option} selected")
    return Markup(found)  # noqa: S704  # escaped by its template


def _named_places(name: str) -> list[tuple[Thing, str]]:
    found = [(read_named(place, reader_languages()), place.iri) for place in reading().places(name) if place.labels]
    return sorted(
        ((thing, iri.removeprefix(PLACE)) for thing, iri in found), key=lambda row: row[0].label.text.casefold()
    )


def filters_of(kind: str) -> Filters:
    """Return what the address under way narrows a list of `kind` down to. Raises `FilterInvalid`."""
    return Filters.parse(kind, [pair for pair in request.args.items(multi=True) if pair[0] not in OWN])


def place_of(filters: Filters) -> Thing | None:
    """Return the place that a list looks from, where it is one that has a name."""
    if not isinstance(filters.near, str):
        return None
    named = reading().names([filters.near]).get(filters.near)
    return read_named(named, reader_languages()) if named else None


def read_listing(part: ListPage, filters: Filters, sort: str, number: int) -> Listing:
    """Return a part of a list as the reader sees it."""
    return Listing(
        filters.kind,
        filters,
        part.total,
        read_cards(part.cards, reader_languages()),
        tuple(_choices(facet, filters) for facet in part.facets if facet.name != "year"),
        dict(part.distances),
        sort,
        number,
    )


def _choices(facet: Facet, filters: Filters) -> Choices:
    """Return a facet with narrower values below what they are part of."""
    shown = {value.thing.iri: value for value in facet.values}
    above = {iri: [b for b in value.broader if b in shown] for iri, value in shown.items()}
    ordered: list[tuple[str, int]] = []

    def add(iri: str, depth: int) -> None:
        if all(known != iri for known, _ in ordered):
            ordered.append((iri, depth))
            for other, broader in above.items():
                if iri in broader:
                    add(other, depth + 1)

    for iri, broader in above.items():
        if not broader:
            add(iri, 0)
    return Choices(
        facet.name,
        tuple(
            Choice(
                _read(value.thing),
                value.count,
                depth,
                value.chosen,
                (filters.without if value.chosen else filters.with_value)(facet.name, value.value).query(),
            )
            for value, depth in ((shown[iri], depth) for iri, depth in ordered)
        ),
    )


def _read(named: Named) -> Thing:
    """Return a thing as the reader sees it; kept ready like the index, as lists name the same things all the time."""
    languages = reader_languages()
    key = f"{named.iri} for {languages}"
    found: Thing | None = reading().made.get(key)
    if found is None:
        found = reading().made[key] = read_named(named, languages)
    return found


def _number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LAST_PAGE):
        raise RequestInvalid(f"page is a whole number from 1 to {LAST_PAGE}, not {text!r}")
    return int(text)
