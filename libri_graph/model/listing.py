"""What the side index gives to lists, the map and related things: in every language, for no reader in particular."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from libri_graph.languages import Text


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A text of a card."""

    text: str
    language: str
    """BCP 47 tag; empty when nobody said."""
    draft: bool = False
    """Whether a machine made it and nobody has reviewed it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A thing and what it is called, in every language."""

    iri: str
    labels: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedCard:
    """What any reader needs to know of a thing to choose it among others."""

    iri: str
    kinds: tuple[str, ...]
    """Prefixed names of its classes, sorted."""
    labels: tuple[PreparedText, ...]
    glosses: tuple[PreparedText, ...] = ()
    summaries: tuple[PreparedText, ...] = ()
    """The beginning of its description, in each language that it has one in."""
    facts: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    """Prefixed predicate -> things named by it: country, place, service types and the like."""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Prefixed predicate -> plain values: years and names."""
    evidence: tuple[str, ...] = ()
    """IRIs of the initiatives that a practice rests on."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet, and how many things it would leave."""

    thing: Named
    """For years, the year is its `iri` and it has no labels."""
    value: str
    """How it is written in an address."""
    count: int
    """Things with it or with something narrower."""
    own: int
    """Things with just it."""
    broader: tuple[str, ...] = ()
    """IRIs right above it."""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to tell listed things apart."""

    name: str
    """Of the parameter in addresses."""
    values: tuple[FacetValue, ...]
    """The most frequent first; those that nothing has are left out, unless chosen."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """A part of a list."""

    cards: tuple[PreparedCard, ...]
    total: int
    facets: tuple[Facet, ...]
    """In a fixed order."""
    next: str | None
    """Cursor of what follows."""
    distances: Mapping[str, float] = field(default_factory=dict)
    """IRI -> kilometres from where the filter looks, for the cards, where it looks from somewhere."""
    generation: int = 0

    def facet(self, name: str) -> Facet | None:
        """Return the facet of that name, or `None`."""
        return next((facet for facet in self.facets if facet.name == name), None)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map, in degrees; it may cross the date line, then `west` is greater than `east`."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Pin:
    """One place on the map, or several that stand too close to be told apart."""

    latitude: float
    longitude: float
    count: int
    """Things there, each once."""
    places: tuple[str, ...]
    """IRIs; several in a cluster."""
    things: tuple[str, ...]
    """IRIs of the first of them."""
    coarse: bool
    """Whether it stands for a region or a country rather than a town or a house."""


@dataclass(frozen=True, slots=True)
class Pins:
    """What the map shows of a list."""

    pins: tuple[Pin, ...]
    total: int
    """Things that fit the filters, anywhere."""
    placed: int
    """Those of them that have a position."""
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Related:
    """A thing and why it is shown beside another."""

    card: PreparedCard
    shared: tuple[Named, ...] = ()
    """What both have: services, needs, groups."""
    distance: float | None = None
    """Kilometres between them."""
    through: tuple[str, ...] = ()
    """IRIs of what connects them, such as the initiatives that an organisation runs."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many initiatives of each country meet each need."""

    needs: tuple[Named, ...]
    """The need met most often first; those that nobody meets come last."""
    countries: tuple[Named, ...]
    """The country with most initiatives first."""
    counts: Sequence[Sequence[int]]
    """A row for each need, a column for each country; a need counts where a narrower one is met."""
    totals: tuple[int, ...]
    """Initiatives that meet each need, anywhere, each once."""
    initiatives: tuple[int, ...]
    """Initiatives of each country, whatever they meet."""

    def unmet(self, country: str) -> tuple[tuple[Named, int], ...]:
        """Return the needs that no initiative of `country` meets, and how many meet each elsewhere."""
        column = [named.iri for named in self.countries].index(country)
        rows = zip(self.needs, self.counts, self.totals, strict=True)
        return tuple((need, total) for need, row, total in rows if total and not row[column])
