"""What is refused before anything is evaluated, decided on tokens in one pass."""

from __future__ import annotations

import re
from typing import Final

from libri_graph.errors import QueryRefused, QueryTooComplex

MOST_BYTES: Final = 1 << 20
DEEPEST: Final = 100
"""Open brackets at a time, and operators of one sign in a row."""

ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
TOKEN: Final = re.compile(
    r"""
    (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<long>'''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\")
  | (?P<string>'(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*")
  | (?P<comment>\#[^\n\r]*)
  | (?P<name>[?$][\w]+ | [\w.-]*:[^\s<>"'{}()\[\],;|^]* | @[A-Za-z-]+)
  | (?P<word>[^\W\d]\w*)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<sign>[!+-])
  | (?P<other>\s+ | .)
    """,
    re.VERBOSE | re.DOTALL,
)
REFUSED: Final = {
    "SERVICE": "SERVICE asks another server, which is not allowed here",
    "LOAD": "LOAD fetches from another server, which is not allowed here",
}
UPDATES: Final = frozenset({"INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD"})


def checked(query: str) -> str:
    """Return `query` with its codepoint escapes resolved, if it may be evaluated. Linear in its length.

    Raises `QueryRefused` for SERVICE, LOAD and updates, `QueryTooComplex` for what is too long or nested too deeply.
    Source: SPARQL 1.1 Query Language, section 19.2 (codepoint escapes) and 19.8 (tokens).
    """
    if len(query) > MOST_BYTES:
        raise QueryTooComplex(f"a query may have {MOST_BYTES} characters; this one has {len(query)}")
    text = ESCAPE.sub(_character, query)
    depth = run = 0
    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "word":
            _refuse(token[0].upper())
        depth += (kind == "open") - (kind == "close")
        run = run + 1 if kind == "sign" else run if token[0].isspace() else 0
        if max(depth, run) > DEEPEST:
            raise QueryTooComplex(f"a query may be nested {DEEPEST} levels deep; this one goes deeper")
    return text


def _refuse(word: str) -> None:
    if word in REFUSED:
        raise QueryRefused(REFUSED[word])
    if word in UPDATES:
        raise QueryRefused(f"{word} changes the data; this address only answers questions")


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else escape[0]
