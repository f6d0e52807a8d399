"""What the Accept headers of HTTP say: ranges with a quality, and how much a client wants one form of several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

QUALITY: Final = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z")
"""Source: RFC 9110, section 12.4.2."""
ENTRY: Final = re.compile(r'(?:[^,"]|"[^"]*"?)+')
"""Up to a comma that stands in no quoted string."""
PART: Final = re.compile(r'(?:[^;"]|"[^"]*"?)+')
MOST: Final = 4096
"""Characters of a header that are read."""


@dataclass(frozen=True, slots=True)
class Range:
    """One entry of a header."""

    name: str
    """In lower case: a media type such as ``text/*``, or a language tag."""
    quality: float


def ranges(header: str) -> list[Range]:
    """Return the entries of an Accept or Accept-Language header in their order, without parameters but ``q``.

    An entry whose quality is no quality is left out.

    >>> [(found.name, found.quality) for found in ranges('text/html, application/ld+json;profile="a,b";q=0.5')]
    [('text/html', 1.0), ('application/ld+json', 0.5)]
    """
    return list(_ranges(header[:MOST]))


def wanted(offered: str, accepted: list[Range]) -> tuple[float, int]:
    """Return how much a client wants a media type, and how exactly it said so (2 by name, 1 by kind, 0 by ``*/*``).

    The most exact entry counts, whatever the others say. Source: RFC 9110, section 12.5.1.

    >>> wanted("text/turtle", ranges("text/*;q=0.4, */*;q=0.9"))
    (0.4, 1)
    """
    names = (offered, f"{offered.partition('/')[0]}/*", "*/*")
    for exactness, name in zip((2, 1, 0), names, strict=True):
        found = [entry.quality for entry in accepted if entry.name == name]
        if found:
            return max(found), exactness
    return 0.0, 0


def _ranges(header: str) -> Iterator[Range]:
    for entry in ENTRY.findall(header):
        name, *parameters = PART.findall(entry) or [""]
        quality = next((p for p in map(_quality, parameters) if p is not None), "1")
        if name.strip() and QUALITY.match(quality):
            yield Range(name.strip().lower(), float(quality))


def _quality(parameter: str) -> str | None:
    name, _, value = parameter.partition("=")
    return value.strip() if name.strip().lower() == "q" else None
