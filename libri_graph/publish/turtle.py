"""The one Turtle writer: sorted, one value a line, so that one changed fact is one changed line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libri_graph.namespaces import PREFIXES, compact, term

RDF_TYPE = term("rdf:type")
PLAIN = term("xsd:string").value
BARE = {term("xsd:integer").value: re.compile(r"-?[0-9]+"), term("xsd:boolean").value: re.compile("true|false")}
"""Datatypes that Turtle writes without quotes, and the forms for which it does."""
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"})
ESCAPED = re.compile(r'[\\"\n\r\t\b\f]')

Node = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal | Triple


def serialize(triples: Iterable[Triple], *, heading: str = "") -> str:
    """Return `triples` as Turtle: used prefixes A-Z, subjects A-Z, types first, then predicates A-Z.

    `heading` becomes comment lines at the top. The text depends on the set of triples only.
    Source: RDF 1.1 Turtle.
    """
    by_subject: dict[Node, list[Triple]] = defaultdict(list)
    for triple in triples:
        by_subject[triple.subject].append(triple)  # type: ignore[index]  # no triple terms as subjects here
    blocks = [_block(subject, by_subject[subject]) for subject in sorted(by_subject, key=str)]
    comments = [f"# {line}".rstrip() for line in heading.splitlines()]
    return "\n".join([*comments, *_prefix_lines(blocks), *(f"\n{block}" for block in blocks)]) + "\n"


def heading() -> str:
    """Return all our prefixes as Turtle declares them, for a text that is written before all of it is known."""
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(PREFIXES.items()))


def block(triples: Sequence[Triple]) -> str:
    """Return triples of one subject, at least one, as Turtle without prefixes."""
    return _block(triples[0].subject, triples)  # type: ignore[arg-type]  # no triple terms as subjects here


def _prefix_lines(blocks: list[str]) -> list[str]:
    text = "\n".join(blocks)
    used = {prefix: namespace for prefix, namespace in PREFIXES.items() if f"{prefix}:" in text}
    return [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in sorted(used.items())]


def _block(subject: Node, triples: Iterable[Triple]) -> str:
    by_predicate: Mapping[NamedNode, set[Value]] = defaultdict(set)
    for triple in triples:
        by_predicate[triple.predicate].add(triple.object)
    lines = [
        f"    {_verb(predicate)} " + " ,\n        ".join(sorted(write(value) for value in by_predicate[predicate]))
        for predicate in sorted(by_predicate, key=lambda predicate: (predicate != RDF_TYPE, _short(predicate.value)))
    ]
    return f"{write(subject)}\n" + " ;\n".join(lines) + " ."


def _verb(predicate: NamedNode) -> str:
    return "a" if predicate == RDF_TYPE else write(predicate)


def write(value: Value) -> str:
    """Return one term in Turtle.

    >>> write(Literal("Rīga", language="lv")), write(NamedNode("https://schema.org/url"))
    ('"Rīga"@lv', 'schema:url')
    """
    if isinstance(value, NamedNode):
        short = _short(value.value)
        return str(value) if short == value.value else short
    if isinstance(value, Literal):
        return _literal(value)
    return str(value)


@lru_cache(maxsize=1 << 16)
def _short(iri: str) -> str:
    return compact(iri)


def _literal(value: Literal) -> str:
    text = value.value
    text = f'"{text.translate(ESCAPES) if ESCAPED.search(text) else text}"'
    if value.language:
        return f"{text}@{value.language}"
    bare = BARE.get(value.datatype.value)
    if bare and bare.fullmatch(value.value):
        return value.value
    return text if value.datatype.value == PLAIN else f"{text}^^{write(value.datatype)}"
