"""By what each kind of listed thing can be told apart, and by which way through the graph the values are reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from libri_graph.namespaces import CONCEPTS, EU_COUNTRY, EU_LANGUAGE, IDS, LIBRI

Path = tuple[str, ...]
"""Prefixed predicates, one after the other; ``^`` before one goes from object to subject. Empty: the thing itself."""

KINDS: Final = {
    "initiatives": LIBRI + "Initiative",
    "organisations": LIBRI + "Organisation",
    "guides": LIBRI + "Guide",
    "practices": LIBRI + "Practice",
    "strategies": LIBRI + "Strategy",
    "events": LIBRI + "Event",
    "contradictions": LIBRI + "Contradiction",
    "platforms": LIBRI + "Platform",
    "places": LIBRI + "Place",
}
"""Name of a list in addresses -> class of its members."""


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind of thing comes by the values of a facet."""

    paths: tuple[Path, ...]
    """A value counts if any of them leads to it."""
    prefix: str = ""
    """Begins the IRIs that addresses write without it."""


COUNTRY: Final[str] = "country"
PROJECT: Final[str] = "project"
YEAR: Final[str] = "year"
"""The one facet whose values are numbers; addresses give a range of it, ``from`` and ``to``."""
NAMES: Final[tuple[str, ...]] = (
    COUNTRY,
    "service",
    "group",
    "need",
    "domain",
    "language",
    "type",
    "organisation",
    "transfer",
    "evidence",
    PROJECT,
    YEAR,
)
"""All facets, in the order in which pages and canonical addresses have them."""


def _country(*paths: Path) -> Way:
    return Way(paths, EU_COUNTRY)


def _concept(scheme: str, *paths: Path) -> Way:
    return Way(paths, f"{CONCEPTS}{scheme}/")


def _services(*paths: Path) -> Way:
    return _concept("service-types", *paths)


def _groups(*paths: Path) -> Way:
    return _concept("target-groups", *paths)


def _needs(*paths: Path) -> Way:
    return _concept("needs-barriers", *paths)


def _domains(*paths: Path) -> Way:
    return _concept("integration-domains", *paths)


def _bodies(*paths: Path) -> Way:
    return _concept("organisation-types", *paths)


def _projects(*paths: Path) -> Way:
    return Way(paths, IDS + "project/")


RUN: Final = "^libri:organiser"
SHOWN: Final = "libri:evidencedBy"
BY: Final = "dcterms:publisher"
EVIDENCE: Final = _concept("evidence-grades", ("libri:evidenceGrade",))
LANGUAGE: Final = Way((("dcterms:language",),), EU_LANGUAGE)
OF_PUBLISHER: Final = {
    COUNTRY: _country(("libri:country",), (BY, "libri:country")),
    "organisation": _bodies((BY, "org:classification")),
}

FACETS: Final[dict[str, dict[str, Way]]] = {
    "initiatives": {
        COUNTRY: _country(("libri:country",)),
        "service": _services(("libri:serviceType",)),
        "group": _groups(("libri:targetGroup",)),
        "need": _needs(("libri:need",)),
        "domain": _domains(("libri:domain",)),
        "language": LANGUAGE,
        "organisation": _bodies(("libri:organiser", "org:classification")),
        "evidence": EVIDENCE,
        PROJECT: _projects(("libri:project",)),
        YEAR: Way((("libri:startYear",),)),
    },
    "organisations": {
        COUNTRY: _country(("libri:country",)),
        "service": _services((RUN, "libri:serviceType")),
        "group": _groups((RUN, "libri:targetGroup")),
        "need": _needs((RUN, "libri:need")),
        "organisation": _bodies(("org:classification",)),
        "evidence": EVIDENCE,
        PROJECT: _projects(("libri:project",), (RUN, "libri:project")),
    },
    "guides": {
        **OF_PUBLISHER,
        "group": _groups(("dcterms:audience",), ("libri:targetGroup",)),
        "language": LANGUAGE,
        "type": _concept("guide-kinds", ("dcterms:type",)),
        "evidence": EVIDENCE,
        PROJECT: _projects(("libri:project",)),
        YEAR: Way((("dcterms:issued",),)),
    },
    "practices": {
        COUNTRY: _country((SHOWN, "libri:country")),
        "service": _services(("libri:serviceType",)),
        "group": _groups(("libri:targetGroup",), (SHOWN, "libri:targetGroup")),
        "need": _needs(("libri:need",)),
        "domain": _domains(("libri:domain",), (SHOWN, "libri:domain")),
        "language": Way(((SHOWN, "dcterms:language"),), EU_LANGUAGE),
        "transfer": _concept("transferability", ("libri:transferability",)),
        "evidence": EVIDENCE,
        PROJECT: _projects((SHOWN, "libri:project")),
    },
    "strategies": {
        **OF_PUBLISHER,
        "type": _concept("strategy-kinds", ("dcterms:type",)),
        "language": LANGUAGE,
        "evidence": EVIDENCE,
        PROJECT: _projects(("libri:project",)),
        YEAR: Way((("dcterms:issued",),)),
    },
    "events": {
        COUNTRY: _country(("libri:country",), ("libri:place", "libri:country")),
        "type": _concept("event-kinds", ("dcterms:type",)),
        "organisation": _bodies(("libri:organiser", "org:classification")),
        "evidence": EVIDENCE,
        PROJECT: _projects(("libri:project",)),
        YEAR: Way((("schema:startDate",),)),
    },
    "contradictions": {"evidence": EVIDENCE},
    "platforms": {**OF_PUBLISHER, "evidence": EVIDENCE},
    "places": {COUNTRY: _country(("libri:country",))},
}
"""Kind -> facet -> how its values are reached."""

PLACES: Final[dict[str, tuple[Path, ...]]] = {
    "initiatives": (("libri:place",),),
    "organisations": (("libri:place",),),
    "guides": ((BY, "libri:place"),),
    "practices": ((SHOWN, "libri:place"),),
    "strategies": ((BY, "libri:place"),),
    "events": (("libri:place",),),
    "platforms": ((BY, "libri:place"),),
    "places": ((),),
}
"""Kind -> where its members are, for the map and for distances."""


def names_of(kind: str) -> tuple[str, ...]:
    """Return the facets of a kind, in their order."""
    return tuple(name for name in NAMES if name in FACETS[kind])


def _ways_in() -> frozenset[Path]:
    paths = [path for ways in FACETS.values() for way in ways.values() for path in way.paths]
    paths += [path for found in PLACES.values() for path in found]
    return frozenset(path[:end] for path in paths for end in range(1, len(path)))


WAYS_IN: Final = _ways_in()
"""Beginnings of paths: a thing at the end of one decides about values of the thing at its start."""
