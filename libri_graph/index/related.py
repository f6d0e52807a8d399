"""What belongs beside a thing: others like it, those near it, whom to ask, and which needs are met where."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import Final

from libri_graph.index import bits, lists
from libri_graph.index.facets import COUNTRY, FACETS, KINDS
from libri_graph.index.sets import Sets
from libri_graph.index.snapshot import Snapshot
from libri_graph.model.listing import Matrix, Named, PreparedCard, Related
from libri_graph.namespaces import CONCEPTS

ALIKE: Final = {"service": 3, "need": 3, "group": 1, "domain": 1, "type": 2}
"""Facet -> what sharing a value of it counts, before rare values are made to count more."""
SEARCHED: Final = ("service", "need")
"""What a thing near by must share."""
STEPS_KM: Final = (30.0, 120.0, 500.0, 3000.0)
"""Circles in which neighbours are sought until there are enough."""
NEEDS: Final = CONCEPTS + "needs-barriers/"
PREDICATES: Final = {
    "service": "libri:serviceType",
    "need": "libri:need",
    "group": "libri:targetGroup",
    "domain": "libri:domain",
    "type": "dcterms:type",
}


def similar(snapshot: Snapshot, iri: str, limit: int) -> tuple[Related, ...]:
    """Return things of the same kind that share most with `iri`; the same score by evidence, year and name."""
    card = snapshot.card(iri)
    kind = _kind(card)
    if card is None or kind is None:
        return ()
    sets = snapshot.sets(kind)
    values = [(name, value) for name in ALIKE if name in FACETS[kind] for value in _values(card, name)]
    weighed = [
        (sets.facets[name][value].all, _weight(sets, name, value))
        for name, value in values
        if value in sets.facets[name]
    ]
    itself = bits.packed(lists.bits_of(snapshot.connection, kind, [iri]).values())
    picked = _best(snapshot, sets, weighed, sets.everyone & ~itself, limit)
    mine = {value for _, value in values}
    return tuple(Related(found, _shared(found, mine)) for found in snapshot.cards(picked))


def near(snapshot: Snapshot, iri: str, limit: int) -> tuple[Related, ...]:
    """Return the nearest initiatives that share a service or need with `iri`.

    By distance from where it is, as far as 3000 km; where it has no position, the best of its country, without.
    """
    card = snapshot.card(iri)
    if card is None:
        return ()
    sets = snapshot.sets("initiatives")
    mine = {name: set(_values(card, name)) for name in SEARCHED}
    having = (sets.facets[name][v].all for name, values in mine.items() for v in values if v in sets.facets[name])
    wanted = reduce(or_, having, 0) & ~bits.packed(lists.bits_of(snapshot.connection, "initiatives", [iri]).values())
    shared = mine["service"] | mine["need"]
    places = [named.iri for named in card.facts.get("libri:place", ())]
    point = next((found for place in places if (found := lists.position_of(snapshot.connection, place))), None)
    if point is None:
        countries = [named.iri for named in card.facts.get("libri:country", ())]
        at_home = reduce(or_, (sets.facets[COUNTRY][c].all for c in countries if c in sets.facets[COUNTRY]), 0)
        picked = _best(snapshot, sets, [(wanted & at_home, 1)], sets.everyone, limit)
        return tuple(Related(found, _shared(found, shared)) for found in snapshot.cards(picked))
    distances = _nearest(snapshot, wanted, point, limit)
    cards = {found.iri: found for found in snapshot.cards(distances)}
    return tuple(Related(cards[one], _shared(cards[one], shared), away) for one, away in distances.items())


def contacts(snapshot: Snapshot, iri: str, limit: int) -> tuple[Related, ...]:
    """Return the organisations to ask about `iri`, those that run most of it first.

    For a practice, those that run the initiatives that it rests on; else organisers, publishers, then partners.
    """
    card = snapshot.card(iri)
    if card is None:
        return ()
    sources = snapshot.cards(card.evidence) or (card,)
    through: dict[str, list[str]] = defaultdict(list)
    for predicate in ("libri:organiser", "dcterms:publisher", "libri:partner"):
        for source in sources:
            for named in source.facts.get(predicate, ()):
                if source.iri not in through[named.iri]:
                    through[named.iri].append(source.iri)
    first = sorted(through, key=lambda body: -len(through[body]))
    return tuple(Related(found, through=tuple(through[found.iri])) for found in snapshot.cards(first[:limit]))


def matrix(snapshot: Snapshot) -> Matrix:
    """Return how many initiatives of each country meet each need of our list of needs or of the data."""
    sets = snapshot.sets("initiatives")
    met, countries = sets.facets["need"], sets.facets[COUNTRY]
    rows = snapshot.connection.execute("SELECT iri FROM name WHERE iri >= ? AND iri < ?", (NEEDS, NEEDS + "\uffff"))
    totals = {need: 0 for (need,) in rows} | {need: members.all.bit_count() for need, members in met.items()}
    size = {country: members.all.bit_count() for country, members in countries.items()}
    needs = sorted(totals, key=lambda need: (-totals[need], need))
    columns = sorted(size, key=lambda country: (-size[country], country))
    named = snapshot.names([*needs, *columns])
    counts = [
        [(met[need].all & countries[country].all).bit_count() if need in met else 0 for country in columns]
        for need in needs
    ]
    return Matrix(
        tuple(named.get(need, Named(need)) for need in needs),
        tuple(named.get(country, Named(country)) for country in columns),
        counts,
        tuple(totals[need] for need in needs),
        tuple(size[country] for country in columns),
    )


def _best(snapshot: Snapshot, sets: Sets, weighed: Sequence[tuple[int, int]], among: int, limit: int) -> list[str]:
    """Return the IRIs of the best scored; those of one score as lists have them."""
    scores: list[tuple[int, int]] = []
    count = 0
    for score, found in bits.ranked(weighed, among):
        scores.append((score, found))
        count += found.bit_count()
        if count >= limit:
            break
    ordered: list[str] = []
    for _, found in scores:
        rows = lists.ordered(snapshot.connection, sets, found, "best", {}, None)
        ordered += [iri for _, iri, _ in islice(rows, limit - len(ordered))]
    return ordered


def _nearest(snapshot: Snapshot, wanted: int, point: tuple[float, float], limit: int) -> dict[str, float]:
    found: dict[int, float] = {}
    for kilometres in STEPS_KM:
        there = lists.within(snapshot.connection, "initiatives", point, kilometres)
        fits = bits.blob(wanted)
        found = {bit: away for bit, away in there.items() if bits.test(fits, bit)}
        if len(found) >= limit:
            break
    first = sorted(found, key=lambda bit: (found[bit], bit))[:limit]
    picked = lists.picked(snapshot.connection, "initiatives", bits.packed(first), "iri")
    iris = {bit: str(iri) for bit, iri in picked}
    return {iris[bit]: found[bit] for bit in first}


def _weight(sets: Sets, name: str, value: str) -> int:
    """Return what sharing `value` counts: the more, the fewer have it."""
    having = sets.facets[name][value].all.bit_count()
    return max(1, round(ALIKE[name] * math.log2(1 + sets.everyone.bit_count() / max(1, having))))


def _kind(card: PreparedCard | None) -> str | None:
    classes = card.kinds if card else ()
    return next((kind for kind, name in KINDS.items() if f"libri:{name.rsplit('#', 1)[-1]}" in classes), None)


def _values(card: PreparedCard, name: str) -> list[str]:
    return [named.iri for named in card.facts.get(PREDICATES[name], ())]


def _shared(card: PreparedCard, mine: Iterable[str] | Mapping[str, object]) -> tuple[Named, ...]:
    wanted = set(mine)
    return tuple(named for name in PREDICATES.values() for named in card.facts.get(name, ()) if named.iri in wanted)
