"""Sorted triples as files of several formats at once: each subject is written as soon as it has been read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from libri_graph.errors import RepresentationUnavailable
from libri_graph.namespaces import term
from libri_graph.publish import sorting, turtle
from libri_graph.publish.packing import Packed

RDF_TYPE: Final = term("rdf:type").value
STRING: Final = term("xsd:string").value
MEDIA_TYPES: Final = {
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "ttl": "text/turtle",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
}
"""Suffix of every format -> its media type. JSON-LD is expanded, so it needs no context to be read."""
Files = Mapping[str, Packed]
"""Files of one body of data, by suffix."""


def copy(lines: Path, target: Packed) -> None:
    """Write lines as they are."""
    with lines.open("rb") as file:
        while piece := file.read(1 << 20):
            target.write(piece)


def write_quads(graphs: Iterable[tuple[NamedNode, Path]], target: Packed) -> None:
    """Write the sorted N-Triples of several graphs as sorted N-Quads; naming the graph does not change the order."""
    for line in sorting.merge(_of_graph(graph, lines) for graph, lines in graphs):
        target.write(line)


def begin(files: Files) -> None:
    """Write what stands before the first graph."""
    for suffix in files.keys() & {"ttl", "trig"}:
        files[suffix].write(turtle.heading())


def write_graph(graph: NamedNode, lines: Path, several: Sequence[Files], first: bool) -> None:
    """Write sorted N-Triples into the files of `several` bodies of data: in its graph where the format has graphs.

    `first` tells that it is the first graph of all, `begin` must have been called, and `end` comes after the last.
    """
    turtles = [files[suffix] for files in several for suffix in ("ttl", "trig") if suffix in files]
    trigs, documents = [files["trig"] for files in several], [files["jsonld"] for files in several]
    for place, (trig, document) in enumerate(zip(trigs, documents, strict=True)):
        trig.write(f"\n{turtle.write(graph)} {{\n")
        begun = first or place > 0
        document.write(("[\n" if begun else ",\n") + f'{{"@id": {json.dumps(graph.value)}, "@graph": [')
    write_subjects(lines, turtles, documents)
    for trig, document in zip(trigs, documents, strict=True):
        trig.write("}\n")
        document.write("\n]}")


def write_subjects(lines: Path, turtles: Sequence[Packed], documents: Sequence[Packed]) -> None:
    """Write sorted N-Triples as Turtle without prefixes and as nodes of JSON-LD, each into several files."""
    for place, group in enumerate(subjects(lines)):
        block, node = f"\n{turtle.block(group)}\n", ("\n" if place == 0 else ",\n") + _node(group)
        for file in turtles:
            file.write(block)
        for file in documents:
            file.write(node)


def _of_graph(graph: NamedNode, lines: Path) -> Iterator[bytes]:
    ending = f" {graph} .\n".encode()
    with lines.open("rb") as file:
        for line in file:
            yield line.removesuffix(b" .\n") + ending


def subjects(lines: Path) -> Iterator[list[Triple]]:
    """Yield what is said of each subject of sorted N-Triples."""
    quads = pyoxigraph.parse(path=str(lines), format=RdfFormat.N_TRIPLES)
    for _, group in groupby((quad.triple for quad in quads), key=lambda triple: triple.subject):
        yield list(group)


def _node(triples: Sequence[Triple]) -> str:
    """Return what is said of one subject as a node object of expanded JSON-LD."""
    subject = triples[0].subject
    found: dict[str, list[object]] = defaultdict(list)
    for triple in triples:
        if triple.predicate.value == RDF_TYPE and isinstance(triple.object, NamedNode):
            found["@type"].append(triple.object.value)
        else:
            found[triple.predicate.value].append(_value(triple.object))
    name = subject.value if isinstance(subject, NamedNode) else str(subject)
    return json.dumps({"@id": name, **found}, ensure_ascii=False)


def _value(value: object) -> object:
    if isinstance(value, NamedNode | BlankNode):
        return {"@id": value.value if isinstance(value, NamedNode) else str(value)}
    if not isinstance(value, Literal):
        raise RepresentationUnavailable("JSON-LD 1.1 has no word for a triple that is spoken of", ())
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == STRING:
        return {"@value": value.value}
    return {"@value": value.value, "@type": value.datatype.value}
