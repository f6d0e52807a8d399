"""Filters are written into addresses and read from them in one way."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.errors import FilterInvalid
from libri_graph.index.facets import FACETS, KINDS, PLACES, YEAR
from libri_graph.index.filters import MOST_KM, PLACE, USUAL_KM, Filters, parameters_of
from libri_graph.namespaces import CONCEPTS, EU_COUNTRY

SLUGS: Final = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,12}", fullmatch=True)
OTHERS: Final = SLUGS.map(lambda slug: f"https://example.org/list?a=1&b#{slug}")
POINTS: Final = st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(
    lambda p: (round(p[0], 6) + 0.0, round(p[1], 6) + 0.0)
)


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    kind = draw(st.sampled_from(sorted(KINDS)))
    chosen = {}
    for name, way in FACETS[kind].items():
        if name != YEAR and draw(st.booleans()):
            values = draw(st.lists(SLUGS.map(way.prefix.__add__) | OTHERS, min_size=1, max_size=3, unique=True))
            chosen[name] = tuple(sorted(values))
    years = (
        sorted(draw(st.lists(st.integers(1000, 9999), min_size=2, max_size=2)))
        if YEAR in FACETS[kind]
        else [None, None]
    )
    first, last = (draw(st.sampled_from([None, year])) for year in years)
    near = draw(st.none() | POINTS | SLUGS.map(PLACE.__add__) | OTHERS) if kind in PLACES else None
    return Filters(kind, chosen, first, last, near, draw(st.integers(1, MOST_KM)) if near is not None else USUAL_KM)


@given(filters())
def test_filters_written_into_an_address_and_read_again_are_the_same(wished: Filters) -> None:
    pairs = parse_qsl(wished.query(), keep_blank_values=True)
    assert tuple(pairs) == wished.pairs()
    assert Filters.parse(wished.kind, pairs) == wished
    assert set(dict(pairs)) <= set(parameters_of(wished.kind))


@given(filters(), st.randoms(use_true_random=False))
def test_the_order_and_the_repetition_of_parameters_make_no_other_address(wished: Filters, draw: object) -> None:
    pairs = [*wished.pairs(), *wished.pairs()]
    draw.shuffle(pairs)
    assert Filters.parse(wished.kind, pairs).query() == wished.query()


def test_a_canonical_address_is_short_and_readable() -> None:
    pairs = [("near", "riga-lv"), ("to", "2024"), ("service", "language-cafe"), ("country", "POL"), ("country", "LVA")]
    wished = Filters.parse("initiatives", [*pairs, ("within", "50"), ("need", " ")])
    assert wished.query(("page", "2")) == "country=LVA&country=POL&service=language-cafe&to=2024&near=riga-lv&page=2"
    assert wished.chosen["country"] == (EU_COUNTRY + "LVA", EU_COUNTRY + "POL")


def test_values_are_added_and_taken_away() -> None:
    wished = Filters("initiatives").with_value("service", "language-cafe").with_value("country", EU_COUNTRY + "LVA")
    assert wished.chosen["service"] == (CONCEPTS + "service-types/language-cafe",)
    assert wished.without("service", "language-cafe") == Filters("initiatives").with_value("country", "LVA")
    assert not wished.without("service").without("country")
    dated = Filters("initiatives", first_year=2015, last_year=2020, near="x")
    assert (dated.without("from").last_year, dated.without("year").years, dated.without("near").near) == (
        2020,
        False,
        None,
    )


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([("sevice", "x")], "only by country, service"),
        ([("transfer", "high")], "cannot be narrowed down by 'transfer'"),
        ([("country", "a b")], "short name"),
        ([("country", "<script>")], "short name"),
        ([("country", "javascript:alert(1)")], "short name"),
        ([("from", "22")], "four digits"),
        ([("from", "2023"), ("to", "2020")], "later year"),
        ([("from", "2020"), ("from", "2021")], "once only"),
        ([("near", "95,200")], "riga-lv"),
        ([("near", "riga-lv"), ("within", "5000")], "from 1 to 2000"),
        ([("country", f"C{number}") for number in range(21)], "at most 20"),
    ],
)
def test_what_cannot_be_a_filter_is_told_with_what_can(pairs: list[tuple[str, str]], told: str) -> None:
    with pytest.raises(FilterInvalid, match=told):
        Filters.parse("initiatives", pairs)
