"""Shapes as frozen objects: what is targeted, what is demanded, and what people are told about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Final

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple

from libri_graph.errors import ShapeInvalid, SyntaxInvalid
from libri_graph.namespaces import PREFIXES, term
from libri_graph.validation import paths
from libri_graph.validation.shapes_graph import SUBCLASS, TYPE, Node, ShapesGraph, Term

SH: Final = PREFIXES["sh"]
VIOLATION: Final = term("sh:Violation")
WARNING: Final = term("sh:Warning")
INFO: Final = term("sh:Info")
NODE_SHAPE: Final = term("sh:NodeShape")
PROPERTY_SHAPE: Final = term("sh:PropertyShape")
SHAPE_KINDS: Final[frozenset[Term]] = frozenset({NODE_SHAPE, PROPERTY_SHAPE})
CLASS: Final = term("rdfs:Class")
PATH: Final = term("sh:path")

TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
DEMANDS: Final = (
    *("class", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive"),
    *(
        "maxInclusive",
        "minLength",
        "maxLength",
        "pattern",
        "languageIn",
        "uniqueLang",
        "equals",
        "disjoint",
        "lessThan",
    ),
    *("lessThanOrEquals", "not", "and", "or", "xone", "node", "property", "qualifiedMinCount", "qualifiedMaxCount"),
    *("closed", "hasValue", "in", "sparql"),
)
"""Parameters of which each value is a constraint. Source: SHACL, sections 4 and 5."""
HELPERS: Final = ("flags", "qualifiedValueShape", "qualifiedValueShapesDisjoint", "ignoredProperties")
"""Parameters that only shape another one."""
WORDS: Final = ("path", "name", "description", "message", "severity", "deactivated", "group", "order", "defaultValue")
WORDS_ELSEWHERE: Final = ("declare", "prefixes", "select", "ask", "shapesGraph", "suggestedShapesGraph", "entailment")
KNOWN: Final = frozenset((*TARGETS, *DEMANDS, *HELPERS, *WORDS, *WORDS_ELSEWHERE))
SINGLE_SHAPE: Final = ("property", "node", "not", "qualifiedValueShape")
SHAPE_LISTS: Final = ("and", "or", "xone")
ODD_COMPONENTS: Final = {"property": "PropertyShapeComponent", "sparql": "SPARQLConstraintComponent"}


@dataclass(frozen=True, slots=True)
class Target:
    """Which nodes a shape looks at: `kind` is one of `TARGETS`."""

    kind: str
    value: Term


@dataclass(frozen=True, slots=True)
class Constraint:
    """One demand of one shape: a SHACL parameter and its value."""

    name: str
    """The parameter's name after ``sh:``; the whole IRI where it is somebody else's."""
    value: Term

    @property
    def component(self) -> NamedNode:
        """The constraint component that results name."""
        capitalised = self.name[:1].upper() + self.name[1:]
        return NamedNode(SH + ODD_COMPONENTS.get(self.name, f"{capitalised}ConstraintComponent"))


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape, or a property shape when it has a path."""

    node: Node
    path: paths.Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    helpers: Mapping[str, tuple[Term, ...]]
    deactivated: bool
    severity: NamedNode
    messages: Mapping[str, str]
    """Language tag -> what to do about a fault."""
    names: Mapping[str, str]
    """Language tag -> what the field is called."""
    descriptions: Mapping[str, str]
    json_key: str | None
    group: Term | None
    order: float


@dataclass(frozen=True, slots=True)
class Shapes:
    """All shapes of a shapes graph that anything can reach."""

    graph: ShapesGraph = field(repr=False)
    by_node: Mapping[Term, Shape] = field(repr=False)
    field_names: Mapping[paths.Path, Mapping[str, str]] = field(repr=False)
    """Path -> language tag -> what the field at its end is called, by the first shape that says it."""

    @property
    def targeted(self) -> list[Shape]:
        """The shapes that look at nodes by themselves, in the order of the graph."""
        return [shape for shape in self.by_node.values() if shape.targets and not shape.deactivated]

    @property
    def property_shapes(self) -> list[Shape]:
        """The shapes that have a path."""
        return [shape for shape in self.by_node.values() if shape.path is not None]

    def shape(self, node: Term) -> Shape:
        """Return the shape `node`. Raises `ShapeInvalid` for what is no shape."""
        if node not in self.by_node:
            raise ShapeInvalid(f"{node} is used as a shape but is none")
        return self.by_node[node]

    def names_of(self, path: paths.Path | None) -> Mapping[str, str]:
        """Return what the field at the end of `path` is called, by the first shape that says it."""
        return self.field_names.get(path, {}) if path is not None else {}

    def parents(self, shape: Shape) -> Iterator[Shape]:
        """Yield the shapes that name `shape` with ``sh:property``."""
        demand = Constraint("property", shape.node)
        yield from (other for other in self.by_node.values() if demand in other.constraints)


