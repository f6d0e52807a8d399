"""RDF files of any format that we take, with errors that say file, line, column and show the line."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple

from libri_graph.changes.terms import demand_rdf_1_1
from libri_graph.changes.xml import demand_whole
from libri_graph.errors import SyntaxInvalid

FORMATS: Final[dict[str, RdfFormat]] = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}
"""File suffix -> format; each may be followed by ``.gz``."""
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
PLACE_IN_MESSAGE: Final = re.compile(r"^Parser error (?:at|between) line [^:]*: ")
FOREIGN_CONTEXT: Final = "No LoadDocumentCallback"
SPECIAL: Final = re.compile(rb"_:|<<\(|--(?:ltr|rtl)")
"""Begins a blank node or what only RDF 1.2 can say; where it stands in a text, the file is merely read more slowly."""
LONGEST_SPECIAL: Final = 5
PIECE: Final = 1 << 20

Node = TypeVar("Node")


def is_rdf(path: Path) -> bool:
    """Return whether the name of `path` is that of an RDF file."""
    return _suffix(path) in FORMATS


def parse(path: Path, graph: NamedNode) -> Iterator[Quad]:
    """Yield the triples of an RDF file as quads of `graph`, whatever graph the file puts them in.

    Relative IRIs are meant relative to `graph`. Blank nodes are named by graph and content of the file: the same
    file gives the same quads each time, and different files never share a blank node.
    Raises `SyntaxInvalid` with the place of the fault, for a file of an unknown kind too.
    """
    content = _content(path)
    steady = _steady(graph, content)
    for quad in _read(path, content, graph.value):
        yield Quad(steady(quad.subject), quad.predicate, steady(quad.object), graph)


def quads(path: Path) -> Iterator[Quad]:
    """Yield the quads of an RDF file, each in the graph that the file puts it in. Raises `SyntaxInvalid`."""
    return _read(path, _content(path), None)


def _read(path: Path, content: bytes, base_iri: str | None) -> Iterator[Quad]:
    suffix = _suffix(path)
    if suffix == ".rdf":
        demand_whole(content, str(path))
    try:
        for quad in pyoxigraph.parse(io.BytesIO(content), format=FORMATS[suffix], base_iri=base_iri):
            demand_rdf_1_1(quad, str(path))
            yield quad
    except SyntaxError as fault:
        raise _located(path, content, fault.msg, fault.lineno, fault.offset) from fault


def plain_lines(path: Path) -> int:
    """Return how many lines `path` has, if it is N-Triples without what is `SPECIAL`; 0 for any other file."""
    if path.suffix != ".nt":
        return 0
    lines, before = 0, b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if SPECIAL.search(before + piece) or (not lines and not before and piece.startswith(BYTE_ORDER_MARK)):
                return 0
            lines += piece.count(b"\n")
            before = piece[-LONGEST_SPECIAL:]
    return lines


def load(path: Path, graph: NamedNode, store: Store) -> None:
    """Put what `parse` yields into `store`; a file of `plain_lines` goes past Python.

    It is not in one step: after an error, a part of the file may be there. Raises `SyntaxInvalid`.
    """
    if not plain_lines(path):
        store.bulk_extend(parse(path, graph))
        return
    try:
        store.bulk_load(path=str(path), format=RdfFormat.N_TRIPLES, to_graph=graph)
    except SyntaxError as fault:
        raise _located(path, path.read_bytes(), fault.msg, fault.lineno, fault.offset) from fault


def _suffix(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix


def _content(path: Path) -> bytes:
    """Return what the file holds, unpacked. Raises `SyntaxInvalid` for a file of an unknown kind."""
    if _suffix(path) not in FORMATS:
        raise SyntaxInvalid(f"this is no RDF file that we read ({', '.join(FORMATS)})", place=str(path))
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
            raise SyntaxInvalid(f"this is no whole gzip file: {fault}", place=str(path)) from fault
    return content.removeprefix(BYTE_ORDER_MARK)


def _steady(graph: NamedNode, content: bytes) -> Callable[[Node], Node]:
    origin = hashlib.sha256(graph.value.encode() + b"\0" + content).hexdigest()[:16]
    names: dict[str, BlankNode] = {}

    def steady(node: Node) -> Node:
        if isinstance(node, BlankNode):
            return names.setdefault(node.value, BlankNode(f"b{origin}x{len(names)}"))  # type: ignore[return-value]  # a node stays a node of its kind
        if isinstance(node, Triple):
            return Triple(steady(node.subject), node.predicate, steady(node.object))  # type: ignore[return-value]  # a node stays a node of its kind
        return node

    return steady


def _located(path: Path, content: bytes, message: str, line: int | None, column: int | None) -> SyntaxInvalid:
    if message.startswith(FOREIGN_CONTEXT):
        message = "only a context that stands in the file itself is read, none from an address"
    lines = content.decode("utf-8", errors="replace").split("\n")
    excerpt = lines[line - 1].rstrip("\r") if line and line <= len(lines) else ""
    return SyntaxInvalid(PLACE_IN_MESSAGE.sub("", message), place=str(path), line=line, column=column, excerpt=excerpt)
