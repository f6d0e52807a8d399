"""Compact JSON-LD against our own context, built straight from the triples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libri_graph.namespaces import compact as prefixed
from libri_graph.namespaces import term
from libri_graph.publish.context import IRI, LANG_STRING, NATIVE, STRING, TEXT, Context, Field

RDF_TYPE: Final = term("rdf:type").value
INTEGER: Final = term("xsd:integer").value

Json = object
Node = dict[str, Json]
Properties = Mapping[str, Sequence[NamedNode | BlankNode | Literal]]


def compact(triples: Iterable[Triple], root: NamedNode, context: Context) -> Node:
    """Return `triples` as one compact document about `root`.

    Parts of `root` (IRIs that are its own plus ``#...``) stand nested where they are named; where other
    subjects remain, all nodes stand side by side under ``@graph``. A value that does not fit the
    definition of its key goes under the prefixed name of its path, so nothing is lost or bent.
    Source: JSON-LD 1.1 API, compaction, for the subset that our shapes describe; pyld is the oracle in tests.
    """
    nodes: dict[str, dict[str, list[NamedNode | BlankNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for triple in sorted(triples, key=str):
        nodes[_name(triple.subject)][triple.predicate.value].append(triple.object)  # type: ignore[arg-type]  # subjects are no quoted triples here
    parts = {name for name in nodes if name.startswith(root.value + "#")}
    if set(nodes) - parts == {root.value} and parts <= _linked(nodes[root.value]):
        inner = {name: _node(name, nodes[name], context, {}) for name in parts}
        return {"@context": context.url, **_node(root.value, nodes[root.value], context, inner)}
    ordered = sorted(nodes, key=lambda name: (name != root.value, name))
    return {"@context": context.url, "@graph": [_node(name, nodes[name], context, {}) for name in ordered]}


def _linked(properties: Properties) -> set[str]:
    return {value.value for values in properties.values() for value in values if isinstance(value, NamedNode)}


def _name(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _node(name: str, properties: Properties, context: Context, inner: Mapping[str, Node]) -> Node:
    node: Node = {"id": name}
    types = [context.types.get(value.value, prefixed(value.value)) for value in properties.get(RDF_TYPE, ())]
    if types:
        node["type"] = sorted(types)
    entries: Node = {}
    for path, values in properties.items():
        if path != RDF_TYPE:
            entries |= _entries(path, values, context.fields.get(path), inner)
    return node | dict(sorted(entries.items()))


def _entries(
    path: str, values: Sequence[NamedNode | BlankNode | Literal], field: Field | None, inner: Mapping[str, Node]
) -> Node:
    fitting = [value for value in values if field and _fits(value, field.kind)]
    if field and not field.many:
        fitting = _first_of_each(fitting, field.kind)
    entries: Node = {}
    if field and fitting:
        entries[field.key] = _shaped(fitting, field, inner)
    rest = [value for value in values if value not in fitting]
    if rest:
        entries[prefixed(path)] = [_value_object(value, inner) for value in rest]
    return entries


def _fits(value: NamedNode | BlankNode | Literal, kind: str) -> bool:
    if not isinstance(value, Literal):
        return kind in (IRI, "")
    if kind == TEXT:
        return bool(value.language)
    return kind == "" or value.datatype.value == kind != LANG_STRING


def _first_of_each(
    values: Sequence[NamedNode | BlankNode | Literal], kind: str
) -> list[NamedNode | BlankNode | Literal]:
    if kind != TEXT:
        return list(values[:1])
    by_language: dict[str | None, NamedNode | BlankNode | Literal] = {}
    for value in values:
        by_language.setdefault(value.language if isinstance(value, Literal) else None, value)
    return list(by_language.values())


def _shaped(values: Sequence[NamedNode | BlankNode | Literal], field: Field, inner: Mapping[str, Node]) -> Json:
    if field.kind == TEXT:
        texts: dict[str, list[str]] = defaultdict(list)
        for value in values:
            texts[value.language or ""].append(value.value)  # type: ignore[union-attr]  # `_fits` let only literals in
        return {tag: words if field.many else words[0] for tag, words in sorted(texts.items())}
    plain = [_plain(value, field.kind, inner) for value in values]
    return plain if field.many else plain[0]


def _plain(value: NamedNode | BlankNode | Literal, kind: str, inner: Mapping[str, Node]) -> Json:
    if kind == IRI:
        return inner.get(_name(value), _name(value))
    if kind in NATIVE:
        return int(value.value) if kind == INTEGER else value.value == "true"
    return value.value if kind else _value_object(value, inner)


def _value_object(value: NamedNode | BlankNode | Literal, inner: Mapping[str, Node]) -> Json:
    if not isinstance(value, Literal):
        return inner.get(_name(value), {"id": _name(value)})
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == STRING:
        return {"@value": value.value}
    return {"@value": value.value, "@type": prefixed(value.datatype.value)}
