"""What is refused before anything is evaluated, decided on tokens in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Final, NamedTuple
from urllib.parse import urljoin

from libri_graph.errors import (
    GraphRefused,
    QueryInvalid,
    QueryRefused,
    QueryTooComplex,
    QueryTooLong,
    ServiceRefused,
)
from libri_graph.workers.services import Services, routed
from libri_graph.workers.tokens import Token, scan, unescaped

MOST_CHARACTERS: Final = 1 << 20
MOST_TOKENS: Final = 60_000
"""Words and signs; reading more would keep others waiting."""
DEEPEST: Final = 64
"""Open brackets at a time, and operators of one sign in a row."""
MOST_PATTERNS: Final = 500
"""Triple patterns."""
MOST_PATH_OPERATORS: Final = 128
MOST_ROWS: Final = 10_000
"""Rows of VALUES."""
MOST_OPERATORS: Final = 2_000
"""Operators of expressions; a parser makes a tree as deep of them."""
MOST_BLOCKS: Final = 2_000
"""Blocks in braces, in a row or in one another."""

UPDATES: Final = frozenset({"INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD"})
PATH_SIGNS: Final = frozenset("/|^")
PATTERN_SIGNS: Final = frozenset(".;,")
PLAIN_CHARACTERS: Final = 1000
"""A text no longer than this has fewer operators, rows and blocks than the limits allow."""
PLAIN_SIGNS: Final = tuple(
    {b"/": 100, b"|": 14, b"^": 14, b".": 300, b";": 100, b",": 100, b"<": DEEPEST}.items()
) + tuple((sign, DEEPEST // 3) for sign in (b"(", b"{", b"[", b"!", b"+", b"-"))
"""So many of each that, taken together, they stay within the limits whatever they mean."""
FEWEST: Final = min(most for _, most in PLAIN_SIGNS)
"""A text with no more of all of them together has few enough of each."""
UNCOUNTED: Final = bytes(set(range(256)) - {sign[0] for sign, _ in PLAIN_SIGNS})
TELLING: Final = ("service", "load", "from", *(word.lower() for word in sorted(UPDATES)))
MODIFIERS: Final = frozenset("!+-")
OPERATOR_SIGNS: Final = frozenset({"||", "&&", "=", "+", "-", "*", "/", "|", "^", "!"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a query may reach beyond the store."""

    graphs: str | None = None
    """What the IRI of every graph of ours begins with; `None` lets a query name any graph, none is ever fetched."""
    services: Services = field(default_factory=Services)


NOTHING_ELSE: Final = Allowed()


class Checked(NamedTuple):
    """A query that may be evaluated."""

    text: str
    federated: bool = False
    """Whether it asks other services, through our gateway."""


def checked(query: str, allowed: Allowed = NOTHING_ELSE) -> Checked:
    """Return `query` with its codepoint escapes resolved and its services routed, if it may be evaluated.

    Linear in its length. Raises `QueryInvalid` for a text without a word, `ServiceRefused` for a SERVICE that is not
    allowed, `QueryRefused` for LOAD and updates, `GraphRefused` for FROM by an address that is no graph of ours,
    `QueryTooLong`, and `QueryTooComplex` for what is nested too deeply or has too many parts.
    """
    if _is_plain(query):
        return Checked(query)
    tokens = _bounded(query)
    if not tokens:
        raise QueryInvalid("the query is empty")
    for token in tokens:
        word = token.text.upper() if token.kind == "word" else ""
        if word in UPDATES:
            raise QueryRefused(f"{word} changes the data; this address only answers questions")
    _refuse_load(tokens)
    _demand_graphs(tokens, allowed.graphs)
    return _with_services(tokens, unescaped(query), allowed.services)


def _is_plain(query: str) -> bool:
    """Return whether nothing can be wrong with `query` however its characters make tokens; most queries are so.

    It begins with a word, has nowhere the letters of one that matters, and too few signs of each kind for any limit.
    """
    if len(query) > PLAIN_CHARACTERS or not query.isascii() or "\\" in query or not query.lstrip()[:1].isalpha():
        return False
    small = query.lower()
    for word in TELLING:
        if word in small:
            return False
    signs = query.encode().translate(None, UNCOUNTED)
    return len(signs) <= FEWEST or all(signs.count(sign) <= most for sign, most in PLAIN_SIGNS)


def checked_update(text: str) -> str:
    """Return an update with its codepoint escapes resolved, if it may be carried out.

    As `checked`, but that it may change data and hold data of any size. LOAD is left to the one who carries it out,
    and must not have a network: only then is an update that does not parse told as such, and LOAD SILENT does nothing.
    """
    tokens = _bounded(text, data=True)
    if any(token.kind == "word" and token.text.upper() == "SERVICE" for token in tokens):
        raise ServiceRefused("an update may not ask another server; fetch first, then write")
    return unescaped(text)


def loads(text: str) -> bool:
    """Return whether an update has a LOAD in it."""
    return any(token.kind == "word" and token.text.upper() == "LOAD" for token in scan(text))


