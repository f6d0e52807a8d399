"""The sets of one kind of thing: who has which value, also by way of narrower ones."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from libri_graph.index import bits
from libri_graph.index.facets import YEAR, names_of
from libri_graph.index.filling import ALL, MEMBERS, PLACED
from libri_graph.index.filters import Filters, short
from libri_graph.model.listing import Facet, FacetValue, Named


@dataclass(frozen=True, slots=True)
class Members:
    """Who has one value."""

    own: int
    """Those who have just this one, as bits."""
    all: int
    """Those who have it or something narrower."""


@dataclass(frozen=True, slots=True)
class Sets:
    """All sets of one kind."""

    kind: str
    everyone: int
    placed: int
    """Those who have a position."""
    facets: Mapping[str, Mapping[str, Members]] = field(repr=False)
    broader: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def read(cls, connection: sqlite3.Connection, kind: str) -> Sets:
        """Return the sets of `kind`. Two statements."""
        own: dict[str, dict[str, int]] = defaultdict(dict)
        for name, value, members in connection.execute(
            "SELECT facet, value, members FROM facet WHERE kind = ? AND members <> x''", (kind,)
        ):
            own[name][value] = bits.from_blob(members)
        above: dict[str, list[str]] = defaultdict(list)
        for narrower, broader in connection.execute("SELECT narrower, broader FROM broader ORDER BY narrower, broader"):
            above[narrower].append(broader)
        broader = {narrower: tuple(found) for narrower, found in above.items()}
        facets = {name: _widened(own.get(name, {}), broader) for name in names_of(kind)}
        listed = own.get(ALL, {})
        return cls(kind, listed.get(MEMBERS, 0), listed.get(PLACED, 0), facets, broader)

    def fitting(self, filters: Filters, name: str) -> int | None:
        """Return who fits what `filters` ask of facet `name`; `None` where they ask nothing of it."""
        values = self.facets.get(name, {})
        if name == YEAR:
            found = (members.all for year, members in values.items() if filters.has_year(int(year)))
            return reduce(or_, found, 0) if filters.years else None
        if name not in filters.chosen:
            return None
        return reduce(or_, (values[iri].all for iri in filters.chosen[name] if iri in values), 0)

    def counted(self, filters: Filters, among: int) -> tuple[int, Mapping[str, Mapping[str, tuple[int, int]]]]:
        """Return who of `among` fits `filters`, and facet -> value -> how many it would leave: with narrower, and own.

        A facet counts those who fit all other facets, so that one sees what another choice in it would give.
        """
        asked = {name: found for name in self.facets if (found := self.fitting(filters, name)) is not None}
        base = self.everyone & among
        fits = reduce(and_, asked.values(), base)
        counts = {}
        for name, values in self.facets.items():
            others = fits if name not in asked else reduce(and_, (s for n, s in asked.items() if n != name), base)
            counts[name] = {value: _counts(members, others) for value, members in values.items()}
        return fits, counts

    def shown(
        self,
        filters: Filters,
        counts: Mapping[str, Mapping[str, tuple[int, int]]],
        named: Mapping[str, Named],
    ) -> tuple[Facet, ...]:
        """Return the facets for a page: values that somebody has, the most frequent first, and those chosen."""
        return tuple(
            Facet(name, tuple(self._values(filters, name, counts[name], named))) for name in names_of(self.kind)
        )

    def _values(
        self, filters: Filters, name: str, counts: Mapping[str, tuple[int, int]], named: Mapping[str, Named]
    ) -> Iterable[FacetValue]:
        chosen = filters.chosen.get(name, ())
        missing = {iri: (0, 0) for iri in chosen if iri not in counts}
        ordered = sorted({**counts, **missing}.items(), key=lambda item: (-item[1][0], item[0]))
        for iri, (count, own) in ordered:
            if name == YEAR:
                if count:
                    picked = filters.years and filters.has_year(int(iri))
                    yield FacetValue(Named(iri), iri, count, own, (), picked)
            elif count or iri in chosen:
                above = self.broader.get(iri, ())
                thing = named.get(iri, Named(iri))
                yield FacetValue(thing, short(self.kind, name, iri), count, own, above, iri in chosen)


def _counts(members: Members, among: int) -> tuple[int, int]:
    count = (members.all & among).bit_count()
    return count, count if members.own == members.all else (members.own & among).bit_count()


def _widened(own: Mapping[str, int], broader: Mapping[str, tuple[str, ...]]) -> dict[str, Members]:
    """Return value -> members, each counting for all that is broader, as far up as that goes."""
    wide = dict(own)
    for value, members in own.items():
        for above in ancestors(value, broader):
            wide[above] = wide.get(above, 0) | members
    return {value: Members(own.get(value, 0), members) for value, members in wide.items()}


def ancestors(value: str, broader: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return all that is broader than `value`, without itself; a circle does no harm."""
    found: set[str] = set()
    waiting = list(broader.get(value, ()))
    while waiting:
        above = waiting.pop()
        if above not in found and above != value:
            found.add(above)
            waiting += broader.get(above, ())
    return found
