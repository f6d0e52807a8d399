"""Constraints that are queries themselves (``sh:sparql``): read, refused where SHACL refuses, and made runnable.

Source: SHACL, section 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple
from rdflib.plugins.sparql.parserutils import CompValue

from libri_graph.errors import ShapeInvalid
from libri_graph.namespaces import term
from libri_graph.validation import algebra
from libri_graph.validation.shapes import Shape, Shapes
from libri_graph.validation.shapes_graph import ShapesGraph, Term
from libri_graph.validation.sparql_text import NotCompiled

DEACTIVATED: Final = term("sh:deactivated")
PATH_VARIABLE: Final = re.compile(r"[$?]PATH\b")
PLACEHOLDER: Final = re.compile(r"\{[$?](\w+)\}")
OPENING: Final = re.compile(r'''<[^<>\s]*>|"""[\s\S]*?"""|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\#[^\n]*|(\{)''')
"""The first brace that stands outside IRIs, strings and comments."""


@dataclass(frozen=True, slots=True)
class Select:
    """The query of one constraint, with its prefixes and its path written out."""

    node: Term
    text: str
    tree: CompValue
    messages: Mapping[str, str]

    def about(self, nodes: Iterable[NamedNode]) -> str:
        """Return the query restricted to `nodes`."""
        values = " ".join(str(node) for node in nodes)
        opening = next(found for found in OPENING.finditer(self.text) if found[1])
        return f"{self.text[: opening.end()]} VALUES ?this {{ {values} }} {self.text[opening.end() :]}"


def read(shapes: Shapes, shape: Shape, node: Term) -> Select:
    """Return the query of the constraint `node` of `shape`.

    Raises `ShapeInvalid` for a query that SHACL refuses, and `NotCompiled` for one that must be run for each focus
    node with its value put in beforehand, which pySHACL does.
    """
    graph = shapes.graph
    given = graph.one(node, term("sh:select"))
    if not isinstance(given, Literal):
        raise NotCompiled("a query constraint without sh:select")
    body = PATH_VARIABLE.sub(lambda _: str(shape.path), given.value) if shape.path else given.value
    text = f"{_prefixes(graph, node)}{body}"
    tree = algebra.parse(text)
    if algebra.looks_elsewhere(tree):
        raise NotCompiled("a query about another graph")
    if not algebra.binds_this(tree):
        raise NotCompiled("a query that needs $this put in beforehand")
    return Select(node, text, tree, graph.texts(node, term("sh:message")))


def _prefixes(graph: ShapesGraph, node: Term) -> str:
    """Return the prefix declarations of a constraint, those of imported ontologies too (W3C test prefixes-001)."""
    waiting, seen, found = graph.objects(node, term("sh:prefixes")), set[Term](), dict[str, str]()
    while waiting:
        ontology = waiting.pop()
        if ontology in seen:
            continue
        seen.add(ontology)
        waiting = [*waiting, *graph.objects(ontology, term("owl:imports"))]
        for declared in graph.objects(ontology, term("sh:declare")):
            prefix, namespace = graph.one(declared, term("sh:prefix")), graph.one(declared, term("sh:namespace"))
            if not isinstance(prefix, Literal) or not isinstance(namespace, Literal | NamedNode):
                raise ShapeInvalid(f"{ontology} declares a prefix badly")
            found[prefix.value] = namespace.value
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(found.items()))


def filled(messages: Mapping[str, str], row: Mapping[str, Term]) -> dict[str, str]:
    """Return `messages` with ``{?name}`` and ``{$name}`` replaced by the values of a row."""
    values = {name: value.value for name, value in row.items() if not isinstance(value, Triple)}
    return {tag: PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text) for tag, text in messages.items()}
