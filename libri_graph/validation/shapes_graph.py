"""The triples of the shapes, indexed so that one shape after another can be read from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from libri_graph.errors import ShapeInvalid
from libri_graph.namespaces import term

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal | Triple

TYPE: Final = term("rdf:type")
FIRST: Final = term("rdf:first")
REST: Final = term("rdf:rest")
NIL: Final = term("rdf:nil")
SUBCLASS: Final = term("rdfs:subClassOf")
TRUE: Final = Literal("true", datatype=term("xsd:boolean"))
"""The one literal that switches something on; ``"1"^^xsd:boolean`` does not (W3C test uniqueLang-002)."""


class ShapesGraph:
    """Read access by subject and predicate, in the order in which the triples came."""

    def __init__(self, triples: Iterable[Triple | Quad]) -> None:
        self.triples = tuple(Triple(t.subject, t.predicate, t.object) for t in triples)
        self._by_subject: dict[object, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._by_predicate: dict[NamedNode, list[tuple[Node, Term]]] = defaultdict(list)
        for triple in dict.fromkeys(self.triples):
            if isinstance(triple.subject, Triple):
                continue
            self._by_subject[triple.subject][triple.predicate].append(triple.object)
            self._by_predicate[triple.predicate].append((triple.subject, triple.object))

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Return what `subject` has for `predicate`."""
        return list(self._by_subject[subject].get(predicate, ())) if subject in self._by_subject else []

    def one(self, subject: Term, predicate: NamedNode) -> Term | None:
        """Return the first object, or `None`."""
        found = self.objects(subject, predicate)
        return found[0] if found else None

    def flag(self, subject: Term, predicate: NamedNode) -> bool:
        """Return whether `predicate` says true."""
        return TRUE in self.objects(subject, predicate)

    def texts(self, subject: Term, predicate: NamedNode) -> dict[str, str]:
        """Return language tag -> text; several texts of one language are joined by a space."""
        found: dict[str, str] = {}
        for value in self.objects(subject, predicate):
            if isinstance(value, Literal):
                tag = (value.language or "").lower()
                found[tag] = f"{found[tag]} {value.value}" if tag in found else value.value
        return found

    def predicates(self, subject: Term) -> Iterator[NamedNode]:
        """Yield the predicates that `subject` has."""
        yield from self._by_subject.get(subject, ())

    def pairs(self, predicate: NamedNode) -> list[tuple[Node, Term]]:
        """Return every (subject, object) of `predicate`."""
        return self._by_predicate.get(predicate, [])

    def subjects(self, predicate: NamedNode, value: Term) -> list[Node]:
        """Return every subject that has `value` for `predicate`."""
        return [subject for subject, found in self.pairs(predicate) if found == value]

    def members(self, head: Term) -> tuple[Term, ...]:
        """Return the members of an RDF list. Raises `ShapeInvalid` for a list that ends in itself or not at all."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head != NIL:
            first, rest = self.objects(head, FIRST), self.objects(head, REST)
            if head in seen or len(first) != 1 or len(rest) != 1:
                raise ShapeInvalid(f"{head} is not a well-formed list")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return tuple(found)

    def is_list(self, node: Term) -> bool:
        """Return whether `node` begins an RDF list."""
        return node == NIL or bool(self.objects(node, FIRST))
