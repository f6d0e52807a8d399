"""A condition on one value says what SPARQL's own function would."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, Store

from libri_graph.validation.conditions import speaks

RANGES = [("en",), ("en", "lv"), ("en-GB",), ("*",), ("fr", "*"), ()]
VALUES = ['"a"@en', '"a"@EN', '"a"@en-GB', '"a"@en-gb-oed', '"a"@enm', '"a"@lv', '"a"@fr', '"a"', "1", "<https://a/>"]


@pytest.mark.parametrize("ranges", RANGES, ids=" ".join)
@pytest.mark.parametrize("value", VALUES)
def test_a_language_lies_in_the_ranges_that_langmatches_would_say(value: str, ranges: tuple[str, ...]) -> None:
    one = speaks("?v", tuple(map(Literal, ranges)))
    other = " || ".join([*(f'COALESCE(langMatches(lang(?v), "{name}"), false)' for name in ranges), "false"])
    query = f"SELECT ({one} AS ?one) ({other} AS ?other) {{ VALUES ?v {{ {value} }} }}"
    row = next(iter(Store().query(query)))
    assert row["one"] == row["other"]
