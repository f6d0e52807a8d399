"""How much of everything the graph holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from libri_graph.store.protocol import Solution, Store, Term

NAMES = {
    "Initiative": "initiatives",
    "Organisation": "organisations",
    "Guide": "guides",
    "Practice": "practices",
    "Strategy": "strategies",
    "Event": "events",
    "Claim": "claims",
    "Contradiction": "contradictions",
    "Observation": "observations",
    "Platform": "platforms",
    "Project": "projects",
    "Place": "places",
    "Location": "countries",
    "LinguisticSystem": "languages",
    "CompetencyQuestion": "questions",
    "Source": "sources",
}
"""Local name of a class -> what we call its members; the order of the list."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of one kind."""

    group: str
    """``records``, ``concepts`` or ``triples``."""
    name: str
    number: int


def counts(store: Store) -> list[Count]:
    """Return records by kind, concepts by scheme, triples by graph. Three queries."""
    return [*_records(store), *_concepts(store), *_triples(store)]


def _records(store: Store) -> Iterator[Count]:
    found = {_last(row["class"]): _number(row, "things") for row in store.select("stats/classes")}
    # The Union stands in the countries' table for what concerns several of them; it is no country.
    found["Location"] = found.get("Location", 1) - 1
    return (Count("records", name, found.get(kind, 0)) for kind, name in NAMES.items())


def _concepts(store: Store) -> Iterator[Count]:
    rows = [(_last(row["scheme"]), _number(row, "concepts")) for row in store.select("stats/schemes")]
    yield Count("concepts", "concepts", sum(number for _, number in rows))
    yield from (Count("concepts", name, number) for name, number in rows)


def _triples(store: Store) -> Iterator[Count]:
    return (Count("triples", _last(row["graph"]), _number(row, "triples")) for row in store.select("stats/graphs"))


def _last(iri: Term) -> str:
    return str(getattr(iri, "value", iri)).replace("#", "/").rsplit("/", 1)[-1]


def _number(row: Solution, name: str) -> int:
    return int(getattr(row[name], "value", 0))
