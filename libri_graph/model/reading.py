"""What a reader sees of texts and things: chosen for her languages, with all that honesty demands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libri_graph.languages import Text, base, direction

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as one reader sees it."""

    text: str
    language: str
    """BCP 47 tag; empty or ``und`` when nobody said."""
    foreign: bool = False
    """Whether it is in another language than the page."""
    draft: bool = False
    """Whether a machine made it and nobody has reviewed it."""

    @property
    def tag(self) -> str:
        """The tag to write into ``lang``; empty where there is none to write."""
        return "" if self.language == "und" else self.language

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return direction(self.language)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a record names: its IRI and what to call it."""

    iri: str
    label: ReadText
    kind: str = ""
    """Local name of its class, where it is one of ours."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One way in which other things name a record: the property, how many do, and the first of them."""

    predicate: str
    count: int
    things: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader needs to know of a thing to choose it among others."""

    iri: str
    kind: str
    label: ReadText
    gloss: ReadText | None = None
    summary: ReadText | None = None
    facts: Mapping[str, tuple[Thing, ...]] = field(default_factory=dict)
    """Prefixed predicate -> things named by it: country, place, service types and the like."""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Prefixed predicate -> plain values: years, dates and figures."""

    @property
    def draft(self) -> bool:
        """Whether any text on the card is a draft translation."""
        return any(text.draft for text in (self.label, self.gloss, self.summary) if text)


@dataclass(frozen=True, slots=True)
class Record:
    """All that the view says of one resource, ready to be read in one language."""

    iri: str
    kinds: tuple[str, ...]
    """Local names of its classes, the most special first."""
    label: ReadText
    texts: Mapping[str, tuple[ReadText, ...]]
    """Prefixed predicate -> the texts that this reader sees: one, or several of the same language."""
    all_texts: Mapping[str, tuple[Text, ...]]
    """Prefixed predicate -> the texts in every language."""
    things: Mapping[str, tuple[Thing, ...]]
    """Prefixed predicate -> the things that it names."""
    values: Mapping[str, tuple[Literal, ...]]
    """Prefixed predicate -> numbers, dates and plain strings."""
    incoming: Sequence[Incoming] = ()
    meanings: Mapping[str, ReadText] = field(default_factory=dict)
    """IRI of a concept that grades the record -> what is meant by it."""
    generation: int = 0

    def text(self, name: str) -> ReadText | None:
        """Return the text under a prefixed predicate, or `None`."""
        return next(iter(self.texts.get(name, ())), None)

    def thing(self, name: str) -> Thing | None:
        """Return the first thing under a prefixed predicate, or `None`."""
        return next(iter(self.things.get(name, ())), None)

    def value(self, name: str) -> str | None:
        """Return the first plain value under a prefixed predicate, or `None`."""
        found = self.values.get(name, ())
        return found[0].value if found else None

    @property
    def draft(self) -> bool:
        """Whether any text that this reader sees is a draft translation."""
        return self.label.draft or any(text.draft for texts in self.texts.values() for text in texts)


def is_foreign(tag: str, language: str) -> bool:
    """Return whether a text tagged `tag` is in another language than a page in `language`."""
    return tag not in ("", "und") and base(tag) != base(language)
