"""Lists: cards with facets as JSON-LD, the same as GeoJSON and CSV, each with where it goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from libri_graph.errors import RequestInvalid
from libri_graph.index.facets import KINDS
from libri_graph.index.filters import Filters, parameters_of
from libri_graph.index.lists import MOST, NEAREST
from libri_graph.journal import history
from libri_graph.journal.journal import Journal
from libri_graph.model.listing import ListPage, PreparedCard
from libri_graph.namespaces import IDS
from libri_graph.publish import geo_json
from libri_graph.publish.describe import describe
from libri_graph.publish.jsonld import Node
from libri_graph.publish.levels import SLUGS, Level
from libri_graph.publish.portal import written
from libri_graph.publish.tables import Table
from server import profiles
from server.api import answers
from server.api.answers import JSON
from server.profiles import JSON_LD, OURS
from server.responses import current, reading, store, urls

pages = Blueprint("api_lists", __name__)

GEO_JSON: Final = "application/geo+json"
CSV: Final = "text/csv"
FORMS: Final = {"json": JSON, "jsonld": JSON_LD, "geojson": GEO_JSON, "csv": CSV}
"""Suffix -> media type."""
OFFERED: Final = (JSON_LD, JSON, GEO_JSON, CSV)
USUAL: Final = 24
MOST_WHOLE: Final = 50
"""Records of a list that are told whole."""
SINCE: Final = "changed-since"
OWN: Final = ("view", "lang", "sort", "limit", SINCE, "profile", "cursor")
"""Arguments of every list, in canonical order."""
SIMILAR: Final = 6
NAMES: Final = f"any({', '.join(KINDS)})"
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)?")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address of a list asks for."""

    filters: Filters
    path: str
    part: ListPage
    gone: tuple[str, ...] | None

    def query(self, cursor: str | None = None, *, profile: bool = True) -> str:
        """Return the path with the canonical query string of this list, or of the part that `cursor` leads to."""
        names = [name for name in OWN if name != "cursor" and (profile or name != "profile")]
        given = [(name, request.args[name]) for name in names if request.args.get(name)]
        text = self.filters.query(*given, *([("cursor", cursor)] if cursor else []))
        return f"{self.path}?{text}" if text else self.path

    @property
    def next(self) -> str | None:
        """Address of the next part."""
        return urls().absolute(self.query(self.part.next)) if self.part.next else None


@pages.get(f"/api/<{NAMES}:plural>")
@pages.get(f"/api/<{NAMES}:plural>.<any({', '.join(FORMS)}):suffix>")
def listing(plural: str, suffix: str | None = None) -> ResponseReturnValue:
    """Give a part of a list, narrowed down as the address says."""
    media_type = answers.form(suffix, FORMS, OFFERED)
    by_form = () if suffix else ("Accept",)
    table = media_type in (GEO_JSON, CSV)
    level, chosen = answers.level(Level.card), profiles.asked()
    wish = _wish(plural, table=table, whole=level is not Level.card and not table)
    links = [f'<{wish.next}>; rel="next"'] if wish.next else []
    if media_type == CSV:
        links.append(f'<{_metadata_path(wish)}>; rel="describedby"; type="application/csvm+json"')
        text = Table(answers.model().kinds[plural], answers.page_of, answers.reader_languages()).csv(wish.part.cards)
        return answers.send(text, f"{CSV}; header=present", wish.query(), links, by_form)
    if media_type == GEO_JSON:
        return answers.send(written(_features(wish)), GEO_JSON, wish.query(), links, by_form)
    links += profiles.links(chosen, wish.query(profile=False))
    text = _listed(wish, level) if chosen == OURS else written(_as_schema_org(wish))
    return answers.send(text, profiles.typed(media_type, chosen), wish.query(), links, profiles.CHOOSING)


@pages.get(f"/api/<{NAMES}:plural>.csv-metadata.json")
def metadata(plural: str) -> ResponseReturnValue:
    """Describe the columns of a list as CSV."""
    wish = _wish(plural, table=True, whole=False)
    address = urls().absolute(wish.query().replace(f"/api/{plural}.csv-metadata.json", f"/api/{plural}.csv", 1))
    table = Table(answers.model().kinds[plural], answers.page_of, answers.reader_languages())
    return answers.send_json(table.metadata(address, answers.LICENCE), "application/csvm+json", wish.query())


