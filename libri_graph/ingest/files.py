"""RDF files of any format that we take, with errors that say file, line, column and show the line."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

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


def is_rdf(path: Path) -> bool:
    """Return whether the name of `path` is that of an RDF file."""
    return _suffix(path) in FORMATS


def parse(path: Path, graph: NamedNode) -> Iterator[Quad]:
    """Yield the triples of an RDF file as quads of `graph`, whatever graph the file puts them in.

    Raises `SyntaxInvalid` with the place of the fault, for a file of an unknown kind too.
    """
    suffix = _suffix(path)
    if suffix not in FORMATS:
        raise SyntaxInvalid(f"this is no RDF file that we read ({', '.join(FORMATS)})", place=str(path))
    content = _content(path)
    try:
        for quad in pyoxigraph.parse(io.BytesIO(content), format=FORMATS[suffix], base_iri=path.resolve().as_uri()):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)
    except SyntaxError as fault:
        raise _located(path, content, fault) from fault


def _suffix(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix


def _content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _located(path: Path, content: bytes, fault: SyntaxError) -> SyntaxInvalid:
    lines = content.decode("utf-8", errors="replace").splitlines()
    line = fault.lineno or 1
    excerpt = lines[line - 1] if line <= len(lines) else ""
    return SyntaxInvalid(fault.msg, place=str(path), line=fault.lineno, column=fault.offset, excerpt=excerpt)
