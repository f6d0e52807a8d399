"""Documents out of the view of one generation: all of them, or those of things that have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from libri_graph.index.text.document import Document, Link, Words
from libri_graph.index.text.schema import FIELD_OF_LINK, GENERAL, INDEXED, NAMES, PASSAGES
from libri_graph.namespaces import LIBRI, PREFIXES, compact, term

VIEW: Final = DefaultGraph()
TYPE: Final = term("rdf:type")
GRADE: Final = term("libri:evidenceGrade")
WORDS: Final = {term(name): name for name in (*NAMES, *PASSAGES)}
LINKED: Final = {term(name): name for name in FIELD_OF_LINK}


def class_of(kind: str) -> NamedNode:
    """Return the class that a kind of document is named after.

    >>> class_of("Place").value, class_of("skos:Concept").value
    ('https://w3id.org/libri/ontology#Place', 'http://www.w3.org/2004/02/skos/core#Concept')
    """
    return term(kind) if kind.partition(":")[0] in PREFIXES else NamedNode(LIBRI + kind)


CLASSES: Final = {class_of(kind): kind for kind in INDEXED}


class Gatherer:
    """Reads documents from the default graph of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._machines = [
            quad.graph_name
            for quad in store.quads_for_pattern(None, term("libri:machineMade"), Literal(True), None)
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name == quad.subject
        ]

    def everything(self) -> Iterator[Document]:
        """Yield the document of every thing that can be found, each once."""
        seen: set[str] = set()
        for kind in CLASSES:
            for quad in self._store.quads_for_pattern(None, TYPE, kind, VIEW):
                if isinstance(quad.subject, NamedNode) and quad.subject.value not in seen:
                    seen.add(quad.subject.value)
                    yield from self.documents([quad.subject.value])

    def documents(self, iris: Iterable[str]) -> Iterator[Document]:
        """Yield the documents of those of `iris` that can be found."""
        for iri in iris:
            node = NamedNode(iri)
            said = list(self._store.quads_for_pattern(node, None, None, VIEW))
            kind = kind_of(quad.object for quad in said if quad.predicate == TYPE)
            if kind:
                yield Document(iri, kind, self._words(node, said), _links(said), _grade(said))

    def _words(self, node: NamedNode, said: Iterable[Quad]) -> tuple[Words, ...]:
        drafts = {
            (quad.predicate, quad.object)
            for graph in self._machines
            for quad in self._store.quads_for_pattern(node, None, None, graph)
        }
        found = {
            Words(WORDS[quad.predicate], value.language or "", value.value, (quad.predicate, value) in drafts)
            for quad in said
            if quad.predicate in WORDS and isinstance(value := quad.object, Literal) and value.value.strip()
        }
        return tuple(sorted(found, key=lambda words: (words.property, words.language, words.text)))


def kind_of(classes: Iterable[object]) -> str:
    """Return by which of its classes a thing is found, the most special; empty for none."""
    kinds = {CLASSES[name] for name in classes if isinstance(name, NamedNode) and name in CLASSES}
    return min(kinds, key=lambda kind: (kind in GENERAL, kind), default="")


def _links(said: Iterable[Quad]) -> tuple[Link, ...]:
    found = {
        Link(LINKED[quad.predicate], quad.object.value)
        for quad in said
        if quad.predicate in LINKED and isinstance(quad.object, NamedNode)
    }
    return tuple(sorted(found, key=lambda link: (link.property, link.iri)))


def _grade(said: Iterable[Quad]) -> str:
    grades = (
        compact(quad.object.value) for quad in said if quad.predicate == GRADE and isinstance(quad.object, NamedNode)
    )
    return min((grade.rsplit("/", 1)[-1] for grade in grades), default="")
