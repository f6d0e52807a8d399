"""Lists, the map and related things come from the index in a fixed number of statements."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions

from libri_graph.errors import FilterInvalid, IndexMissing
from libri_graph.index import writing
from libri_graph.index.facets import KINDS
from libri_graph.index.filters import Filters
from libri_graph.index.gather import View
from libri_graph.index.reading import Index, Reading
from libri_graph.index.tables import State
from libri_graph.model.listing import Box
from libri_graph.namespaces import IDS
from libri_graph.store.embedded import EmbeddedStore

MOST_STATEMENTS = 10
RIGA = IDS + "initiative/riga-rigas-sirds"
PREFIXES = """PREFIX libri: <https://w3id.org/libri/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> """


@contextmanager
def counting(reading: Reading) -> Iterator[list[str]]:
    """Give the statements made in the block; what SQLite asks its own tables (``--``, ``'main'``) is no statement."""
    said: list[str] = []
    reading.connection.set_trace_callback(
        lambda text: None if text.startswith("--") or "'main'." in text else said.append(text)
    )
    try:
        yield said
    finally:
        reading.connection.set_trace_callback(None)


def asked(store: EmbeddedStore, query: str) -> list[tuple[str, ...]]:
    rows = store.raw.query(PREFIXES + query)
    assert isinstance(rows, QuerySolutions)
    return [tuple(term.value for term in row) for row in rows]


@pytest.mark.parametrize("limit", [1, 24, 500])
@pytest.mark.parametrize("query", [[], [("country", "LVA")], [("near", "riga-lv"), ("within", "2000")]])
def test_a_page_makes_as_many_statements_whatever_its_size(
    limit: int, query: list[tuple[str, str]], indexed: Path
) -> None:
    filters = Filters.parse("initiatives", query)
    with Index(indexed).reading() as reading:
        with counting(reading) as cold:
            page = reading.list(filters, limit=limit)
        with counting(reading) as warm:
            assert reading.list(filters, limit=limit) == page
    assert len(warm) <= len(cold) <= MOST_STATEMENTS
    assert len(cold) == 6 + 2 * bool(filters.near)


def test_a_map_and_related_things_make_few_statements(indexed: Path) -> None:
    with Index(indexed).reading() as reading, counting(reading) as said:
        assert reading.pins(Filters("initiatives"), zoom=4).pins
        assert len(said) <= 5
        for one in (reading.similar, reading.near, reading.contacts):
            before = len(said)
            assert one(RIGA)
            assert len(said) - before <= 12
        before = len(said)
        assert reading.matrix().needs
        assert len(said) - before <= 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sort", ["best", "newest", "name"])
def test_the_parts_of_a_list_put_together_are_the_list(kind: str, sort: str, reading: Reading) -> None:
    whole = reading.list(Filters(kind), sort=sort, limit=500)
    found, cursor = [], None
    while True:
        part = reading.list(Filters(kind), sort=sort, limit=100, cursor=cursor)
        found += part.cards
        cursor = part.next
        if cursor is None:
            break
    assert len({card.iri for card in found}) == len(found) == whole.total
    assert tuple(found[:500]) == whole.cards
    assert reading.list(Filters(kind), sort=sort, limit=5, offset=7).cards == whole.cards[7:12]


