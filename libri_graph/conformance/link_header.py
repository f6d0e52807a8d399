"""Links in HTTP headers. Source: RFC 8288, section 3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from libri_graph.conformance.answer import Answer

PARAMETER: Final = r";\s*([\w!#$%&'+.^`|~*-]+)\s*(?:=\s*(\"(?:[^\"\\]|\\.)*\"|[^\s;,\"]+))?\s*"
ONE: Final = re.compile(rf"\s*<([^<>]*)>\s*((?:{PARAMETER})*)")


@dataclass(frozen=True, slots=True)
class Link:
    """A link from the answer to `target`."""

    target: str
    rel: str
    media_type: str = ""
    language: str = ""


class LinkInvalid(ValueError):
    """A Link header that does not parse; says where."""


def links(answer: Answer) -> list[Link]:
    """Return what an answer's Link headers lead to, one for each relation. Raises `LinkInvalid`."""
    return [link for name, value in answer.headers if name.lower() == "link" for link in _parse(value, answer.url)]


def _parse(text: str, url: str) -> list[Link]:
    """Return the links of one header.

    >>> [(link.rel, link.target) for link in _parse('</a>; rel="x y", <b,c>; rel=z', "http://e.org/d")]
    [('x', 'http://e.org/a'), ('y', 'http://e.org/a'), ('z', 'http://e.org/b,c')]
    """
    found, place = [], 0
    while text[place:].strip(" ,"):
        match = ONE.match(text, place + len(text[place:]) - len(text[place:].lstrip(" ,")))
        if match is None:
            raise LinkInvalid(f"not a link: {text[place : place + 80]!r}")
        parameters = {name.lower(): value.strip('"') for name, value in reversed(re.findall(PARAMETER, match[2]))}
        if not parameters.get("rel"):
            raise LinkInvalid(f"a link without rel: {match[0].strip()[:80]!r}")
        target, kind, tongue = urljoin(url, match[1]), parameters.get("type", ""), parameters.get("hreflang", "")
        found += [Link(target, rel, kind, tongue) for rel in parameters["rel"].lower().split()]
        place = match.end()
        if text[place:].strip() and not text[place:].lstrip().startswith(","):
            raise LinkInvalid(f"not a link: {text[place : place + 80]!r}")
    return found
