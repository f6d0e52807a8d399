"""Where each term stands in the text of a Turtle file: subjects, predicates and objects with their lines.

It is no parser: the file has been parsed before. It reads Turtle, TriG, N-Triples and N-Quads well enough to find a
line again, and what it does not recognise it passes over.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+|\#[^\n]*)
    | (?P<iri><[^<>\s]*>)
    | (?P<text>\"\"\"[\s\S]*?(?<!\\)\"\"\"|'''[\s\S]*?(?<!\\)'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<datatype>\^\^)
    | (?P<sign>[.;,\[\](){}](?!\d))
    | (?P<word>[^\s<>"'\[\](){};,\#^]+)
    """,
    re.VERBOSE,
)
PREFIX: Final = re.compile(
    r"^\s*@?prefix\s+(?P<prefix>[^\s:]*):\s*<(?P<namespace>[^<>\s]*)>", re.MULTILINE | re.IGNORECASE
)
MARGIN: Final = re.compile(
    r"""
    (?:\"\"\"[\s\S]*?(?<!\\)\"\"\"|'''[\s\S]*?(?<!\\)''')
    | ^(?P<subject><[^<>\s]*>|(?!@|prefix\b|base\b)[^\s<>"'\[\](){};,\#@]+:[^\s<>"'\[\](){};,\#]*)
    """,
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)
"""A subject at the left margin; a long text is passed over whole, whatever stands at its margin."""
ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
PLAIN: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True, slots=True)
class Written:
    """One triple as it stands in a file. Terms are the IRI, or the text of a literal; `line` is the object's."""

    subject: str
    predicate: str
    value: str
    line: int
    subject_line: int


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a file that begins with a subject at the left margin."""

    text: str
    line: int
    prefixes: Mapping[str, str]

    def triples(self) -> Iterator[Written]:
        """Yield the triples of named subjects here, in order; those of a blank node count to its owner."""
        statement: list[_Token] = []
        for token in _tokens(self.text, self.line):
            if token.kind == "sign" and token.text in ".{}":
                yield from _statement(statement, self.prefixes)
                statement = []
            else:
                statement.append(token)
        yield from _statement(statement, self.prefixes)


def blocks(text: str) -> Mapping[str, list[Block]]:
    """Return subject -> the blocks that begin with it. A subject that does not stand at a left margin is not found."""
    prefixes = {found["prefix"]: found["namespace"] for found in PREFIX.finditer(text)}
    starts = [found for found in MARGIN.finditer(text) if found["subject"]]
    ends = [*(start.start() for start in starts[1:]), len(text)]
    found: dict[str, list[Block]] = defaultdict(list)
    line, counted = 1, 0
    for start, end in zip(starts, ends, strict=True):
        line += text.count("\n", counted, start.start())
        counted = start.start()
        subject = _meant(_Token("iri" if start[0].startswith("<") else "word", start[0], line), prefixes)
        found[subject].append(Block(text[start.start() : end], line, prefixes))
    return found


def _tokens(text: str, line: int) -> Iterator[_Token]:
    for found in TOKEN.finditer(text):
        kind, part = found.lastgroup or "", found[0]
        if kind == "word" and part.endswith(".") and part != ".":
            yield _Token(kind, part[:-1], line)
            yield _Token("sign", ".", line)
        elif kind != "space":
            yield _Token(kind, part, line)
        line += part.count("\n")


def _statement(tokens: Iterable[_Token], prefixes: Mapping[str, str]) -> Iterator[Written]:
    subject: _Token | None = None
    predicate: str | None = None
    outer: list[str | None] = []
    before = ""
    for token in tokens:
        if token.kind == "sign":
            if token.text == "[":
                outer.append(predicate)
            if token.text in ";[":
                predicate = None
            if token.text == "]" and outer:
                predicate = outer.pop()
        elif token.kind in ("iri", "word", "text") and before != "datatype":
            if subject is None:
                subject = token
            elif predicate is None:
                predicate = _meant(token, prefixes)
            else:
                yield Written(_meant(subject, prefixes), predicate, _meant(token, prefixes), token.line, subject.line)
        before = token.kind


def _meant(token: _Token, prefixes: Mapping[str, str]) -> str:
    """Return the IRI or the text that a token stands for."""
    if token.kind == "iri":
        return _unescaped(token.text[1:-1])
    if token.kind == "text":
        quotes = 3 if token.text[:3] in ('"""', "'''") else 1
        return _unescaped(token.text[quotes:-quotes])
    if token.text == "a":
        return TYPE
    prefix, colon, local = token.text.partition(":")
    return prefixes[prefix] + local.replace("\\", "") if colon and prefix in prefixes else token.text


def _unescaped(text: str) -> str:
    def meant(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else PLAIN.get(found[3], found[3])

    return ESCAPE.sub(meant, text)
