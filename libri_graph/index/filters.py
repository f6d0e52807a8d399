"""What a reader asks a list for, and the one way in which addresses say it, for pages and programs alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from libri_graph.errors import FilterInvalid
from libri_graph.index.facets import FACETS, NAMES, PLACES, YEAR, names_of
from libri_graph.namespaces import IDS

FROM, TO, NEAR, WITHIN = "from", "to", "near", "within"
MOST_VALUES: Final = 20
"""Of one facet at a time; more make no sense to a reader and endless addresses for a crawler."""
USUAL_KM: Final = 50
MOST_KM: Final = 2000
PLACE: Final = IDS + "place/"
_YEAR: Final = re.compile(r"\d{4}")
_POINT: Final = re.compile(r"(-?\d{1,2}(?:\.\d{1,6})?),(-?\d{1,3}(?:\.\d{1,6})?)")
_SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_IRI: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]{1,500}")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of one kind is narrowed down to. Values of one facet widen it, facets narrow it.

    Equal wishes are equal objects: values are sorted, each once.
    """

    kind: str
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet -> IRIs, sorted; a thing fits that has one of them, or something narrower."""
    first_year: int | None = None
    last_year: int | None = None
    near: str | tuple[float, float] | None = None
    """IRI of a place, or latitude and longitude."""
    within: int = USUAL_KM
    """Kilometres from `near`."""

    @classmethod
    def parse(cls, kind: str, pairs: Iterable[tuple[str, str]]) -> Filters:
        """Return the filters that the parameters of an address state for a list of `kind`.

        Empty values count as absent, as a form sends them. Raises `FilterInvalid` for a name that is no filter of this
        kind, and for a value that cannot be one; whether a value is known, `Reading.list` says.
        """
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            if name not in parameters_of(kind):
                raise FilterInvalid(f"{kind} cannot be narrowed down by {name!r}, only by {_listed(kind)}")
            if value.strip():
                given.setdefault(name, []).append(value.strip())
        chosen = {name: _iris(kind, name, given[name]) for name in FACETS[kind] if name in given}
        first, last = _year(FROM, given.get(FROM)), _year(TO, given.get(TO))
        if first is not None and last is not None and first > last:
            raise FilterInvalid(f"{FROM} is a later year than {TO}: {first} and {last}")
        near = _near(given.get(NEAR))
        return cls(kind, chosen, first, last, near, _within(given.get(WITHIN)) if near is not None else USUAL_KM)

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the parameters that state these filters, in the one canonical order."""
        found = [(name, short(self.kind, name, iri)) for name in NAMES for iri in self.chosen.get(name, ())]
        found += [(FROM, str(self.first_year))] if self.first_year is not None else []
        found += [(TO, str(self.last_year))] if self.last_year is not None else []
        if self.near is not None:
            found.append((NEAR, _written(self.near)))
            found += [(WITHIN, str(self.within))] if self.within != USUAL_KM else []
        return tuple(found)

    def query(self, *more: tuple[str, str]) -> str:
        """Return the canonical query string, without ``?``; `more` (such as the page) comes last. Empty for none."""
        return "&".join(_stated(name, value) for name, value in (*self.pairs(), *more))

    def with_value(self, name: str, value: str) -> Filters:
        """Return these filters with one value (short or an IRI) of a facet more."""
        iris = _iris(self.kind, name, [*self.chosen.get(name, ()), value])
        return replace(self, chosen={**self.chosen, name: iris})

    def without(self, name: str, value: str | None = None) -> Filters:
        """Return these filters without one value of a facet, or without all that `name` states."""
        if name in (FROM, TO, YEAR):
            return replace(
                self,
                first_year=None if name != TO else self.first_year,
                last_year=None if name != FROM else self.last_year,
            )
        if name in (NEAR, WITHIN):
            return replace(self, near=None, within=USUAL_KM)
        gone = None if value is None else expanded(self.kind, name, value)
        left = tuple(iri for iri in self.chosen.get(name, ()) if gone is not None and iri != gone)
        others = {facet: iris for facet, iris in self.chosen.items() if facet != name}
        return replace(self, chosen=others | ({name: left} if left else {}))

    def __bool__(self) -> bool:
        """Return whether anything is asked for."""
        return bool(self.chosen or self.near is not None or self.years)

    @property
    def years(self) -> bool:
        """Whether years are asked for."""
        return self.first_year is not None or self.last_year is not None

    def has_year(self, year: int) -> bool:
        """Return whether `year` is in the range asked for."""
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )


