"""A text falls into tokens as SPARQL says, and nothing in a name, a string or a comment is a keyword."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.workers.tokens import scan, unescaped


def words(text: str) -> list[str]:
    return [token.text for token in scan(text) if token.kind == "word"]


@given(st.text())
def test_any_text_has_tokens_that_lie_in_it_in_order(text: str) -> None:
    end = 0
    for token in scan(text):
        assert text[token.start : token.end] == token.text != ""
        assert token.start >= end
        end = token.end


@given(st.text(alphabet="aé<>\"'#\\ \n{}?:.LOADservice", max_size=40))
def test_only_space_and_comments_lie_between_tokens(text: str) -> None:
    end = 0
    for token in scan(text):
        between = text[end : token.start]
        assert all(not line or line.isspace() or line.lstrip().startswith("#") for line in between.splitlines())
        end = token.end


@pytest.mark.parametrize(
    "hidden",
    [
        '"LOAD"',
        "'LOAD'",
        '"""a\n"LOAD\\""""',
        "'''a 'LOAD' '''",
        "<http://example.org/LOAD>",
        "# LOAD\n",
        "?LOAD",
        "$LOAD",
        "ex:LOAD",
        "LOAD:x",
        "@LOAD",
        '"\\"LOAD"',
    ],
)
def test_what_only_looks_like_a_keyword_is_none(hidden: str) -> None:
    assert "LOAD" not in words(f"a {hidden} b")


@pytest.mark.parametrize(
    "open_",
    ["LOAD", "load", "?x LOAD", "<a> LOAD", "1LOAD", '"x"LOAD', "}LOAD{", "'it''s' LOAD", "#\rLOAD", "a<b LOAD"],
)
def test_a_keyword_is_seen_wherever_sparql_sees_it(open_: str) -> None:
    assert "LOAD" in [word.upper() for word in words(open_)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("\\u004cOAD", "LOAD"),
        ("\\U0000004COAD", "LOAD"),
        ("\\u00e4", "ä"),
        ("\\uD800", "\\uD800"),
        ("\\U00110000", "\\U00110000"),
        ("\\u12", "\\u12"),
    ],
)
def test_an_escape_is_a_character_before_anything_else(text: str, read: str) -> None:
    assert unescaped(text) == read


@given(st.text(alphabet=st.characters(exclude_characters="\\")))
def test_without_escapes_a_text_stays_as_it_is(text: str) -> None:
    assert unescaped(text) == text


@pytest.mark.parametrize(
    "text", ['"' * 200_000, "'''" * 70_000, "<" * 200_000, "\\" * 200_000, "a:" * 100_000, "1." * 100_000]
)
def test_no_text_takes_longer_than_its_length_warrants(text: str) -> None:
    """A bound against a square, not a measurement: 200,000 characters squared would take hours."""
    began = time.monotonic()
    assert list(scan(text))
    assert time.monotonic() - began < 20
