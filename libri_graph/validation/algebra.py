"""What the query of a ``sh:sparql`` constraint is made of: forms that are refused, and the triples that it reads.

The query is taken apart by rdflib; it is run by whichever engine checks the constraint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pyoxigraph import NamedNode, Store
from pyparsing import ParseException
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import URIRef, Variable

from libri_graph.errors import ShapeInvalid
from libri_graph.validation.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence

THIS: Final = Variable("this")
REFUSED: Final = {
    "Minus": "MINUS",
    "MinusGraphPattern": "MINUS",
    "ServiceGraphPattern": "SERVICE",
    "InlineData": "VALUES",
    "values": "VALUES",
    "DatasetClause": "FROM",
}
"""Forms that no constraint may use. Source: SHACL, section 5.2.1, and for FROM our own safety."""
OTHER_GRAPHS: Final = ("Graph", "GraphGraphPattern")
GRAPH_OF_SHAPES: Final = (Variable("shapesGraph"), Variable("currentShape"))

ReadTriple = tuple[object, Path | None, object]
"""Subject, path, object as rdflib terms; `None` for a predicate that is a variable or a negated set."""


def parse(text: str) -> CompValue:
    """Return the algebra of a SELECT query. Raises `ShapeInvalid` for what does not parse or SHACL does not allow."""
    try:
        Store().query(text)
        parsed = parseQuery(text)
    except (SyntaxError, ParseException) as problem:
        raise ShapeInvalid(f"a shape's query does not parse: {problem}") from problem
    for part in walk(parsed[1]):
        if part.name == "SubSelect" and THIS not in _projected(part):
            raise ShapeInvalid("a subquery inside a shape must select $this by name")
    algebra: CompValue = translateQuery(parsed).algebra
    for part in walk(algebra):
        if part.name in REFUSED:
            raise ShapeInvalid(f"a shape's query may not use {REFUSED[part.name]}")
        if part.name == "Extend" and part.var == THIS and not str(part.expr).startswith("__agg"):
            raise ShapeInvalid("a shape's query may not assign $this")
    return algebra


def _projected(part: CompValue) -> list[object]:
    return [chosen.var for chosen in part.projection or []]


def walk(part: object) -> Iterator[CompValue]:
    """Yield every node of a parse tree or algebra."""
    if isinstance(part, CompValue):
        yield part
    if isinstance(part, Mapping):
        for name, value in part.items():
            if name != "_vars":
                yield from walk(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from walk(value)


def binds_this(part: object) -> bool:
    """Return whether matching triples alone gives ``$this`` its values, so that no value need be put in first.

    Only then is one run over all nodes the same as one run for each node.
    """
    if not isinstance(part, CompValue):
        return False
    match part.name:
        case "BGP":
            return any(THIS in (triple[0], triple[2]) for triple in part.triples)
        case "LeftJoin":
            return binds_this(part.p1) and part.p2.name in ("BGP", "Filter") and _flat(part.p2)
        case "Join":
            sides = [part.p1, part.p2]
            return any(binds_this(side) for side in sides) and all(
                binds_this(side) or side.name == "BGP" for side in sides
            )
        case "Union":
            return binds_this(part.p1) and binds_this(part.p2)
        case "Group":
            return THIS in (part.expr or []) and binds_this(part.p)
        case "SelectQuery" | "Project" | "Distinct" | "Reduced" | "Filter" | "Extend" | "AggregateJoin" | "ToMultiSet":
            return binds_this(part.p)
    return False


def _flat(part: CompValue) -> bool:
    return part.name == "BGP" or (part.name == "Filter" and part.p.name == "BGP" and binds_this(part.p))


def looks_elsewhere(algebra: CompValue) -> bool:
    """Return whether the query asks another graph than the one that is checked, such as the shapes graph itself."""
    if any(part.name in OTHER_GRAPHS for part in walk(algebra)):
        return True
    return any(name in (part["_vars"] or ()) for part in walk(algebra) for name in GRAPH_OF_SHAPES if "_vars" in part)


def triples(algebra: CompValue) -> Iterator[ReadTriple]:
    """Yield every triple pattern of the query, those inside EXISTS too."""
    for part in walk(algebra):
        if part.name in ("BGP", "TriplesBlock"):
            for subject, predicate, value in part.triples:
                yield subject, path(predicate), value


def path(found: object) -> Path | None:
    """Return rdflib's path as ours; `None` for one that may use any predicate."""
    if isinstance(found, URIRef):
        return Predicate(NamedNode(str(found)))
    if isinstance(found, InvPath):
        inner = path(found.arg)
        return None if inner is None else Inverse(inner)
    if isinstance(found, MulPath):
        inner = path(found.path)
        return None if inner is None else Repeated(inner, str(found.mod))
    if isinstance(found, SequencePath | AlternativePath):
        parts = tuple(part for part in map(path, found.args) if part is not None)
        whole = len(parts) == len(found.args)
        return (Sequence(parts) if isinstance(found, SequencePath) else Alternative(parts)) if whole else None
    return None