@lru_cache(maxsize=4096)
def _stated(name: str, value: str) -> str:
    """Return a parameter as addresses write it; a page has some hundred addresses, nearly all with the same ones."""
    return f"{quote(name)}={quote(value, safe=',:/')}"


def parameters_of(kind: str) -> tuple[str, ...]:
    """Return the parameters by which a kind can be narrowed down, in canonical order."""
    found = [name for name in names_of(kind) if name != YEAR]
    found += [FROM, TO] if YEAR in FACETS[kind] else []
    return (*found, *((NEAR, WITHIN) if kind in PLACES else ()))


def short(kind: str, name: str, iri: str) -> str:
    """Return a value as addresses write it.

    >>> short("initiatives", "service", "https://w3id.org/libri/concept/service-types/language-cafe")
    'language-cafe'
    """
    rest = iri.removeprefix(FACETS[kind][name].prefix)
    return rest if rest != iri and _SLUG.fullmatch(rest) else iri


def expanded(kind: str, name: str, value: str) -> str:
    """Return the IRI that a value in an address means. Raises `FilterInvalid` where it can be none."""
    if _SLUG.fullmatch(value):
        return FACETS[kind][name].prefix + value
    if _IRI.fullmatch(value):
        return value
    raise FilterInvalid(f"{name} must be a short name such as those in the list, or an address (IRI), not {value!r}")


def _iris(kind: str, name: str, values: Iterable[str]) -> tuple[str, ...]:
    found = tuple(sorted({expanded(kind, name, value) for value in values}))
    if len(found) > MOST_VALUES:
        raise FilterInvalid(f"at most {MOST_VALUES} values of {name} at a time")
    return found


def _year(name: str, values: list[str] | None) -> int | None:
    if not values:
        return None
    value = _only(name, values)
    if not _YEAR.fullmatch(value):
        raise FilterInvalid(f"{name} must be a year of four digits, such as 2022, not {value!r}")
    return int(value)


def _near(values: list[str] | None) -> str | tuple[float, float] | None:
    if not values:
        return None
    value = _only(NEAR, values)
    point = _POINT.fullmatch(value)
    if point:
        latitude, longitude = float(point[1]) + 0.0, float(point[2]) + 0.0  # so that -0 is 0
        if abs(latitude) <= 90 and abs(longitude) <= 180:  # degrees
            return latitude, longitude
    elif _SLUG.fullmatch(value):
        return PLACE + value
    elif _IRI.fullmatch(value):
        return value
    raise FilterInvalid(f"{NEAR} must be a place, such as riga-lv, or latitude and longitude, such as 56.95,24.11")


def _within(values: list[str] | None) -> int:
    if not values:
        return USUAL_KM
    value = _only(WITHIN, values)
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= MOST_KM):
        raise FilterInvalid(f"{WITHIN} must be whole kilometres from 1 to {MOST_KM}, not {value!r}")
    return int(value)


def _only(name: str, values: list[str]) -> str:
    if len(set(values)) > 1:
        raise FilterInvalid(f"{name} can be given once only")
    return values[0]


def _written(near: str | tuple[float, float]) -> str:
    if isinstance(near, tuple):
        return ",".join(f"{number:.6f}".rstrip("0").rstrip(".") for number in near)
    rest = near.removeprefix(PLACE)
    return rest if rest != near and _SLUG.fullmatch(rest) else near


def _listed(kind: str) -> str:
    return ", ".join(parameters_of(kind))