def _bounded(text: str, *, data: bool = False) -> list[Token]:
    """Return the tokens of `text`. Raises `QueryTooLong` or `QueryTooComplex`."""
    if len(text) > MOST_CHARACTERS and not data:
        raise QueryTooLong(f"a query may have {MOST_CHARACTERS} characters; this one has {len(text)}")
    found = _shallow(unescaped(text))
    tokens = list(found if data else islice(found, MOST_TOKENS + 1))
    if not data:
        _demand(len(tokens), MOST_TOKENS, "words and signs")
        _count(tokens)
    return tokens


def _shallow(text: str) -> Iterator[Token]:
    depth = run = quoted = 0
    before = None
    for token in scan(text):
        depth += (token.kind == "open") - (token.kind == "close")
        quoted += _quotes(before, token)
        before = token
        run = run + 1 if token.kind == "sign" and token.text in MODIFIERS else 0
        if max(depth, run, quoted) > DEEPEST:
            raise QueryTooComplex(f"a query may be nested {DEEPEST} levels deep; this one goes deeper")
        yield token


def _quotes(before: Token | None, token: Token) -> int:
    """Return 1 where `token` ends the sign that opens a quoted triple (``<<``), -1 where it ends the closing one."""
    if before is None or token.kind != "other" or before.end != token.start or before.text != token.text:
        return 0
    return {"<": 1, ">": -1}.get(token.text, 0)


def _count(tokens: Sequence[Token]) -> None:
    """Raise `QueryTooComplex` for more parts than can be parsed and planned in good time."""
    opened: list[str] = []
    patterns = steps = rows = operators = 0
    _demand(sum(token.text == "{" for token in tokens if token.kind == "open"), MOST_BLOCKS, "blocks")
    for token, behind in zip_longest(tokens, tokens[1:]):
        if token.kind == "open":
            opened.append(token.text)
            rows += token.text == "(" and "V" in opened
        elif token.kind == "close" and opened:
            opened.pop()
            if token.text == "}" and opened and opened[-1] == "V":
                opened.pop()
        elif token.kind == "word" and token.text.upper() == "VALUES":
            opened.append("V")
        elif token.kind == "sign":
            in_block = bool(opened) and opened[-1] in "{["
            patterns += token.text in PATTERN_SIGNS and in_block
            steps += token.text in PATH_SIGNS and behind is not None
            operators += token.text in OPERATOR_SIGNS
        elif "V" in opened:
            rows += opened[-1] == "{"
        else:
            operators += token.kind == "number" and token.text[0] in "+-"
    _demand(patterns, MOST_PATTERNS, "triple patterns")
    _demand(steps, MOST_PATH_OPERATORS, "path operators")
    _demand(operators, MOST_OPERATORS, "operators")
    _demand(rows, MOST_ROWS, "rows of VALUES")


def _demand(number: int, most: int, what: str) -> None:
    if number > most:
        raise QueryTooComplex(f"a query may have {most} {what}; this one has more")


def _refuse_load(tokens: Sequence[Token]) -> None:
    if any(token.kind == "word" and token.text.upper() == "LOAD" for token in tokens):
        raise QueryRefused("LOAD fetches from another server, which is not allowed here")


def _demand_graphs(tokens: Sequence[Token], prefix: str | None) -> None:
    """Raise `GraphRefused` for FROM with an IRI that does not begin with `prefix`."""
    if prefix is None:
        return
    prefixes: dict[str, str] = {}
    base = ""
    for at, token in enumerate(tokens):
        word = token.text.upper() if token.kind == "word" else ""
        following = tokens[at + 1 : at + 3]
        if word == "PREFIX" and len(following) == 2:
            prefixes[following[0].text] = urljoin(base, following[1].text[1:-1])
        elif word == "BASE" and following:
            base = urljoin(base, following[0].text[1:-1])
        elif word == "FROM" and following:
            named = following[0].kind == "word" and following[0].text.upper() == "NAMED"
            _demand_graph(following[named] if len(following) > named else following[0], prefixes, base, prefix)


def _demand_graph(token: Token, prefixes: Mapping[str, str], base: str, prefix: str) -> None:
    if token.kind == "iri":
        iri = urljoin(base, token.text[1:-1])
    else:
        namespace, colon, local = token.text.partition(":")
        iri = prefixes.get(namespace + colon, "") + local
    demand_graph(iri, prefix)


def demand_graph(iri: str, prefix: str | None) -> None:
    """Raise `GraphRefused` unless `iri` begins with `prefix`, as all graphs of ours do."""
    if prefix is not None and not iri.startswith(prefix):
        raise GraphRefused(f"a query may only take graphs of ours, which begin with {prefix}; {iri} does not")


def _with_services(tokens: Sequence[Token], text: str, services: Services) -> Checked:
    if not any(token.kind == "word" and token.text.upper() == "SERVICE" for token in tokens):
        return Checked(text)
    return Checked(routed(tokens, text, services), federated=True)
