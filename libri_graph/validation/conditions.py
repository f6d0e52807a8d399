"""What one value must be: each constraint on a single value as a SPARQL expression that is true for a good one.

Patterns: Oxigraph's regular expressions are Rust's, linear in the length of the text, so no pattern can hang the
check. They are XPath-like: ``^``, ``$``, classes, ``\\p{L}``, non-greedy and the flags s m i x q are there;
look-around and back-references are not, and a pattern that uses them goes to pySHACL, whose Python `re` knows them
but can be slow for nested quantifiers. Python in turn lacks ``\\p{L}`` and the flag q, and ``\\d`` means any script's
digits in both. `sh:pattern` matches anywhere in the text unless anchored, here and there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import pyoxigraph
from pyoxigraph import Literal, NamedNode

from libri_graph.namespaces import PREFIXES, term
from libri_graph.validation.shapes_graph import SUBCLASS, TYPE, Term
from libri_graph.validation.sparql_text import NotCompiled, both, either, safely, written

XSD: Final = PREFIXES["xsd"]
STRING: Final = NamedNode(XSD + "string")
CASTABLE: Final = frozenset(
    NamedNode(XSD + name)
    for name in (
        *("boolean", "integer", "decimal", "float", "double", "date", "dateTime", "time", "gYear", "gYearMonth"),
        *("gMonth", "gMonthDay", "gDay", "duration", "dayTimeDuration", "yearMonthDuration"),
    )
)
"""Datatypes that Oxigraph keeps and checks; it stores the other kinds of integer as plain ``xsd:integer``."""
UNCHECKED: Final = frozenset({STRING, NamedNode(XSD + "anyURI")})
NODE_KINDS: Final[dict[Term, tuple[str, ...]]] = {
    term("sh:IRI"): ("isIRI",),
    term("sh:BlankNode"): ("isBlank",),
    term("sh:Literal"): ("isLiteral",),
    term("sh:BlankNodeOrIRI"): ("isBlank", "isIRI"),
    term("sh:BlankNodeOrLiteral"): ("isBlank", "isLiteral"),
    term("sh:IRIOrLiteral"): ("isIRI", "isLiteral"),
}

LANGUAGE: Final = re.compile(r"[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8})*")
"""A basic language range that is no wildcard. Source: RFC 4647, section 2.1."""


def instance_of(value: str, wanted: Term) -> str:
    """Return an expression: `value` is an instance of the class, or of one below it."""
    found = f"{value}class"
    return f"EXISTS {{ {value} {TYPE} {found} FILTER EXISTS {{ {found} {SUBCLASS}* {written(wanted)} }} }}"


def has_datatype(value: str, wanted: Term) -> str:
    """Return an expression: `value` is a literal of that datatype, well-formed as far as datatypes are checked.

    Raises `NotCompiled` for a datatype of XML Schema that Oxigraph does not keep as it is written.
    """
    same = f"datatype({value}) = {written(wanted)}"
    if wanted in CASTABLE:
        return safely(both([same, f"sameTerm({wanted}({value}), {value})"]))
    if isinstance(wanted, NamedNode) and wanted.value.startswith(XSD) and wanted not in UNCHECKED:
        raise NotCompiled(f"the engine does not check {wanted}")
    return safely(same)


def is_kind(value: str, wanted: Term) -> str:
    """Return an expression: `value` is an IRI, a literal, a blank node, or one of two of them."""
    return either(f"{test}({value})" for test in NODE_KINDS[wanted])


def compares(sign: str) -> Callable[[str, Term], str]:
    """Return the condition that a value stands in order `sign` to the limit; what cannot be compared does not."""
    return lambda value, limit: safely(f"{value} {sign} {written(limit)}")


def has_length(sign: str) -> Callable[[str, Term], str]:
    """Return the condition that a text or IRI has at least or at most so many characters; a blank node has none."""
    return lambda value, limit: safely(f"!isBlank({value}) && STRLEN(STR({value})) {sign} {int(_number(limit))}")


def _number(value: Term) -> str:
    if not isinstance(value, Literal):
        raise NotCompiled(f"{value} is no number")
    return value.value


def fits(value: str, pattern: Term, flags: tuple[Term, ...]) -> str:
    """Return an expression: the pattern is found in the text or IRI. Raises `NotCompiled` for another dialect."""
    given = f"{written(pattern)}, {written(flags[0])}" if flags else written(pattern)
    if not _understood(given):
        raise NotCompiled(f"the engine cannot read the pattern {pattern}")
    return safely(f"!isBlank({value}) && REGEX(STR({value}), {given})")


def _understood(pattern: str) -> bool:
    return bool(pyoxigraph.Store().query(f'ASK {{ BIND(REGEX("", {pattern}) AS ?read) FILTER(BOUND(?read)) }}'))


def speaks(value: str, ranges: tuple[Term, ...]) -> str:
    """Return an expression: the language tag of `value` lies in one of the ranges (``en`` covers ``en-GB``).

    Ranges that are names stand in one pattern: an engine plans a disjunction of twenty for longer than all the rest.
    Source: RFC 4647, section 3.3.1.
    """
    names = [tag.value for tag in ranges if isinstance(tag, Literal) and LANGUAGE.fullmatch(tag.value)]
    others = [tag for tag in ranges if not (isinstance(tag, Literal) and tag.value in names)]
    named = [f'REGEX(lang({value}), "^({"|".join(names)})(-|$)", "i")'] if names else []
    return safely(either([*named, *(f"langMatches(lang({value}), {written(tag)})" for tag in others)]))


def one_of(value: str, members: tuple[Term, ...]) -> str:
    """Return an expression: `value` is one of the terms, compared as terms (``1`` is not ``1.0``)."""
    iris = [written(member) for member in members if isinstance(member, NamedNode)]
    others = [f"sameTerm({value}, {written(member)})" for member in members if not isinstance(member, NamedNode)]
    return either([*([f"{value} IN ({', '.join(iris)})"] if iris else []), *others])


SIMPLE: Final[Mapping[str, Callable[[str, Term], str]]] = {
    "class": instance_of,
    "datatype": has_datatype,
    "nodeKind": is_kind,
    "minExclusive": compares(">"),
    "minInclusive": compares(">="),
    "maxExclusive": compares("<"),
    "maxInclusive": compares("<="),
    "minLength": has_length(">="),
    "maxLength": has_length("<="),
}
"""Conditions that need nothing but the value and the parameter."""
