"""What the search knows of one thing: its words, and the things that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HIDDEN: Final = "skos:hiddenLabel"
"""Names that are searched by and never shown."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text of a thing."""

    property: str
    """Prefixed predicate."""
    language: str
    """BCP 47 tag; empty or ``und`` when nobody said."""
    text: str
    draft: bool = False
    """Whether a machine made it and nobody has reviewed it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A thing that the document names: a concept, a place, an organisation, a language."""

    property: str
    """Prefixed predicate."""
    iri: str


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found."""

    iri: str
    kind: str
    """Local name of its class, or its prefixed name where the class is not ours."""
    words: tuple[Words, ...]
    links: tuple[Link, ...] = ()
    grade: str = ""
    """Evidence grade, the end of its IRI; empty where there is none."""
