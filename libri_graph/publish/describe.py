"""What the graph says of one resource: the same triples for every format."""

from __future__ import annotations

from pyoxigraph import NamedNode, Triple

from libri_graph.store.protocol import Store


def describe(store: Store, iri: NamedNode) -> list[Triple]:
    """Return the triples that describe `iri`, sorted; empty when the graph does not know it.

    They are its own triples in the view, those of its parts (IRIs that are its own plus ``#...``, such as a
    place's geometry), and, for a module or a concept scheme, those of the terms or concepts in it.
    """
    return sorted(set(store.construct("publish/describe", iri=iri)), key=str)
