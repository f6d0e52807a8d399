"""Say whether two answers are the same: terms exactly, numbers also by value, blank nodes by shape."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple

from .answers import Answer, Graphs, Row, Table, Term

XSD = "http://www.w3.org/2001/XMLSchema#"
DECIMAL = XSD + "decimal"
FLOATS = {XSD + "double", XSD + "float"}
INTEGERS = {
    XSD + name
    for name in (
        *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
        *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
}


def by_value(term: Term) -> Term:
    """Return numbers of one datatype and value in one spelling, anything else unchanged."""
    if not isinstance(term, Literal):
        return term
    datatype = term.datatype.value
    try:
        if datatype in INTEGERS:
            return Literal(str(int(term.value)), datatype=term.datatype)
        if datatype == DECIMAL:
            return Literal(f"{Decimal(term.value).normalize():f}", datatype=term.datatype)
        if datatype in FLOATS:
            return Literal(repr(float(term.value)), datatype=term.datatype)
    except (ValueError, InvalidOperation):
        return term
    return term


def same_answer(expected: Answer, actual: Answer, *, ordered: bool = False, lax: bool = False) -> bool:
    """Compare two answers; `lax` lets a row come less often than expected (REDUCED)."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, Table) and isinstance(actual, Table):
        return same_table(expected, actual, ordered=ordered, lax=lax)
    if isinstance(expected, list) and isinstance(actual, list):
        return same_graph(expected, actual)
    return False


def same_table(expected: Table, actual: Table, *, ordered: bool, lax: bool) -> bool:
    if set(expected.variables) != set(actual.variables):
        return False
    ours, theirs = (rows_by_name(table, expected.variables) for table in (actual, expected))
    if lax:
        enough = len(set(theirs)) <= len(ours) <= len(theirs)
        return enough and canonical(described(list(set(ours)))) == canonical(described(list(set(theirs))))
    if len(ours) != len(theirs):
        return False
    return canonical(described(ours, numbered=ordered)) == canonical(described(theirs, numbered=ordered))


def rows_by_name(table: Table, variables: tuple[str, ...]) -> list[Row]:
    places = [table.variables.index(name) for name in variables]
    return [tuple(cell_of(row[place], table) for place in places) for row in table.rows]


def cell_of(term: Term | None, table: Table) -> Term | None:
    return term if term is None or table.plain else by_value(term)


def described(rows: list[Row], *, numbered: bool = False) -> Dataset:
    """Return a graph that says what the rows say, so that shared blank nodes are compared as in a graph.

    Equal rows become one node with a count: many nodes of one shape would make canonicalisation slow.
    """
    keyed = [(place if numbered else 0, row) for place, row in enumerate(rows)]
    quads = []
    for (place, row), count in Counter(keyed).items():
        node = BlankNode()
        quads.append(Quad(node, NamedNode("urn:row"), Literal(f"{place} {count}")))
        quads += [Quad(node, NamedNode(f"urn:cell:{i}"), cell) for i, cell in enumerate(row) if cell is not None]
    return Dataset(quads)


def canonical(dataset: Dataset) -> Dataset:
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def same_graph(expected: list[Triple], actual: list[Triple]) -> bool:
    """Tell whether two graphs are isomorphic."""
    first, second = (Dataset(Quad(s, p, by_value(o)) for s, p, o in triples) for triples in (expected, actual))
    return len(first) == len(second) and canonical(first) == canonical(second)


def same_graphs(expected: Graphs, actual: Graphs) -> bool:
    """Tell whether two datasets hold isomorphic graphs under the same names; an empty graph is as good as none."""
    ours, theirs = ({name: graph for name, graph in graphs.items() if graph} for graphs in (actual, expected))
    return ours.keys() == theirs.keys() and all(same_graph(theirs[name], ours[name]) for name in theirs)