def test_walking_along_the_order_gives_what_sorting_gives(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    filters = Filters.parse("initiatives", [("group", "migrants")])
    walked = reading.list(filters, limit=100)
    monkeypatch.setattr("libri_graph.index.lists.FEW", 10_000)
    assert reading.list(filters, limit=100) == walked
    cursor = reading.list(filters, limit=30).next
    monkeypatch.setattr("libri_graph.index.lists.FEW", 0)
    monkeypatch.setattr("libri_graph.index.lists.WALKED", 0)
    assert reading.list(filters, limit=70, cursor=cursor).cards == walked.cards[30:]


def test_a_list_of_what_a_search_found_keeps_its_order(reading: Reading) -> None:
    given_order = [card.iri for card in reading.list(Filters("initiatives"), limit=5).cards][::-1]
    page = reading.list(Filters("initiatives"), among=[*given_order, IDS + "practice/none"])
    assert ([card.iri for card in page.cards], page.total) == (given_order, 5)
    assert reading.list(Filters("initiatives"), among=[]).total == 0


def away(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return kilometres by the cosine of the angle between two vectors, another way than the index takes."""

    def vector(point: tuple[float, float]) -> tuple[float, float, float]:
        up, round_ = map(math.radians, point)
        return math.cos(up) * math.cos(round_), math.cos(up) * math.sin(round_), math.sin(up)

    chord = math.dist(vector(one), vector(other))
    return 6371.0088 * 2 * math.asin(min(1, chord / 2))


@given(latitude=st.floats(34, 66), longitude=st.floats(-25, 35), kilometres=st.integers(1, 2000))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_distance_filter_finds_all_within_it_and_none_beyond(
    latitude: float, longitude: float, kilometres: int, reading: Reading, store: EmbeddedStore
) -> None:
    point = (round(latitude, 6), round(longitude, 6))
    where = "?thing a libri:Initiative ; libri:place ?place . ?place geo:lat ?lat ; geo:long ?long"
    rows = asked(store, f"SELECT ?thing ?lat ?long {{ {where} }}")
    nearest: dict[str, float] = {}
    for thing, lat, long in rows:
        nearest[thing] = min(away(point, (float(lat), float(long))), nearest.get(thing, math.inf))
    wanted = {thing: distance for thing, distance in nearest.items() if distance <= kilometres}
    page = reading.list(Filters("initiatives", near=point, within=kilometres), limit=500)
    assert page.total == len(wanted)
    assert page.distances == pytest.approx({iri: wanted[iri] for iri in page.distances}, abs=1e-3)
    assert list(page.distances.values()) == sorted(page.distances.values())


def test_a_box_over_the_date_line_is_two_boxes(indexed: Path) -> None:
    with Index(indexed).reading() as reading:
        whole = reading.pins(Filters("initiatives"), box=Box(20, -90, 19.9999, 90))
        assert sum(pin.count for pin in whole.pins) == whole.placed


def test_the_map_counts_what_sparql_counts(reading: Reading, store: EmbeddedStore) -> None:
    where = "?thing a libri:Initiative ; libri:place ?place . ?place geo:lat ?lat"
    rows = asked(store, f"SELECT ?place (COUNT(DISTINCT ?thing) AS ?n) {{ {where} }} GROUP BY ?place")
    found = reading.pins(Filters("initiatives"))
    assert {pin.places[0]: pin.count for pin in found.pins} == {place: int(number) for place, number in rows}
    assert found.total == len(asked(store, "SELECT ?thing { ?thing a libri:Initiative }"))
    assert found.placed == len(asked(store, f"SELECT DISTINCT ?thing {{ {where} }}"))


def test_the_places_of_a_list_are_those_of_its_map_the_fullest_first(indexed: Path) -> None:
    with Index(indexed).reading() as reading:
        pins = {pin.places[0]: pin.count for pin in reading.pins(Filters("initiatives"), things=0).pins}
        found = reading.places("initiatives")
        assert {place.iri for place in found} == pins.keys()
        assert [pins[place.iri] for place in found] == sorted(pins.values(), reverse=True)
        with counting(reading) as said:
            assert reading.places("initiatives") == found
        assert said == []


@pytest.mark.parametrize("zoom", [0, 3, 6, 12])
def test_clusters_hold_every_place_once(zoom: int, reading: Reading) -> None:
    filters = Filters.parse("initiatives", [("service", "language-support")])
    single, clusters = reading.pins(filters), reading.pins(filters, zoom=zoom)
    assert sorted(p for pin in clusters.pins for p in pin.places) == sorted(
        p for pin in single.pins for p in pin.places
    )
    assert len(clusters.pins) <= len(single.pins)
    assert reading.list(filters).total == single.total == clusters.total


def test_pins_in_a_box_are_the_pins_of_the_world_in_it(reading: Reading) -> None:
    box = Box(20.5, 55.5, 28.5, 58.2)
    inside = [
        pin
        for pin in reading.pins(Filters("initiatives")).pins
        if 20.5 <= pin.longitude <= 28.5 and 55.5 <= pin.latitude <= 58.2
    ]
    assert inside
    assert list(reading.pins(Filters("initiatives"), box=box).pins) == inside


def test_similar_things_share_something_and_are_others(reading: Reading) -> None:
    for kind in ("initiatives", "practices", "guides"):
        iri = reading.list(Filters(kind)).cards[0].iri
        found = reading.similar(iri)
        assert found
        assert all(one.shared and one.card.iri != iri for one in found)


def test_who_to_ask_about_a_practice_runs_the_initiatives_that_it_rests_on(
    reading: Reading, store: EmbeddedStore
) -> None:
    rows = asked(
        store,
        """SELECT ?practice ?who (COUNT(DISTINCT ?case) AS ?n) {
             ?practice a libri:Practice ; libri:evidencedBy ?case . ?case libri:organiser ?who
           } GROUP BY ?practice ?who""",
    )
    assert rows
    practice = rows[0][0]
    wanted = {who: int(number) for one, who, number in rows if one == practice}
    found = {one.card.iri: len(one.through) for one in reading.contacts(practice, limit=500)}
    assert wanted.items() <= {iri: min(n, wanted.get(iri, n)) for iri, n in found.items()}.items()


def test_the_matrix_tells_what_competency_question_ten_tells(
    reading: Reading, store: EmbeddedStore, knowledge: Path
) -> None:
    rows = store.raw.query((knowledge / "ontology/questions/cq10.rq").read_text())
    assert isinstance(rows, QuerySolutions)
    wanted = {row["need"].value for row in rows}
    matrix = reading.matrix()
    latvia = next(named.iri for named in matrix.countries if named.iri.endswith("/LVA"))
    assert wanted <= {need.iri for need, _ in matrix.unmet(latvia)}
    cells = asked(
        store,
        """SELECT ?top ?country (COUNT(DISTINCT ?i) AS ?n) {
             ?i a libri:Initiative ; libri:country ?country ; libri:need ?need . ?need skos:broader* ?top
           } GROUP BY ?top ?country""",
    )
    rows_of, columns = ([named.iri for named in side] for side in (matrix.needs, matrix.countries))
    found = {(n, c): matrix.counts[i][j] for i, n in enumerate(rows_of) for j, c in enumerate(columns)}
    assert {cell: n for cell, n in found.items() if n} == {(top, country): int(n) for top, country, n in cells}


@pytest.mark.parametrize(
    ("query", "options", "told"),
    [
        ([("service", "no-such-service")], {}, "service has no value 'no-such-service'"),
        ([("near", "atlantis")], {}, "no position is known"),
        ([], {"sort": "near"}, "sort must be one of"),
        ([], {"sort": "size"}, "sort must be one of"),
        ([], {"cursor": "nonsense"}, "cursor must be"),
        ([], {"limit": 501}, "0 to 500"),
    ],
)
def test_what_nobody_knows_is_told(
    query: list[tuple[str, str]], options: dict[str, object], told: str, reading: Reading
) -> None:
    with pytest.raises(FilterInvalid, match=told):
        reading.list(Filters.parse("initiatives", query), **options)


def test_a_cursor_of_another_sort_is_refused(reading: Reading) -> None:
    cursor = reading.list(Filters("guides"), sort="name", limit=3).next
    with pytest.raises(FilterInvalid, match="with the same sort"):
        reading.list(Filters("guides"), cursor=cursor)


def test_a_concept_that_nothing_uses_gives_an_empty_list_and_no_error(reading: Reading, store: EmbeddedStore) -> None:
    unused = asked(
        store,
        """SELECT ?c { ?c a <http://purl.org/dc/terms/Location>
             FILTER NOT EXISTS { ?x a libri:Initiative ; libri:country ?c } }""",
    )
    page = reading.list(Filters("initiatives", {"country": (unused[0][0],)}))
    chosen = [value for facet in page.facets for value in facet.values if value.chosen]
    assert (page.total, page.cards) == (0, ())
    assert [value.count for value in chosen] == [0]


def test_a_reader_keeps_what_she_began_with_while_the_index_moves_on(store: EmbeddedStore, tmp_path: Path) -> None:
    writing.rebuild(tmp_path, View(store.raw), State("epoch", 1))
    index = Index(tmp_path)
    with index.reading() as first:
        before = first.list(Filters("guides"))
        writing.update(tmp_path, View(store.raw), {RIGA}, State("epoch", 2))
        writing.rebuild(tmp_path, View(store.raw), State("epoch", 3))
        assert (first.generation, first.list(Filters("guides"))) == (1, before)
    with index.reading() as second:
        assert second.generation == 3
    index.close()


def test_where_there_is_no_index_readers_are_told(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing), Index(tmp_path).reading():
        pass
