"""What stands on a record's page beside what the record itself says: for each kind, what its reader asks next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode

from libri_graph.catalogue import contradictions, memberships, records, schemes
from libri_graph.catalogue.prepared import read_card, read_named
from libri_graph.catalogue.reading import cards
from libri_graph.errors import IndexMissing
from libri_graph.index.facets import FACETS, KINDS
from libri_graph.index.filters import Filters
from libri_graph.model.listing import Related
from libri_graph.model.reading import Card, Record, Thing
from libri_graph.namespaces import CONCEPTS, EU_COUNTRY, IDS, term
from libri_graph.store.protocol import Page
from server.i18n import reader_languages
from server.outline import frame_around, placed
from server.pages.maps import Spot, drawn
from server.responses import asked_generation, reading, store

SIMILAR: Final = 3
MOST_ABOUT: Final = 60
"""Figures and contradictions of a project that stand on its page."""
NEARBY_KM: Final = 100
MOST_HERE: Final = 30
"""Of the nearest initiatives, those in the place itself are left out; so many are looked at."""
PROJECTS: Final = IDS + "project/"
TOP: Final = 8
"""Values of a facet that stand on a country's page."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A thing that stands beside another, and why."""

    card: Card
    shared: tuple[Thing, ...]
    distance: float | None


@dataclass(frozen=True, slots=True)
class Door:
    """A list narrowed down to what a page is about."""

    kind: str
    count: int
    query: str


def companions(template: str, record: Record) -> dict[str, object]:
    """Return what `template` shows beside `record`; lists are of today, so an older state is shown without them."""
    kept = OF_STATE[template](record) if template in OF_STATE else {}
    today = BESIDE.get(template)
    if today is None or asked_generation() is not None:
        return kept
    try:
        return kept | today(record)
    except IndexMissing:
        return kept


def _done(record: Record) -> dict[str, object]:
    """Where a practice has been done."""
    done = [NamedNode(thing.iri) for thing in record.things.get("libri:evidencedBy", ())]
    return {"done": cards(store(), done, reader_languages())}


def _of_project(record: Record) -> dict[str, object]:
    """What sources say of it, who takes part, its figures."""
    about = records.naming(store(), NamedNode(record.iri), term("schema:about"), Page(MOST_ABOUT), reader_languages())
    return {
        "disagreements": contradictions.about(store(), record.iri, reader_languages()),
        "roles": memberships.by_role(store(), record.iri, reader_languages()),
        "observations": [card for card in about if card.kind == "Observation"],
    }


def _claims(record: Record) -> dict[str, object]:
    """What each source says in a contradiction."""
    return {"disagreement": contradictions.one(store(), record.iri, reader_languages())}


def _tree(record: Record) -> dict[str, object]:
    """The concepts of a scheme."""
    return {"tree": schemes.tree(store(), record.iri, reader_languages()), "used": {}}


def _of_initiative(record: Record) -> dict[str, object]:
    """Those like it near and far, whom to ask, and where it is on the map."""
    return {
        "near": _beside(reading().near(record.iri, SIMILAR)),
        "alike": _beside(reading().similar(record.iri, SIMILAR)),
        "asked": _beside(reading().contacts(record.iri)),
        **_located(record.iri),
    }


def _of_practice(record: Record) -> dict[str, object]:
    """Whom to ask about it, and practices like it."""
    return {
        "asked": _beside(reading().contacts(record.iri)),
        "alike": _beside(reading().similar(record.iri, SIMILAR)),
    }


def _of_guide(record: Record) -> dict[str, object]:
    """Those like it."""
    return {"alike": _beside(reading().similar(record.iri, SIMILAR))}


def _of_organisation(record: Record) -> dict[str, object]:
    """Where it is, and who does something like it nearby."""
    return {"near": _beside(reading().near(record.iri, SIMILAR)), **_located(record.iri)}


def _of_event(record: Record) -> dict[str, object]:
    """Where it is."""
    return _located(record.iri)


def _of_place(record: Record) -> dict[str, object]:
    """Where it is, and which initiatives there are around it."""
    position = reading().position(record.iri)
    if position is None:
        return {}
    filters = replace(Filters("initiatives"), near=record.iri, within=NEARBY_KM)
    part = reading().list(filters, sort="near", limit=MOST_HERE)
    around = [
        Related(card, (), part.distances[card.iri]) for card in part.cards if part.distances.get(card.iri, 0) >= 1
    ]
    return {"near": _beside(around[: 2 * SIMILAR]), "nearby_query": filters.query(), **_drawn([position])}