def _wish(plural: str, *, table: bool, whole: bool) -> Wish:
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in OWN]
    filters = Filters.parse(plural, pairs)
    _demand_once(plural)
    answers.language()
    most = MOST_WHOLE if whole else MOST
    since = request.args.get(SINCE, "")
    changed = _changed(since) if since else None
    part = reading().list(
        filters,
        sort=request.args.get("sort") or (None if changed is None else NEAREST if filters.near else "best"),
        limit=_limit(MOST if table else USUAL, most),
        cursor=request.args.get("cursor") or None,
        among=changed,
    )
    return Wish(filters, request.path, part, None if changed is None else _gone(plural, changed))


def _demand_once(plural: str) -> None:
    for name in OWN:
        if len(request.args.getlist(name)) > 1:
            raise RequestInvalid(f"{name} can be given once only, and {', '.join(parameters_of(plural))} several times")


def _limit(usual: int, most: int) -> int:
    text = request.args.get("limit", "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= most):
        raise RequestInvalid(f"limit is a whole number from 0 to {most}, not {text[:40]!r}")
    return int(text)


def _changed(since: str) -> list[str]:
    """Return what changed after a state of the data (its number) or a time, as far as the index knows."""
    with Journal.reading(current().generations.data_dir) as journal:
        if since.isascii() and since.isdigit() and len(since) < 16:
            after = int(since)
        else:
            time = _time(since)
            after = history.last_before(journal, time) if journal else 0
        return history.changed_after(journal, after, reading().generation) if journal else []


def _time(text: str) -> str:
    try:
        if not _TIME.fullmatch(text):
            raise ValueError(text)
        datetime.fromisoformat(text)
    except ValueError as fault:
        raise RequestInvalid(
            f"{SINCE} is a number of Libri-Generation, a day or a time such as 2026-01-31T12:00:00Z, not {text[:40]!r}"
        ) from fault
    return text if "." in text or "T" not in text else text.replace("Z", ".000Z")


def _gone(plural: str, changed: Sequence[str]) -> tuple[str, ...]:
    """Return those of `changed` that were in a list of this kind by their address, and are not in it now."""
    mine = [iri for iri in changed if iri.startswith(f"{IDS}{SLUGS[plural]}/")]
    known = {card.iri for card in reading().cards(mine)}
    return tuple(sorted(iri for iri in mine if iri not in known))


def _listed(wish: Wish, level: Level) -> str:
    writer, cards = answers.writer(), wish.part.cards
    items = write_cards(cards) if level is Level.card else [written(_whole(card.iri, level)) for card in cards]
    return writer.listing(items, wish.part, wish.next, wish.gone)


def write_cards(cards: Sequence[PreparedCard]) -> list[str]:
    """Return cards as JSON. At most two statements for those that were not written before."""
    writer = answers.writer()
    new = writer.missing(cards)
    named = {one.iri for card in new for found in card.facts.values() for one in found} | {card.iri for card in new}
    positions = reading().positions(named) if new else {}
    names = reading().names(iri for card in new for iri in card.evidence)
    return [writer.card_text(card, names, positions) for card in cards]


def _whole(iri: str, level: Level) -> Node:
    item = told(iri, describe(store(), NamedNode(iri)), level)
    item.pop("@context", None)
    return item


def told(iri: str, triples: Sequence[Triple], level: Level) -> Node:
    """Return what `triples` say of a record, as a level has it."""
    node = NamedNode(iri)
    writer = answers.writer()
    if level is Level.full:
        return writer.full(triples, node)
    names = reading().names(writer.links(triples))
    return writer.page(triples, node, names, reading().positions(names), reading().similar(iri, SIMILAR))


def _features(wish: Wish) -> dict[str, object]:
    cards = wish.part.cards
    spots = reading().spots(wish.filters.kind, [card.iri for card in cards])
    features = geo_json.features(cards, spots, answers.page_of, answers.reader_languages())
    found: dict[str, object] = {"type": "FeatureCollection", "features": features, "total": wish.part.total}
    return found | ({"next": wish.next} if wish.next else {})


def _as_schema_org(wish: Wish) -> dict[str, object]:
    writer = answers.writer()
    items = [_entry(writer.texts(card.labels), card, number) for number, card in enumerate(wish.part.cards, 1)]
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "numberOfItems": wish.part.total,
        "itemListElement": items,
    }


def _entry(names: dict[str, str], card: PreparedCard, number: int) -> dict[str, object]:
    texts = [{"@value": text, "@language": tag} for tag, text in names.items()]
    return {"@type": "ListItem", "position": number, "url": answers.page_of(card.iri), "name": texts}


def _metadata_path(wish: Wish) -> str:
    place, mark, query = wish.query().partition("?")
    return f"/api/{wish.filters.kind}.csv-metadata.json{mark}{query}" if place else ""
