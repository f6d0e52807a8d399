"""Triples as the bytes of any RDF format that we offer; the same triples give the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Final

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from libri_graph.namespaces import PREFIXES
from libri_graph.publish import turtle
from libri_graph.publish.context import Context
from libri_graph.publish.jsonld import compact

MEDIA_TYPES: Final[dict[str, str]] = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
}
"""File suffix -> media type of every format, the preferred one first."""

DECLARATIONS: Final = re.compile(r"(?<=<rdf:RDF )[^>]*(?=>)")


def serialize(triples: Iterable[Triple], media_type: str, *, root: NamedNode, context: Context) -> bytes:
    """Return `triples` in one of `MEDIA_TYPES`, UTF-8; `root` is the resource that they describe.

    TriG carries them in the default graph. Raises `KeyError` for another media type.
    """
    return WRITERS[media_type](sorted(set(triples), key=str), root, context)


def _turtle(triples: list[Triple], _root: NamedNode, _context: Context) -> bytes:
    return turtle.serialize(triples).encode()


def _ntriples(triples: list[Triple], _root: NamedNode, _context: Context) -> bytes:
    return pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _rdf_xml(triples: list[Triple], _root: NamedNode, _context: Context) -> bytes:
    used = {prefix: namespace for prefix, namespace in PREFIXES.items() if any(namespace in str(t) for t in triples)}
    text = (pyoxigraph.serialize(triples, format=RdfFormat.RDF_XML, prefixes=used) or b"").decode()
    return DECLARATIONS.sub(lambda found: " ".join(sorted(found[0].split())), text, count=1).encode()


def _json_ld(triples: list[Triple], root: NamedNode, context: Context) -> bytes:
    return json.dumps(compact(triples, root, context), ensure_ascii=False, indent=1).encode()


WRITERS: Final[dict[str, Callable[[list[Triple], NamedNode, Context], bytes]]] = {
    "text/turtle": _turtle,
    "application/n-triples": _ntriples,
    "application/rdf+xml": _rdf_xml,
    "application/ld+json": _json_ld,
    "application/trig": _turtle,
}
