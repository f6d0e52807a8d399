"""Read the manifests that list the tests: what to load, what to ask, what is expected.

Relative IRIs are resolved against `BASE`, where the W3C publishes these files, so that graph names and results do not
depend on the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple

BASE = "https://w3c.github.io/rdf-tests/sparql/sparql11/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
NIL = NamedNode(RDF + "nil")

GROUPS = ("query", "results", "update", "fed")
FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".rdf": RdfFormat.RDF_XML,
    ".trig": RdfFormat.TRIG,
    ".nq": RdfFormat.N_QUADS,
}

Node = NamedNode | BlankNode
Object = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Source:
    """A file and the graph it goes into; None is the default graph."""

    path: Path
    graph: str | None


@dataclass(frozen=True)
class Case:
    """One test of query or update evaluation, syntax or federation."""

    key: str
    """Folder and fragment, `functions#bnode01`: fragments alone repeat between folders."""
    suite: str
    kind: str
    action: Path
    before: tuple[Source, ...] = ()
    result: Path | None = None
    after: tuple[Source, ...] = ()
    services: tuple[tuple[str, Path], ...] = ()
    lax: bool = False


class Manifest:
    """One manifest file as a graph, with the few ways in which we walk it."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.folder = name.partition("/")[0]
        self.graph = Store()
        self.graph.load((root / name).read_bytes(), format=RdfFormat.TURTLE, base_iri=BASE + name)
        self.document = NamedNode(BASE + name)

    def all(self, subject: Node, predicate: str) -> list[Object]:
        return [quad.object for quad in self.graph.quads_for_pattern(subject, NamedNode(predicate), None)]

    def nodes(self, subject: Node, predicate: str) -> list[Node]:
        return [value for value in self.all(subject, predicate) if isinstance(value, NamedNode | BlankNode)]

    def node_or_none(self, subject: Node, predicate: str) -> Node | None:
        return next(iter(self.nodes(subject, predicate)), None)

    def node(self, subject: Node, *predicates: str) -> Node:
        """Return the value of the first of these properties that the subject has."""
        return next(value for predicate in predicates for value in self.nodes(subject, predicate))

    def text_or_none(self, subject: Node, predicate: str) -> str | None:
        value = next(iter(self.all(subject, predicate)), None)
        return None if value is None or isinstance(value, Triple) else value.value

    def text(self, subject: Node, predicate: str) -> str:
        value = self.text_or_none(subject, predicate)
        if value is None:
            raise LookupError(f"{subject} has no {predicate}")
        return value

    def items(self, subject: Node, predicate: str) -> Iterator[Node]:
        """Walk the RDF list that is the value of `predicate`; nothing where there is none."""
        node = self.node_or_none(subject, predicate)
        while node is not None and node != NIL:
            yield self.node(node, RDF + "first")
            node = self.node(node, RDF + "rest")

    def entries(self) -> Iterator[Node]:
        return self.items(self.document, MF + "entries")

    def included(self) -> list[str]:
        return [node.value.removeprefix(BASE) for node in self.items(self.document, MF + "include")]

    def kind(self, test: Node) -> str:
        return self.text(test, RDF + "type").removeprefix(MF)

    def key(self, test: Node) -> str:
        return f"{self.folder}#{test.value.rpartition('#')[2]}"

    def path(self, node: Node) -> Path:
        return self.root / node.value.removeprefix(BASE)


def iri_of(root: Path, path: Path) -> str:
    """Return the address under which the W3C publishes the file, which is its base IRI."""
    return BASE + path.relative_to(root).as_posix()


def core_cases(root: Path) -> list[Case]:
    """Return every query, results, update and federation test; the `service` folder is a suite of its own."""
    return [
        case_of(manifest, test, group)
        for group in GROUPS
        for name in Manifest(root, f"manifest-sparql11-{group}.ttl").included()
        for manifest in [Manifest(root, name)]
        for test in manifest.entries()
    ]


def case_of(manifest: Manifest, test: Node, group: str) -> Case:
    """Read one entry; the manifest says the same thing in two vocabularies, for queries and for updates."""
    kind, key = manifest.kind(test), manifest.key(test)
    action, result = manifest.node(test, MF + "action"), manifest.node_or_none(test, MF + "result")
    lax = manifest.text_or_none(test, MF + "resultCardinality") == MF + "LaxCardinality"
    suite = suite_of(group, kind, manifest.folder)
    if isinstance(action, NamedNode):
        return Case(key, suite, kind, manifest.path(action), lax=lax)
    return Case(
        key,
        suite,
        kind,
        manifest.path(manifest.node(action, QT + "query", UT + "request")),
        before=tuple(sources(manifest, action)),
        result=manifest.path(result) if isinstance(result, NamedNode) else None,
        after=tuple(sources(manifest, result)) if isinstance(result, BlankNode) else (),
        services=tuple(services(manifest, action)),
        lax=lax,
    )


def suite_of(group: str, kind: str, folder: str) -> str:
    """Name the row of the report: by what the test does, not by the folder it lies in."""
    if folder == "service":
        return "service"
    if group == "fed":
        return "federation syntax"
    if group == "results":
        return "result formats"
    return f"{group} {'syntax' if 'SyntaxTest' in kind else 'evaluation'}"


def sources(manifest: Manifest, node: Node) -> Iterator[Source]:
    for vocabulary in (QT, UT):
        for file in manifest.nodes(node, vocabulary + "data"):
            yield Source(manifest.path(file), None)
        for graph in manifest.nodes(node, vocabulary + "graphData"):
            yield named_source(manifest, graph)


def named_source(manifest: Manifest, graph: Node) -> Source:
    """Return a named graph; its name is a label beside the file, or the file's own address."""
    if isinstance(graph, NamedNode):
        return Source(manifest.path(graph), graph.value)
    return Source(manifest.path(manifest.node(graph, UT + "graph", UT + "data")), manifest.text(graph, LABEL))


def services(manifest: Manifest, action: Node) -> Iterator[tuple[str, Path]]:
    for service in manifest.nodes(action, QT + "serviceData"):
        yield manifest.text(service, QT + "endpoint"), manifest.path(manifest.node(service, QT + "data"))
