"""SPARQL as tokens, in one pass: what a name, a string or a comment hides is no keyword.

Source: SPARQL 1.1 Query Language, section 19.2 (codepoint escapes) and 19.8 (tokens).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
TOKEN: Final = re.compile(
    r"""
    (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<long>'''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\")
  | (?P<string>'(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*")
  | (?P<comment>\#[^\n\r]*)
  | (?P<name>[?$][\w]+ | (?:[\w-][\w.-]*)?:(?:\\.|[^\s<>"'{}()\[\],;|^*/+!?=&\\])* | @[A-Za-z-]+)
  | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<sign>\|\||&&|\^\^|[!+\-*/|^?.;,=])
  | (?P<space>\s+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
SILENT: Final = frozenset({"space", "comment"})


class Token(NamedTuple):
    """One token; space and comments are none."""

    kind: str
    """``iri``, ``long``, ``string``, ``name``, ``number``, ``word``, ``open``, ``close``, ``sign`` or ``other``."""
    text: str
    start: int
    """Offset of its first character."""
    end: int
    """Offset behind its last character."""


def unescaped(text: str) -> str:
    """Return `text` with its codepoint escapes resolved, which SPARQL does before it looks for tokens."""
    return ESCAPE.sub(_character, text) if "\\" in text else text


def scan(text: str) -> Iterator[Token]:
    """Yield the tokens of `text`. Linear in its length; any text has tokens, whether SPARQL or not."""
    for found in TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind not in SILENT:
            yield Token(kind, found[0], found.start(), found.end())


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else escape[0]
