"""What has no query here is checked by pySHACL, the reference; it copies the graph, so it is for the rare case.

It reads no address: shapes and data are handed over as graphs, imports are off, and shapes come from this repository.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import pyshacl
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
from rdflib import XSD, BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.namespace import SH
from rdflib.term import Node as RdflibNode

from libri_graph.errors import ShapeInvalid
from libri_graph.validation import paths
from libri_graph.validation.compile import Left
from libri_graph.validation.results import Result
from libri_graph.validation.shapes import CLASS, TARGETS, Shapes, custom_parameters
from libri_graph.validation.shapes import SH as SHACL
from libri_graph.validation.shapes_graph import TYPE, ShapesGraph, Term

TARGETING: Final = frozenset(NamedNode(SHACL + name) for name in TARGETS)
PROPERTY: Final = NamedNode(SHACL + "property")


def validate(
    triples: Iterable[Triple], shapes: Shapes, left: Collection[Left], only: Collection[Term] | None = None
) -> Iterator[Result]:
    """Yield the results of the constraints `left`, for all their targets or `only` for some.

    Raises `ShapeInvalid` for a shape that pySHACL cannot load.
    """
    wanted = {pair for one in left for pair in _reported_as(shapes.graph, one)}
    whole = {one.root.node for one in left if one.constraint is None}
    for result in _results(as_graph(triples), as_graph(_reduced(shapes, left)), shapes):
        chosen = (result.source_shape, result.component) in wanted or bool(whole)
        if chosen and (only is None or result.focus_node in only):
            yield result


def _reported_as(graph: ShapesGraph, one: Left) -> Iterator[tuple[Term, Term]]:
    """Yield the (shape, component) under which pySHACL reports what is left."""
    if one.constraint is None:
        return
    own = custom_parameters(graph).get(NamedNode(one.constraint.name)) if ":" in one.constraint.name else None
    for component in own or [one.constraint.component]:
        yield one.shape.node, component


def _reduced(shapes: Shapes, left: Collection[Left]) -> Iterator[Triple]:
    """Yield the shapes graph in which only the shapes with something left over have targets.

    Of those, a shape keeps the property shapes that lead to it.
    """
    roots = {one.root.node for one in left}
    whole = {one.root.node for one in left if one.constraint is None}
    needed = {one.shape.node for one in left}
    for triple in shapes.graph.triples:
        if triple.subject not in roots:
            targets = triple.predicate in TARGETING
            implicit = triple.predicate == TYPE and triple.object == CLASS and triple.subject in shapes.by_node
            if targets or implicit:
                continue
        elif triple.predicate == PROPERTY and triple.subject not in whole and not _leads(shapes, triple.object, needed):
            continue
        yield triple


def _leads(shapes: Shapes, node: Term, needed: Collection[Term], seen: frozenset[Term] = frozenset()) -> bool:
    if node in needed:
        return True
    inner = [c.value for c in shapes.shape(node).constraints if c.name == "property" and c.value not in seen]
    return any(_leads(shapes, value, needed, seen | {node}) for value in inner)


def _results(data: Graph, shacl: Graph, shapes: Shapes) -> Iterator[Result]:
    try:
        _, report, text = pyshacl.validate(data, shacl_graph=shacl, advanced=True, do_owl_imports=False, inplace=True)
    except (ShapeLoadError, ReportableRuntimeError, NotImplementedError) as problem:
        raise ShapeInvalid(str(problem)) from problem
    if not isinstance(report, Graph):
        raise ShapeInvalid(str(text))
    described = ShapesGraph(_triples(report))
    for node in report.objects(None, SH.result):
        yield _result(described, shapes, of_rdflib(node))


def _result(report: ShapesGraph, shapes: Shapes, node: Term) -> Result:
    def one(name: str) -> Term | None:
        return report.one(node, NamedNode(SHACL + name))

    focus, severity, component = one("focusNode"), one("resultSeverity"), one("sourceConstraintComponent")
    source, path, constraint = one("sourceShape"), one("resultPath"), one("sourceConstraint")
    shape = shapes.shape(source) if source is not None else None
    if shape is None or focus is None or not isinstance(severity, NamedNode) or not isinstance(component, NamedNode):
        raise ShapeInvalid(f"pySHACL reports without a source: {node}")
    return Result(
        focus_node=focus,
        path=paths.read(report, path) if path is not None and isinstance(path, NamedNode) else shape.path,
        value=one("value"),
        severity=severity,
        source_shape=shape.node,
        component=component,
        messages=report.texts(node, NamedNode(SHACL + "resultMessage")) if constraint else shape.messages,
        names=shape.names,
        constraint=constraint if isinstance(constraint, NamedNode | BlankNode) else None,
    )


def as_graph(triples: Iterable[Triple]) -> Graph:
    """Return `triples` as an rdflib graph, literals spelled as they are."""
    graph = Graph()
    for triple in triples:
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return graph


def to_rdflib(value: Term) -> RdflibNode:
    """Return the same term for rdflib; a plain string has no datatype there, as in rdflib's own parsers."""
    if isinstance(value, NamedNode):
        return URIRef(value.value)
    if isinstance(value, BlankNode):
        return BNode(value.value)
    if not isinstance(value, Literal):
        raise ShapeInvalid("pySHACL knows no triple terms")
    if value.language:
        return RdflibLiteral(value.value, lang=value.language)
    datatype = URIRef(value.datatype.value)
    return RdflibLiteral(value.value, datatype=None if datatype == XSD.string else datatype, normalize=False)


def of_rdflib(value: RdflibNode) -> Term:
    """Return an rdflib term as ours."""
    if isinstance(value, URIRef):
        return NamedNode(str(value))
    if isinstance(value, BNode):
        return BlankNode(str(value))
    if not isinstance(value, RdflibLiteral):
        raise ShapeInvalid(f"pySHACL gave {value!r}, which is no RDF term")
    if value.language:
        return Literal(str(value), language=value.language)
    return Literal(str(value), datatype=NamedNode(str(value.datatype or XSD.string)))


def _triples(graph: Graph) -> Iterator[Triple]:
    for subject, predicate, value in graph:
        yield Triple(of_rdflib(subject), of_rdflib(predicate), of_rdflib(value))  # type: ignore[arg-type]  # rdflib's terms become terms of the same kind