def load_shapes(directory: FilePath) -> Shapes:
    """Return the shapes of every Turtle file below `directory`, in the order of their paths.

    Raises `SyntaxInvalid` for a file that is no Turtle and `ShapeInvalid` for an ill-formed shape, or for no file.
    """
    files = sorted(directory.rglob("*.ttl"))
    if not files:
        raise ShapeInvalid(f"no shapes in {directory}")
    return read_shapes(triple for file in files for triple in _parse(file))


def _parse(file: FilePath) -> list[Triple]:
    try:
        quads = pyoxigraph.parse(path=str(file), format=RdfFormat.TURTLE, rename_blank_nodes=True)
        return [quad.triple for quad in quads]
    except SyntaxError as problem:
        raise SyntaxInvalid(problem.msg, place=str(file), line=problem.lineno, column=problem.offset) from problem


def read_shapes(triples: Iterable[Triple | Quad]) -> Shapes:
    """Return the shapes that `triples` describe. Raises `ShapeInvalid` for an ill-formed one."""
    graph = ShapesGraph(triples)
    waiting = list(_roots(graph))
    by_node: dict[Term, Shape] = {}
    while waiting:
        node = waiting.pop(0)
        if node not in by_node:
            by_node[node] = _shape(graph, node)
            waiting += _references(graph, node)
    named = reversed([shape for shape in by_node.values() if shape.names])
    return Shapes(graph, by_node, {shape.path: shape.names for shape in named if shape.path is not None})


def _roots(graph: ShapesGraph) -> Iterator[Term]:
    for kind in (NODE_SHAPE, PROPERTY_SHAPE):
        yield from graph.subjects(TYPE, kind)
    for name in TARGETS:
        yield from (subject for subject, _ in graph.pairs(NamedNode(SH + name)))


def _references(graph: ShapesGraph, node: Term) -> Iterator[Term]:
    for name in SINGLE_SHAPE:
        yield from graph.objects(node, NamedNode(SH + name))
    for name in SHAPE_LISTS:
        for head in graph.objects(node, NamedNode(SH + name)):
            yield from graph.members(head)


def _shape(graph: ShapesGraph, node: Term) -> Shape:
    if isinstance(node, Literal | Triple):
        raise ShapeInvalid(f"{node} is used as a shape but is none")
    severity = graph.one(node, term("sh:severity"))
    key, order = graph.one(node, term("lsh:jsonKey")), graph.one(node, term("sh:order"))
    return Shape(
        node=node,
        path=_path(graph, node),
        targets=tuple(_targets(graph, node)),
        constraints=tuple(_constraints(graph, node)),
        helpers={name: tuple(graph.objects(node, NamedNode(SH + name))) for name in HELPERS},
        deactivated=graph.flag(node, term("sh:deactivated")),
        severity=severity if isinstance(severity, NamedNode) else VIOLATION,
        messages=graph.texts(node, term("sh:message")),
        names=graph.texts(node, term("sh:name")),
        descriptions=graph.texts(node, term("sh:description")),
        json_key=key.value if isinstance(key, Literal) else None,
        group=graph.one(node, term("sh:group")),
        order=float(order.value) if isinstance(order, Literal) else 0.0,
    )


def _path(graph: ShapesGraph, node: Node) -> paths.Path | None:
    found = graph.objects(node, PATH)
    if len(found) > 1 or (not found and PROPERTY_SHAPE in graph.objects(node, TYPE)):
        raise ShapeInvalid(f"{node} must have one sh:path")
    return paths.read(graph, found[0]) if found else None


def _targets(graph: ShapesGraph, node: Node) -> Iterator[Target]:
    for kind in TARGETS:
        yield from (Target(kind, value) for value in graph.objects(node, NamedNode(SH + kind)))
    if _is_class(graph, node):
        yield Target("targetClass", node)


def _is_class(graph: ShapesGraph, node: Node) -> bool:
    """Return whether a shape is a class itself, and so targets its instances (SHACL, section 2.1.3.3)."""
    types = set(graph.objects(node, TYPE))
    return isinstance(node, NamedNode) and bool(types & SHAPE_KINDS) and bool(types & _below(graph, CLASS))


def _below(graph: ShapesGraph, top: Node) -> set[Term]:
    found: set[Term] = {top}
    waiting: list[Term] = [top]
    while waiting:
        below = set(graph.subjects(SUBCLASS, waiting.pop())) - found
        found |= below
        waiting += below
    return found


def _constraints(graph: ShapesGraph, node: Node) -> Iterator[Constraint]:
    own = custom_parameters(graph)
    for predicate in graph.predicates(node):
        name = predicate.value.removeprefix(SH)
        is_demand = name in DEMANDS if name != predicate.value else predicate in own
        is_unknown = name != predicate.value and name not in KNOWN
        if is_demand or is_unknown:
            yield from (Constraint(name, value) for value in graph.objects(node, predicate))


def custom_parameters(graph: ShapesGraph) -> Mapping[NamedNode, list[Node]]:
    """Return parameter -> components, for the constraint components that the shapes graph declares itself."""
    found: dict[NamedNode, list[Node]] = defaultdict(list)
    for component, parameter in graph.pairs(term("sh:parameter")):
        path = graph.one(parameter, PATH)
        if isinstance(path, NamedNode):
            found[path].append(component)
    return found
