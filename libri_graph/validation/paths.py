"""Property paths: read from a shapes graph, written as SPARQL and as RDF.

Source: SHACL, section 2.3.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from libri_graph.errors import ShapeInvalid
from libri_graph.namespaces import term
from libri_graph.validation.shapes_graph import FIRST, NIL, REST, Node, ShapesGraph, Term


@dataclass(frozen=True, slots=True)
class Predicate:
    """One triple, from subject to object."""

    iri: NamedNode

    def __str__(self) -> str:
        """Return the path as SPARQL writes it."""
        return str(self.iri)


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked backwards."""

    path: Path

    def __str__(self) -> str:
        """Return the path as SPARQL writes it."""
        return f"^({self.path})"


@dataclass(frozen=True, slots=True)
class Sequence:
    """One path after another."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        """Return the path as SPARQL writes it."""
        return "/".join(f"({path})" for path in self.paths)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of several paths."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        """Return the path as SPARQL writes it."""
        return "|".join(f"({path})" for path in self.paths)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path walked several times: `sign` is ``*``, ``+`` or ``?``."""

    path: Path
    sign: str

    def __str__(self) -> str:
        """Return the path as SPARQL writes it."""
        return f"({self.path}){self.sign}"


Path = Predicate | Inverse | Sequence | Alternative | Repeated

REPEATED: Final = {"sh:zeroOrMorePath": "*", "sh:oneOrMorePath": "+", "sh:zeroOrOnePath": "?"}
INVERSE: Final = term("sh:inversePath")
ALTERNATIVE: Final = term("sh:alternativePath")


def read(graph: ShapesGraph, node: Term, seen: frozenset[Term] = frozenset()) -> Path:
    """Return the path that `node` describes. Raises `ShapeInvalid` for one that is not well-formed.

    A list wins over other properties of the same node (W3C tests path-strange-001 and 002).
    """
    if isinstance(node, NamedNode) and node != NIL:
        return Predicate(node)
    if node in seen or not isinstance(node, BlankNode):
        raise ShapeInvalid(f"{node} is not a well-formed path")
    seen |= {node}
    if graph.is_list(node):
        return Sequence(_several(graph, node, seen))
    if (inverse := graph.one(node, INVERSE)) is not None:
        return Inverse(read(graph, inverse, seen))
    if (either := graph.one(node, ALTERNATIVE)) is not None:
        return Alternative(_several(graph, either, seen))
    for name, sign in REPEATED.items():
        if (inner := graph.one(node, term(name))) is not None:
            return Repeated(read(graph, inner, seen), sign)
    raise ShapeInvalid(f"{node} is not a well-formed path")


def _several(graph: ShapesGraph, head: Term, seen: frozenset[Term]) -> tuple[Path, ...]:
    members = graph.members(head)
    if len(members) < 2:
        raise ShapeInvalid("a sequence or alternative path needs two members")
    return tuple(read(graph, member, seen) for member in members)


def triples(path: Path, fresh: Iterator[BlankNode]) -> tuple[Node, list[Triple]]:
    """Return the node that stands for `path` and the triples that describe it, with blank nodes from `fresh`."""
    if isinstance(path, Predicate):
        return path.iri, []
    if isinstance(path, Sequence):
        return _list(path.paths, fresh)
    node = next(fresh)
    if isinstance(path, Alternative):
        inner, found = _list(path.paths, fresh)
        return node, [Triple(node, ALTERNATIVE, inner), *found]
    inner, found = triples(path.path, fresh)
    names = {sign: name for name, sign in REPEATED.items()}
    predicate = INVERSE if isinstance(path, Inverse) else term(names[path.sign])
    return node, [Triple(node, predicate, inner), *found]


def _list(paths: tuple[Path, ...], fresh: Iterator[BlankNode]) -> tuple[Node, list[Triple]]:
    found: list[Triple] = []
    head: Node = NIL
    for path in reversed(paths):
        cell = next(fresh)
        inner, parts = triples(path, fresh)
        found += [Triple(cell, FIRST, inner), Triple(cell, REST, head), *parts]
        head = cell
    return head, found
