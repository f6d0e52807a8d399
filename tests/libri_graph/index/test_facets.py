"""Facet counts equal those of SPARQL, whatever is filtered; the queries here are written apart from the index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions

from libri_graph.index.facets import FACETS, KINDS, names_of
from libri_graph.index.filters import Filters
from libri_graph.index.reading import Reading
from libri_graph.store.embedded import EmbeddedStore

PREFIXES: Final = """
PREFIX libri: <https://w3id.org/libri/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX schema: <https://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
COMMON: Final = {
    "evidence": "?thing libri:evidenceGrade ?value",
    "language": "?thing dcterms:language ?value",
    "type": "?thing dcterms:type ?value",
    "project": "?thing libri:project ?value",
}
DATED: Final = {"year": "?thing dcterms:issued ?value"}
HERE: Final = {"country": "?thing libri:country ?value"}
RUN_BY: Final = {"organisation": "?thing libri:organiser ?who . ?who org:classification ?value"}


def either(*patterns: str) -> str:
    return " UNION ".join(f"{{ {pattern} }}" for pattern in patterns)


def also_of(case: str, predicate: str) -> str:
    return either(f"?thing {predicate} ?value", f"{case} . ?case {predicate} ?value")


BY_PUBLISHER: Final = {
    "country": also_of("?thing dcterms:publisher ?case", "libri:country"),
    "organisation": "?thing dcterms:publisher ?who . ?who org:classification ?value",
}
PATTERNS: Final = {
    "initiatives": {
        **COMMON,
        **HERE,
        **RUN_BY,
        "service": "?thing libri:serviceType ?value",
        "group": "?thing libri:targetGroup ?value",
        "need": "?thing libri:need ?value",
        "domain": "?thing libri:domain ?value",
        "year": "?thing libri:startYear ?value",
    },
    "organisations": {
        **COMMON,
        **HERE,
        "service": "?run libri:organiser ?thing ; libri:serviceType ?value",
        "group": "?run libri:organiser ?thing ; libri:targetGroup ?value",
        "need": "?run libri:organiser ?thing ; libri:need ?value",
        "organisation": "?thing org:classification ?value",
        "project": also_of("?case libri:organiser ?thing", "libri:project"),
    },
    "guides": {
        **COMMON,
        **BY_PUBLISHER,
        **DATED,
        "group": either("?thing dcterms:audience ?value", "?thing libri:targetGroup ?value"),
    },
    "practices": {
        **COMMON,
        "country": "?thing libri:evidencedBy ?case . ?case libri:country ?value",
        "service": "?thing libri:serviceType ?value",
        "group": also_of("?thing libri:evidencedBy ?case", "libri:targetGroup"),
        "need": "?thing libri:need ?value",
        "domain": also_of("?thing libri:evidencedBy ?case", "libri:domain"),
        "language": "?thing libri:evidencedBy ?case . ?case dcterms:language ?value",
        "transfer": "?thing libri:transferability ?value",
        "project": "?thing libri:evidencedBy ?case . ?case libri:project ?value",
    },
    "strategies": {**COMMON, **BY_PUBLISHER, **DATED},
    "events": {
        **COMMON,
        **RUN_BY,
        "country": also_of("?thing libri:place ?case", "libri:country"),
        "year": "?thing schema:startDate ?value",
    },
    "contradictions": COMMON,
    "platforms": {**COMMON, **BY_PUBLISHER},
    "places": HERE,
}
Run = Callable[[str], list[tuple[str, ...]]]


@pytest.fixture(scope="session")
def run(store: EmbeddedStore) -> Run:
    """Answers of a query, each asked once only."""
    known: dict[str, list[tuple[str, ...]]] = {}

    def ask(query: str) -> list[tuple[str, ...]]:
        if query not in known:
            rows = store.raw.query(PREFIXES + query)
            assert isinstance(rows, QuerySolutions)
            known[query] = [tuple(getattr(term, "value", "") for term in row) for row in rows]
        return known[query]

    return ask


