"""How deeply a body is nested, told in one pass before a parser that calls itself falls over it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import RdfFormat

from libri_graph.errors import SyntaxInvalid

DEEPEST: Final = 200
"""Brackets, elements or quoted triples inside one another."""
TEXT_PARTS: Final = re.compile(
    rb"""
    \"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\"|\Z) | '''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)
  | "(?:[^"\\\n]|\\.)*+"? | '(?:[^'\\\n]|\\.)*+'?
  | <[^<>"{}|^`\\\x00-\x20]*+> | \#[^\n]*+
  | (?P<open><<|[\[({]) | (?P<close>>>|[\])}])
    """,
    re.VERBOSE | re.DOTALL,
)
"""Of Turtle and its kin."""
JSON_PARTS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)
XML_PARTS: Final = re.compile(
    rb"""
    <!--.*?(?:-->|\Z) | <!\[CDATA\[.*?(?:\]\]>|\Z) | <[?!][^>]*+
  | (?P<close></) | <[^<>"'/]*+(?:"[^"<]*+"?|'[^'<]*+'?|/(?!>)|[^<>"'/])*+/> | (?P<open><)
    """,
    re.VERBOSE | re.DOTALL,
)
PARTS: Final = {RdfFormat.RDF_XML: XML_PARTS, RdfFormat.JSON_LD: JSON_PARTS}
LINES: Final = (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
"""Forms in which only quoted triples nest."""


def demand_shallow(body: bytes, rdf_format: RdfFormat) -> None:
    """Raise `SyntaxInvalid` for a body that is nested more than `DEEPEST` levels deep. Linear in its length."""
    openings = (b"<<",) if rdf_format in LINES else (b"<", b"[", b"(", b"{")
    if all(body.count(opening) <= DEEPEST // len(openings) for opening in openings):
        return
    if any(depth > DEEPEST for depth in _depths(body, PARTS.get(rdf_format, TEXT_PARTS))):
        raise SyntaxInvalid(f"a body may be nested {DEEPEST} levels deep; this one goes deeper")


def _depths(body: bytes, parts: re.Pattern[bytes]) -> Iterator[int]:
    depth = 0
    for found in parts.finditer(body):
        if found.lastgroup == "open":
            depth += 1
            yield depth
        elif found.lastgroup == "close":
            depth -= 1
