"""The graph, or one graph of it, as a file."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from libri_graph.errors import ResourceNotFound
from libri_graph.publish import turtle

FORMATS: Final[dict[str, RdfFormat]] = {
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
}
WITH_GRAPHS: Final = frozenset({"nq", "trig", "jsonld"})


def export(store: Store, target: Path, name: str, graph: NamedNode | None = None) -> None:
    """Write `graph`, or everything, to `target` in the format `name`; a target ending in ``.gz`` is compressed.

    Everything means each source in its named graph, in formats that have graphs, and the view in others.
    Raises `ResourceNotFound` for a graph that is not there.
    """
    content = _content(store, name, graph)
    target.write_bytes(gzip.compress(content, mtime=0) if target.suffix == ".gz" else content)


def _content(store: Store, name: str, graph: NamedNode | None) -> bytes:
    if graph is not None and not store.contains_named_graph(graph):
        raise ResourceNotFound(f"there is no graph {graph.value}")
    if name == "ttl":
        return turtle.serialize(
            quad.triple for quad in store.quads_for_pattern(None, None, None, graph or DefaultGraph())
        ).encode()
    if name in WITH_GRAPHS and graph is None:
        quads = (quad for quad in store if quad.graph_name != DefaultGraph())
        return pyoxigraph.serialize(quads, format=FORMATS[name]) or b""
    return store.dump(format=FORMATS[name], from_graph=graph or DefaultGraph()) or b""
