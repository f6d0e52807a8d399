"""The map of a list: drawn for everybody, alive where scripts run, with a list twin for keys and screen readers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from libri_graph.catalogue.prepared import read_card, read_named
from libri_graph.errors import RequestInvalid
from libri_graph.index.filters import Filters
from libri_graph.model.listing import Box, Pin
from libri_graph.model.reading import ReadText, Thing
from server.i18n import reader_languages
from server.outline import FRAME, placed
from server.pages.lists import filters_of, is_deep, place_of, read_listing
from server.pages.view_tools import href, to
from server.responses import finish, page, reading

pages = Blueprint("maps", __name__)
KIND: Final = "initiatives"
DRAWN_ZOOM: Final = 5
"""At which places are put together on the drawn map."""
NAMED: Final = 8
"""Things that a pin names; more are one step away."""
MOST_ROWS: Final = 150
"""Places in the list twin; more are in the list itself."""
MAP_ONLY: Final = frozenset({"bbox", "zoom"})
GEO_JSON: Final = "application/geo+json"


@dataclass(frozen=True, slots=True)
class Spot:
    """A pin on the drawn map."""

    x: int
    y: int
    radius: int
    count: int
    label: str
    query: str
    """The list of what is there."""
    coarse: bool


@pages.get("/map")
def map_page() -> ResponseReturnValue:
    """Show where the initiatives are, narrowed down by the same filters as their list."""
    filters = filters_of(KIND)
    part = reading().list(filters, limit=0)
    listing = read_listing(part, filters, "best", 1)
    rows = by_place(filters)
    return page(
        "map.html",
        f"/map{listing.query()}",
        name=KIND,
        listing=listing,
        near=place_of(filters),
        spots=drawn(filters),
        rows=rows[:MOST_ROWS],
        left_out=max(0, len(rows) - MOST_ROWS),
        placed=reading().pins(filters, zoom=0, things=0).placed,
        crawl_ends=is_deep(filters),
        few=6,
    )


@pages.get("/map.geojson")
def map_data() -> ResponseReturnValue:
    """Return pins as GeoJSON; with ``bbox=west,south,east,north`` and ``zoom=`` only what such a view shows."""
    filters = Filters.parse(KIND, [p for p in request.args.items(multi=True) if p[0] not in MAP_ONLY | {"lang"}])
    found = reading().pins(filters, box=_box(), zoom=_zoom(), things=NAMED)
    features = _features(found.pins, filters)
    body = {"type": "FeatureCollection", "features": features, "total": found.total, "placed": found.placed}
    response = Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), content_type=GEO_JSON)
    return finish(response, path="/map.geojson")


def drawn(filters: Filters) -> list[Spot]:
    """Return the pins of the drawn map of Europe, the large ones first, so that small ones stay in sight."""
    pins = reading().pins(filters, zoom=DRAWN_ZOOM, things=0).pins
    names = _names(pins)
    spots = []
    for pin in pins:
        x, y = placed(pin.latitude, pin.longitude)
        label = _label(pin, names)
        spots.append(Spot(x, y, round(4 + 3 * pin.count**0.5), pin.count, label, _there(pin, filters), pin.coarse))
    inside = (s for s in spots if FRAME[0] < s.x < FRAME[0] + FRAME[2] and FRAME[1] < s.y < FRAME[1] + FRAME[3])
    return sorted(inside, key=lambda spot: -spot.count)


def by_place(filters: Filters) -> list[tuple[Thing, int, str]]:
    """Return place, number of things and query string of their list, most first."""
    pins = reading().pins(filters, things=0).pins
    names = _names(pins)
    rows = [(Thing(pin.places[0], names[pin.places[0]]), pin.count, _there(pin, filters)) for pin in pins]
    return sorted(rows, key=lambda row: (-row[1], row[0].label.text.casefold()))


def _features(pins: Sequence[Pin], filters: Filters) -> list[dict[str, object]]:
    cards = {card.iri: card for card in reading().cards(iri for pin in pins for iri in pin.things if _few(pin))}
    names = _names(pins)
    features: list[dict[str, object]] = []
    for pin in pins:
        about: dict[str, object] = {"n": pin.count, "label": _label(pin, names)}
        about["href"] = to("/initiatives?" + _there(pin, filters))
        if pin.coarse:
            about["coarse"] = True
        if _few(pin):
            about["items"] = [_item(read_card(cards[iri], reader_languages()).label, iri) for iri in pin.things]
        point = {"type": "Point", "coordinates": [pin.longitude, pin.latitude]}
        features.append({"type": "Feature", "geometry": point, "properties": about})
    return features


def _item(label: ReadText, iri: str) -> dict[str, str]:
    return {"label": label.text, "href": href(iri), **({"lang": label.tag} if label.foreign and label.tag else {})}


def _few(pin: Pin) -> bool:
    """Whether a pin opens as a list of names: one place, or few things."""
    return len(pin.places) == 1 or pin.count <= NAMED


def _names(pins: Sequence[Pin]) -> dict[str, ReadText]:
    iris = [iri for pin in pins for iri in pin.places[:3]]
    named = reading().names(iris)
    labels = {iri: read_named(found, reader_languages()).label for iri, found in named.items()}
    return {iri: labels.get(iri) or ReadText(iri.rstrip("/").rpartition("/")[2], "") for iri in iris}


def _label(pin: Pin, names: dict[str, ReadText]) -> str:
    found = ", ".join(names[iri].text for iri in pin.places[:3])
    return f"{found} …" if len(pin.places) > 3 else found


def _there(pin: Pin, filters: Filters) -> str:
    """Return the query string of the list of what stands at a pin, or near it."""
    if len(pin.places) == 1:
        return Filters.parse(KIND, [*_without_near(filters), ("near", pin.places[0]), ("within", "1")]).query()
    spread = "50"
    point = f"{pin.latitude:.4f},{pin.longitude:.4f}"
    return Filters.parse(KIND, [*_without_near(filters), ("near", point), ("within", spread)]).query()


def _without_near(filters: Filters) -> tuple[tuple[str, str], ...]:
    return filters.without("near").pairs()


def _zoom() -> int | None:
    text = request.args.get("zoom", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise RequestInvalid(f"zoom is a whole number from 0 to 20, not {text!r}")
    return int(text)


def _box() -> Box | None:
    text = request.args.get("bbox", "")
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as fault:
        raise RequestInvalid("bbox is west,south,east,north in degrees, such as 20,55,29,59") from fault
    if not (-90 <= south <= north <= 90 and abs(west) <= 720 and abs(east) <= 720):
        raise RequestInvalid("bbox is west,south,east,north in degrees, such as 20,55,29,59")
    return Box(max(west, -180.0), south, min(east, 180.0), north)
