"""Documents out of the view of one generation: all of them, or those of things that have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Store

from libri_graph.index.said import Said, everything, said_of
from libri_graph.index.text.document import Document, Link, Words
from libri_graph.index.text.schema import FIELD_OF_LINK, GENERAL, INDEXED, NAMES, PASSAGES
from libri_graph.namespaces import LIBRI, PREFIXES, compact, term

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
        for iri, said in everything(self._store):
            yield from self.document(iri, said)

    def documents(self, iris: Iterable[str]) -> Iterator[Document]:
        """Yield the documents of those of `iris` that can be found."""
        for iri in iris:
            yield from self.document(iri, said_of(self._store, NamedNode(iri)))

    def document(self, iri: str, said: Said) -> Iterator[Document]:
        """Yield the document of a thing of which the view says `said`, if it can be found."""
        kind = kind_of(said.get(TYPE, ()))
        if kind:
            yield Document(iri, kind, self._words(NamedNode(iri), said), _links(said), _grade(said))

    def _words(self, node: NamedNode, said: Said) -> tuple[Words, ...]:
        drafts = {
            (quad.predicate, quad.object)
            for graph in self._machines
            for quad in self._store.quads_for_pattern(node, None, None, graph)
        }
        found = [
            Words(name, value.language or "", value.value, (predicate, value) in drafts)
            for predicate, name in WORDS.items()
            for value in said.get(predicate, ())
            if isinstance(value, Literal) and value.value.strip()
        ]
        return tuple(sorted(set(found), key=lambda words: (words.property, words.language, words.text)))


def kind_of(classes: Iterable[object]) -> str:
    """Return by which of its classes a thing is found, the most special; empty for none."""
    kinds = {CLASSES[name] for name in classes if isinstance(name, NamedNode) and name in CLASSES}
    return min(kinds, key=lambda kind: (kind in GENERAL, kind), default="")


def _links(said: Said) -> tuple[Link, ...]:
    found = {
        (name, value.value)
        for predicate, name in LINKED.items()
        for value in said.get(predicate, ())
        if isinstance(value, NamedNode)
    }
    return tuple(Link(*pair) for pair in sorted(found))


def _grade(said: Said) -> str:
    grades = (compact(value.value) for value in said.get(GRADE, ()) if isinstance(value, NamedNode))
    return min((grade.rsplit("/", 1)[-1] for grade in grades), default="")
