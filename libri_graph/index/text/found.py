"""What a search gives: things, best first, each with the reasons why it is among them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """How close a word of the reader is to what was found."""

    word = "word"
    """The same, but for case and accents."""
    form = "form"
    """Another form of the same word."""
    prefix = "prefix"
    """The beginning of it."""
    typo = "typo"
    """A letter or two away from it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a thing was found by some of the words."""

    words: tuple[str, ...]
    """Words of the reader, as typed."""
    how: How
    """The loosest of the ways in which they match."""
    property: str
    """Prefixed predicate: of the text that holds them, or by which the thing names `iri`."""
    text: str
    """The text, or the name of the thing `iri`."""
    language: str
    """Of `text`."""
    marks: tuple[tuple[int, int], ...] = ()
    """Where in `text` the words stand, in characters."""
    iri: str = ""
    """The concept, place or organisation by which it was found; empty where its own words say it."""
    draft: bool = False
    """Whether a machine made `text` and nobody has reviewed it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    iri: str
    kind: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    unknown: tuple[str, ...] = ()
    """Words of the reader that nothing holds, nor anything like them."""
    corrected: tuple[tuple[str, str], ...] = ()
    """Word of the reader -> the word that was taken for it."""
    cut: bool = False
    """Whether there were more words than a search takes."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that begins as the reader types."""

    iri: str
    kind: str
    text: str
    language: str
