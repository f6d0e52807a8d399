"""What things are called, for a report: the labels that the graph itself has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from libri_graph.languages import Text, best_text, fallback_chain
from libri_graph.namespaces import term
from libri_graph.validation.shapes_graph import Term

LABELS: Final = tuple(
    map(term, ("skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name", "schema:name", "libri:gloss"))
)
"""Properties that name a thing, the best first."""


class Names(Protocol):
    """Knows what things are called."""

    def label(self, node: Term, language: str) -> Text | None:
        """Return the name of `node` for a reader of `language`; `None` when it has none."""

    def record(self, node: Term) -> Term:
        """Return the record that `node` is a part of; itself when it is one."""


class NoNames:
    """Knows no names at all."""

    def label(self, node: Term, language: str) -> Text | None:  # noqa: ARG002  # the protocol's
        """Return `None`."""
        return None

    def record(self, node: Term) -> Term:
        """Return `node`."""
        return node


class NamesInStore:
    """Names from the default graph of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def label(self, node: Term, language: str) -> Text | None:
        """Return the name of `node` for a reader of `language`, by the first property that names it."""
        if not isinstance(node, NamedNode | BlankNode):
            return None
        for predicate in LABELS:
            if texts := list(self._texts(node, predicate)):
                return best_text(texts, fallback_chain(language))
        return None

    def record(self, node: Term) -> Term:
        """Return what `node` belongs to: the IRI before its fragment, or who refers to a blank node."""
        if isinstance(node, NamedNode) and "#" in node.value and self.label(node, "") is None:
            whole = NamedNode(node.value.partition("#")[0])
            return whole if any(self._quads(whole, None)) else node
        if isinstance(node, BlankNode):
            owners = self._store.quads_for_pattern(None, None, node, DefaultGraph())
            return next((quad.subject for quad in owners if isinstance(quad.subject, NamedNode)), node)
        return node

    def _quads(self, node: NamedNode | BlankNode, predicate: NamedNode | None) -> Iterator[Quad]:
        return self._store.quads_for_pattern(node, predicate, None, DefaultGraph())

    def _texts(self, node: NamedNode | BlankNode, predicate: NamedNode) -> Iterator[Text]:
        for quad in self._quads(node, predicate):
            if isinstance(quad.object, Literal):
                yield Text(quad.object.value, quad.object.language or "")
