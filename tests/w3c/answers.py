"""What a query answers, and how to read it from the formats of the W3C: XML, JSON, CSV, TSV or a graph."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from .manifest import FORMATS, Source, iri_of

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"

Term = NamedNode | BlankNode | Literal | Triple
Row = tuple[Term | None, ...]
Graphs = dict[str | None, list[Triple]]
"""Triples by graph name; None is the default graph."""


@dataclass(frozen=True)
class Table:
    """Solutions in the order in which they came; a cell is None where the variable is unbound."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    plain: bool = False
    """True for CSV, which says only how a term is written."""


Answer = bool | Table | list[Triple]

RESULTS = {
    "srx": ("application/sparql-results+xml", QueryResultsFormat.XML),
    "srj": ("application/sparql-results+json", QueryResultsFormat.JSON),
    "tsv": ("text/tab-separated-values", QueryResultsFormat.TSV),
    "csv": ("text/csv", QueryResultsFormat.CSV),
}
GRAPH_TYPES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
    "text/n3": RdfFormat.N3,
}


def read_results(content: bytes, wanted: str) -> bool | Table:
    """Read a boolean or a table written as `srx`, `srj`, `tsv` or `csv`."""
    if wanted == "csv":
        return read_csv(content.decode())
    results = parse_query_results(content, RESULTS[wanted][1])
    if isinstance(results, QueryBoolean):
        return bool(results)
    variables = tuple(variable.value for variable in results.variables)
    return Table(variables, tuple(tuple(row[name] for name in variables) for row in results))


def read_csv(text: str) -> Table:
    """Read CSV, where all but blank nodes become plain text: it does not tell an IRI from a literal."""
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    return Table(tuple(header), tuple(tuple(csv_term(cell) for cell in row) for row in rows), plain=True)


def csv_term(cell: str) -> Term | None:
    if cell.startswith("_:"):
        return BlankNode(cell[2:])
    return Literal(cell) if cell else None


def read_graph(content: bytes, rdf_format: RdfFormat, base: str | None = None) -> list[Triple]:
    return [quad.triple for quad in parse(content, rdf_format, base_iri=base)]


def read_source(path: Path, root: Path) -> list[Triple]:
    return read_graph(path.read_bytes(), FORMATS[path.suffix], iri_of(root, path))


def read_sources(sources: Sequence[Source], root: Path) -> Graphs:
    """Return the graphs of several files; files of one graph are merged, with blank nodes kept apart."""
    graphs: Graphs = {None: []}
    for source in sources:
        content, rdf_format = source.path.read_bytes(), FORMATS[source.path.suffix]
        quads = parse(content, rdf_format, base_iri=iri_of(root, source.path), rename_blank_nodes=True)
        graphs.setdefault(source.graph, []).extend(quad.triple for quad in quads)
    return graphs


def read_expected(path: Path, root: Path) -> Answer:
    """Read what the manifest names as the result of a query."""
    wanted = path.suffix.removeprefix(".")
    if wanted in RESULTS:
        return read_results(path.read_bytes(), wanted)
    triples = read_source(path, root)
    node = NamedNode(RS + "ResultSet")
    return result_set(triples) if any(triple.object == node for triple in triples) else triples


def result_set(triples: list[Triple]) -> bool | Table:
    """Read a result written in the vocabulary for result sets of the Data Access working group."""
    graph = Dataset(Quad(*triple) for triple in triples)

    def values(subject: Term, name: str) -> list[Term]:
        quads = graph.quads_for_subject(subject) if isinstance(subject, NamedNode | BlankNode) else ()
        return [quad.object for quad in quads if quad.predicate.value == RS + name]

    def text(subject: Term, name: str) -> str:
        return str(getattr(values(subject, name)[0], "value", ""))

    [root] = [quad.subject for quad in graph if quad.object == NamedNode(RS + "ResultSet")]
    if values(root, "boolean"):
        return text(root, "boolean") == "true"
    variables = tuple(sorted(getattr(term, "value", "") for term in values(root, "resultVariable")))
    numbered = []
    for solution in values(root, "solution"):
        row = {text(binding, "variable"): values(binding, "value")[0] for binding in values(solution, "binding")}
        index = int(text(solution, "index")) if values(solution, "index") else 0
        numbered.append((index, tuple(row.get(name) for name in variables)))
    return Table(variables, tuple(row for _, row in sorted(numbered, key=lambda pair: pair[0])))