def fitting(filters: Filters, without: str = "") -> str:
    """Return the pattern of things that fit all filters but those of one facet."""
    patterns = PATTERNS[filters.kind]
    parts = []
    for name, iris in filters.chosen.items():
        if name != without:
            values = " ".join(f"<{iri}>" for iri in iris)
            pattern = patterns[name].replace("?value", "?below")
            parts.append(f"VALUES ?top {{ {values} }} ?below skos:broader* ?top . {pattern}")
    if filters.years and without != "year":
        first, last = filters.first_year or 0, filters.last_year or 9999
        year = "BIND(xsd:integer(SUBSTR(STR(?value), 1, 4)) AS ?year)"
        parts.append(f"{patterns['year']} {year} FILTER({first} <= ?year && ?year <= {last})")
    narrowed = " ".join(f"{{ SELECT DISTINCT ?thing {{ {part} }} }}" for part in parts)
    return f"{narrowed} ?thing a <{KINDS[filters.kind]}> ."


def counted(run: Run, filters: Filters, name: str) -> dict[str, tuple[int, int]]:
    """Return value -> how many with narrower, and own, as SPARQL counts."""
    pattern = f"{fitting(filters, name)} {PATTERNS[filters.kind][name]}"
    many = "(COUNT(DISTINCT ?thing) AS ?n)"
    if name == "year":
        rows = run(f"SELECT ?y {many} {{ {pattern} BIND(SUBSTR(STR(?value), 1, 4) AS ?y) }} GROUP BY ?y")
        return {year: (int(number), int(number)) for year, number in rows}
    wide = run(f"SELECT ?top {many} {{ {{ {pattern} }} ?value skos:broader* ?top }} GROUP BY ?top")
    own = dict(run(f"SELECT ?value {many} {{ {pattern} }} GROUP BY ?value"))
    return {value: (int(number), int(own.get(value, 0))) for value, number in wide}


def agree(reading: Reading, run: Run, filters: Filters) -> None:
    page = reading.list(filters, limit=3)
    assert page.total == len(run(f"SELECT DISTINCT ?thing {{ {fitting(filters)} }}"))
    assert [facet.name for facet in page.facets] == list(names_of(filters.kind))
    for facet in page.facets:
        found = {value.thing.iri: (value.count, value.own) for value in facet.values if value.count}
        assert found == counted(run, filters, facet.name), facet.name


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_list_counts_as_sparql_does(kind: str, reading: Reading, run: Run) -> None:
    agree(reading, run, Filters(kind))


@st.composite
def wishes(draw: st.DrawFn, reading: Reading, kinds: tuple[str, ...]) -> Filters:
    """Draw a kind and up to three facets of it with one or two values each, and maybe years."""
    kind = draw(st.sampled_from(kinds))
    chosen = {}
    sets = reading.sets(kind)
    for name in draw(st.lists(st.sampled_from([n for n in FACETS[kind] if n != "year"]), max_size=3, unique=True)):
        values = sorted(sets.facets[name])
        if values:
            chosen[name] = tuple(sorted(draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))))
    years = st.none() | st.integers(1990, 2026)
    first, last = (draw(years), draw(years)) if "year" in FACETS[kind] else (None, None)
    if first is not None and last is not None and first > last:
        first, last = last, first
    return Filters(kind, chosen, first, last)


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_combination_of_filters_counts_as_sparql_does(data: st.DataObject, reading: Reading, run: Run) -> None:
    kinds = ("initiatives", "practices", "organisations", "guides", "events", "strategies")
    agree(reading, run, data.draw(wishes(reading, kinds)))


def test_a_service_counts_for_what_is_broader_than_it(reading: Reading) -> None:
    service = reading.list(Filters("initiatives")).facet("service")
    assert service is not None
    by_name = {value.value: value for value in service.values}
    broader = next(value for value in service.values if value.count > value.own)
    narrower = [value for value in service.values if broader.thing.iri in value.broader]
    assert narrower
    assert all(by_name[value.value].count <= broader.count for value in narrower)
