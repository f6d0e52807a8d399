"""What an update with a WHERE may touch, asked of the state before it, so that two whole states need not be compared.

Only the plain kind is understood: one operation whose templates name their graphs and make no blank nodes. It is the
engine that carries the update out; here is only found where to look for what it changed.
Source: SPARQL 1.1 Update, section 3.1.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

import pyoxigraph
from pyoxigraph import NamedNode, Quad, Store

from libri_graph.workers.tokens import Token, scan

OTHER_FORMS: Final = frozenset(
    {"DATA", "WITH", "USING", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "LOAD", "SERVICE"}
)
SOME_OTHER_TIME: Final = frozenset({"RAND", "NOW", "UUID", "STRUUID", "BNODE"})
"""Words with which a second evaluation finds something else."""


@dataclass(frozen=True, slots=True)
class Template:
    """Triples, as text, that are written to or taken from one graph."""

    graph: NamedNode
    triples: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, taken apart."""

    prologue: str
    deleted: tuple[Template, ...]
    inserted: tuple[Template, ...]
    where: str
    """The block with its braces."""

    def candidates(self, before: Store, base: str) -> tuple[set[Quad], set[Quad]]:
        """Return the quads that it may remove and add, going by the state before it."""
        removed = {quad for template in self.deleted for quad in self._made(template, before, base)}
        added = {quad for template in self.inserted for quad in self._made(template, before, base)}
        return removed, added

    def _made(self, template: Template, before: Store, base: str) -> Iterator[Quad]:
        query = f"{self.prologue}\nCONSTRUCT {{ {template.triples} }}\nWHERE {self.where}"
        found = before.query(query, base_iri=base or None)
        assert isinstance(found, pyoxigraph.QueryTriples)  # noqa: S101  # CONSTRUCT gives no other
        return (Quad(triple.subject, triple.predicate, triple.object, template.graph) for triple in found)


def taken_apart(text: str, base: str) -> Operation | None:
    """Return the one operation of an update; `None` where it is of a kind that is not understood here."""
    tokens = list(scan(text))
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    if set(words) & (OTHER_FORMS | SOME_OTHER_TIME) or words.count("WHERE") != 1:
        return None
    if max(words.count("DELETE"), words.count("INSERT")) != 1:
        return None
    at = min(words.index(word) for word in ("DELETE", "INSERT") if word in words)
    where = words.index("WHERE")
    if where < at or _end(tokens, where + 1) != len(tokens) - 1:
        return None
    names = _prefixes(tokens[:at], words, base)
    deleted, inserted = (_templates(tokens, words, word, names, text) for word in ("DELETE", "INSERT"))
    if deleted is None or inserted is None:
        return None
    return Operation(text[: tokens[at].start], deleted, inserted, text[tokens[where + 1].start :])


def _templates(
    tokens: Sequence[Token], words: Sequence[str], word: str, names: dict[str, str], text: str
) -> tuple[Template, ...] | None:
    if word not in words:
        return ()
    at = words.index(word) + 1
    at += words[at : at + 1] == ["WHERE"]
    end = _end(tokens, at)
    if end is None or any(_is_blank(token) for token in tokens[at + 1 : end]):
        return None
    found = []
    at += 1
    while at < end:
        if tokens[at].text == ".":
            at += 1
            continue
        inner = _end(tokens, at + 2)
        graph = _named(tokens[at + 1], names)
        if words[at] != "GRAPH" or inner is None or graph is None:
            return None
        found.append(Template(graph, text[tokens[at + 2].end : tokens[inner].start]))
        at = inner + 1
    return tuple(found)


def _end(tokens: Sequence[Token], at: int) -> int | None:
    """Return where the block that opens with a brace at `at` ends; `None` where none opens there or it never ends."""
    depth = 0
    if at >= len(tokens) or tokens[at].text != "{":
        return None
    for place in range(at, len(tokens)):
        depth += (tokens[place].kind == "open") - (tokens[place].kind == "close")
        if depth == 0:
            return place
    return None


def _is_blank(token: Token) -> bool:
    return token.text.startswith("_:") or token.text in "[("


def _prefixes(tokens: Sequence[Token], words: Sequence[str], base: str) -> dict[str, str]:
    """Return what stands for each prefix, and under the empty text the base."""
    found = {"": base}
    for at, word in enumerate(words[: len(tokens)]):
        if word == "BASE" and at + 1 < len(tokens):
            found[""] = urljoin(found[""], tokens[at + 1].text[1:-1])
        elif word == "PREFIX" and at + 2 < len(tokens):
            found[tokens[at + 1].text] = urljoin(found[""], tokens[at + 2].text[1:-1])
    return found


def _named(token: Token, names: dict[str, str]) -> NamedNode | None:
    try:
        if token.kind == "iri":
            return NamedNode(urljoin(names[""], token.text[1:-1]))
        prefix, colon, local = token.text.partition(":")
        if token.kind == "name" and colon and prefix + colon in names and "\\" not in local and "%" not in local:
            return NamedNode(names[prefix + colon] + local)
    except ValueError:
        return None
    return None
