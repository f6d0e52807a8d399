"""RDF that somebody sends: read strictly, from the bytes alone."""

from __future__ import annotations

import io
import re
from typing import Final

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

from libri_graph.changes.depth import demand_shallow
from libri_graph.changes.xml import demand_whole
from libri_graph.errors import MediaTypeUnsupported, SyntaxInvalid

FORMATS: Final = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/x-turtle": RdfFormat.TURTLE,
    "text/n3": RdfFormat.TURTLE,
}
"""Media type -> format."""
DOCTYPE: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
PLACE_IN_MESSAGE: Final = re.compile(r"^Parser error (?:at|between) line [^:]*: ")
FOREIGN_CONTEXT: Final = "No LoadDocumentCallback"
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read_body(body: bytes, media_type: str, graph: NamedNode | DefaultGraph, base: str) -> list[Quad]:
    """Return the triples of `body` as quads of `graph`, whatever graphs it names.

    Raises `MediaTypeUnsupported`, or `SyntaxInvalid` with the place of the fault. A document type declaration is
    refused: it could make the text a billion times as long, or point at files. So is a body that is nested deeply,
    or XML that was cut off.
    """
    rdf_format = FORMATS.get(media_type.split(";")[0].strip().lower())
    if rdf_format is None:
        raise MediaTypeUnsupported(f"send RDF as one of {', '.join(FORMATS)}, not {media_type or 'nothing'}")
    if rdf_format == RdfFormat.RDF_XML and DOCTYPE.search(body):
        raise SyntaxInvalid("a document type declaration is not read; send the XML without it")
    demand_shallow(body, rdf_format)
    if rdf_format == RdfFormat.RDF_XML:
        demand_whole(body)
    try:
        parsed = pyoxigraph.parse(
            io.BytesIO(body.removeprefix(BYTE_ORDER_MARK)), format=rdf_format, base_iri=base, rename_blank_nodes=True
        )
        return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]
    except SyntaxError as fault:
        raise _told(body, fault) from fault
    except ValueError as fault:
        raise SyntaxInvalid(str(fault)) from fault


def _told(body: bytes, fault: SyntaxError) -> SyntaxInvalid:
    message = PLACE_IN_MESSAGE.sub("", fault.msg)
    if message.startswith(FOREIGN_CONTEXT):
        message = "only a context that stands in the body itself is read, none from an address"
    lines = body.decode("utf-8", errors="replace").split("\n")
    excerpt = lines[fault.lineno - 1].rstrip("\r")[:200] if fault.lineno and fault.lineno <= len(lines) else ""
    return SyntaxInvalid(message, line=fault.lineno, column=fault.offset, excerpt=excerpt)