def _doors_of_project(record: Record) -> dict[str, object]:
    """The lists of what belongs to it."""
    return {"doors": tuple(_doors(record.iri))}


def _of_concept(record: Record) -> dict[str, object]:
    """The lists of what it describes; for a country, what is done most and which needs nobody meets there."""
    doors = tuple(_doors(record.iri))
    if not record.iri.startswith(EU_COUNTRY):
        return {"doors": doors}
    filters = Filters("initiatives").with_value("country", record.iri)
    page = reading().list(filters, limit=0)
    tops = {name: facet.values[:TOP] for name in ("service", "group", "need") if (facet := page.facet(name))}
    spots = drawn(filters)
    matrix = reading().matrix()
    known = any(named.iri == record.iri for named in matrix.countries)
    return {
        "doors": doors,
        "tops": {
            name: [
                (read_named(v.thing, reader_languages()), v.count, filters.with_value(name, v.value).query())
                for v in values
            ]
            for name, values in tops.items()
        },
        "unmet": [
            (read_named(need, reader_languages()), elsewhere, Filters("practices").with_value("need", need.iri).query())
            for need, elsewhere in (matrix.unmet(record.iri) if known else ())
        ],
        "spots": spots,
        "frame": frame_around((spot.x, spot.y) for spot in spots),
    }


def _of_scheme(record: Record) -> dict[str, object]:
    """How many initiatives, or other things where none has such, each concept of a scheme describes."""
    for kind in KINDS:
        for name in facets_of(kind, f"{record.iri}/"):
            facet = reading().list(Filters(kind), limit=0).facet(name)
            if facet and facet.values:
                used = {
                    v.thing.iri: Door(kind, v.count, Filters(kind).with_value(name, v.value).query())
                    for v in facet.values
                }
                return {"used": used, "used_in": kind}
    return {}


def facets_of(kind: str, prefix: str) -> tuple[str, ...]:
    """Return the facets of a kind whose values have IRIs that begin with `prefix`."""
    return tuple(name for name, way in FACETS[kind].items() if way.prefix == prefix)


def _doors(iri: str) -> Iterable[Door]:
    """Yield the lists that a concept, a country or a project narrows down."""
    scheme = EU_COUNTRY if iri.startswith(EU_COUNTRY) else iri.rpartition("/")[0] + "/"
    if not (scheme in (EU_COUNTRY, PROJECTS) or scheme.startswith(CONCEPTS)):
        return
    for kind in KINDS:
        for name in facets_of(kind, scheme):
            filters = Filters(kind).with_value(name, iri)
            total = reading().list(filters, limit=0).total
            if total:
                yield Door(kind, total, filters.query())


def _beside(found: Iterable[Related]) -> tuple[Beside, ...]:
    languages = reader_languages()
    return tuple(
        Beside(
            read_card(related.card, languages),
            tuple(read_named(named, languages) for named in related.shared),
            related.distance,
        )
        for related in found
    )


def _located(iri: str) -> dict[str, object]:
    """Return the spot of a thing on a drawn map, where its place has a position."""
    card = reading().card(iri)
    places = [named.iri for named in card.facts.get("libri:place", ())] if card else []
    return _drawn([found for place in places if (found := reading().position(place))])


def _drawn(positions: Iterable[tuple[float, float]]) -> dict[str, object]:
    spots = [Spot(*placed(*position), 7, 1, "", "", False) for position in positions]
    return {"spots": spots, "frame": frame_around(((spot.x, spot.y) for spot in spots), 160)}


OF_STATE: Final[dict[str, Callable[[Record], dict[str, object]]]] = {
    "practice.html": _done,
    "scheme.html": _tree,
    "project.html": _of_project,
    "contradiction.html": _claims,
}
"""What belongs to the state of the data that a page shows."""
BESIDE: Final[dict[str, Callable[[Record], dict[str, object]]]] = {
    "scheme.html": _of_scheme,
    "initiative.html": _of_initiative,
    "practice.html": _of_practice,
    "publication.html": _of_guide,
    "organisation.html": _of_organisation,
    "concept.html": _of_concept,
    "country.html": _of_concept,
    "event.html": _of_event,
    "place.html": _of_place,
    "project.html": _doors_of_project,
}
"""What the lists of today have to say."""
