"""Rows in the order that a query of ours asks for, put into it here: a store compares terms that it must look up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from libri_graph.namespaces import PREFIXES
from libri_graph.store.protocol import Solution, Term

LAST_LINE: Final = re.compile(r"\nORDER BY(?P<names>(?: \?\w+)+)\s*\Z")
"""The order of a query that goes by nothing but values, the smallest first."""
NUMBERS: Final = frozenset(PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float", "int", "long"))
Rank = tuple[int, float, str, str, str]
UNBOUND: Final[Rank] = (0, 0.0, "", "", "")


def without_order(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a query without its last line, and the variables that it orders by; as it is where that says more.

    >>> without_order("SELECT * { ?a ?b ?c }\\nORDER BY ?c ?a\\n")
    ('SELECT * { ?a ?b ?c }', ('c', 'a'))
    >>> without_order("SELECT * { ?a ?b ?c }\\nORDER BY DESC(?c)")
    ('SELECT * { ?a ?b ?c }\\nORDER BY DESC(?c)', ())
    """
    found = LAST_LINE.search(text)
    return (text[: found.start()], tuple(found["names"].replace("?", "").split())) if found else (text, ())


def in_order(rows: Iterable[Solution], names: Sequence[str]) -> list[Solution]:
    """Return rows by the values of `names`, the first name first.

    Nothing comes before blank nodes, then IRIs, then numbers by value, then other literals by text, then triples.
    Source: SPARQL 1.1, 15.1, which leaves open how literals of unlike kinds compare.
    """
    return sorted(rows, key=lambda row: [_rank(row.get(name)) for name in names])


def _rank(term: Term | None) -> Rank:
    match term:
        case None:
            return UNBOUND
        case BlankNode():
            return (1, 0.0, term.value, "", "")
        case NamedNode():
            return (2, 0.0, term.value, "", "")
        case Literal():
            kind = term.datatype.value
            number = _number(term.value) if kind in NUMBERS else None
            return (4, 0.0, term.value, kind, term.language or "") if number is None else (3, number, "", "", "")
        case _:
            return (5, 0.0, str(term), "", "")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
