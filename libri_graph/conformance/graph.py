"""RDF in what came: read in any form, compared as graphs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from urllib.parse import urljoin

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from libri_graph.conformance.answer import Answer

JSON_LD: Final = "application/ld+json"
FORMS: Final = {
    "text/turtle": RdfFormat.TURTLE,
    JSON_LD: RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}
"""Media type -> its reader, for every form that is asked for."""
RDF: Final = ", ".join(
    f"{media};q={quality}"
    for media, quality in (("text/turtle", 1), ("application/n-triples", 0.9), (JSON_LD, 0.8), ("*/*", 0.1))
)
"""What a client accepts that would have any RDF."""
MOST_BLANK: Final = 400
"""Blank nodes of a graph that is compared."""
MOST_ALIKE: Final = 8
"""Blank nodes that only their neighbours tell apart; how long comparing takes may grow with them beyond all bounds."""
MOST_CONTEXTS: Final = 30
"""Contexts that one document may name, and these in turn."""
MOST_DEPTH: Final = 200


class RdfInvalid(ValueError):
    """A body that is not RDF of its kind; says where."""


class Graph:
    """The triples of an answer, whatever named graphs they were in."""

    def __init__(self, triples: set[Triple]) -> None:
        self.triples = triples

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.triples)

    def objects(self, subject: NamedNode | BlankNode | None, *predicates: str) -> Iterator[Any]:
        """Yield what `subject`, or anything, has as the value of one of `predicates`."""
        wanted = set(predicates)
        for triple in self.triples:
            if triple.predicate.value in wanted and subject in (None, triple.subject):
                yield triple.object

    def subjects(self, predicate: str, *objects: str) -> Iterator[Any]:
        """Yield what has one of the IRIs `objects` as the value of `predicate`."""
        for triple in self.triples:
            if (
                triple.predicate.value == predicate
                and isinstance(triple.object, NamedNode)
                and triple.object.value in objects
            ):
                yield triple.subject

    def names(self, iri: str) -> bool:
        """Return whether it says anything about `iri`."""
        node = NamedNode(iri)
        return any(node in (triple.subject, triple.object) for triple in self.triples)

    def canonical(self) -> set[str]:
        """Return its canonical statements. Raises `RdfInvalid` with too many blank nodes. Source: RDFC-1.0."""
        seen = _seen(self.triples)
        if len(seen) > MOST_BLANK:
            raise RdfInvalid(f"{len(seen)} blank nodes are too many to compare")
        alike = max(Counter(seen.values()).values(), default=0)
        if alike > MOST_ALIKE:
            raise RdfInvalid(f"{alike} blank nodes that look alike are too many to compare")
        found = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in self.triples)
        found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        return {str(quad) for quad in found}


def read_graph(answer: Answer, context: Callable[[str], Any]) -> Graph:
    """Return the triples of an answer in one of `FORMS`; `context` gives the JSON-LD context at an address."""
    if answer.media_type not in FORMS:
        raise RdfInvalid(f"{answer.media_type or 'no Content-Type'} is no form of RDF")
    return parse_graph(answer.body, answer.media_type, answer.url, context)


def parse_graph(body: bytes, media_type: str, url: str, context: Callable[[str], Any]) -> Graph:
    """Return the triples of `body`. Raises `RdfInvalid`."""
    try:
        text = _with_contexts(body, url, context) if media_type == JSON_LD else body
        quads = parse(text, format=FORMS[media_type], base_iri=url)
        return Graph({Triple(quad.subject, quad.predicate, quad.object) for quad in _quads(quads)})
    except (SyntaxError, ValueError, RecursionError) as fault:
        raise RdfInvalid(f"not {media_type}: {fault}") from fault


def number(term: object) -> int | None:
    """Return the whole number that a literal stands for."""
    return int(term.value) if isinstance(term, Literal) and term.value.isdecimal() else None


def addresses(document: object) -> Iterator[str]:
    """Yield the addresses of contexts in a JSON-LD document."""
    if isinstance(document, list):
        for item in document:
            yield from addresses(item)
    elif isinstance(document, dict):
        found = document.get("@context", [])
        yield from (item for item in (found if isinstance(found, list) else [found]) if isinstance(item, str))
        for value in document.values():
            yield from addresses(value)


def _quads(found: Iterator[Quad]) -> Iterator[Quad]:
    return (quad for quad in found if not isinstance(quad.subject, Triple))


def _seen(triples: Iterable[Triple]) -> dict[BlankNode, frozenset[tuple[str, ...]]]:
    """Return how each blank node looks from where it stands, other blank nodes all being the same."""
    found: dict[BlankNode, set[tuple[str, ...]]] = {}
    for triple in triples:
        parts = [term for term in (triple.subject, triple.object) if isinstance(term, BlankNode)]
        for node in parts:
            terms = (triple.subject, triple.predicate, triple.object)
            look = tuple("it" if term == node else "_" if isinstance(term, BlankNode) else str(term) for term in terms)
            found.setdefault(node, set()).add(look)
    return {node: frozenset(looks) for node, looks in found.items()}


def _with_contexts(body: bytes, url: str, context: Callable[[str], Any]) -> bytes:
    """Return JSON-LD with its remote contexts put in their place, so that the reader fetches nothing itself."""
    left = iter(range(MOST_CONTEXTS))

    def counted(address: str) -> Any:
        if next(left, None) is None:
            raise RdfInvalid(f"it names more than {MOST_CONTEXTS} contexts")
        return context(address)

    return json.dumps(_filled(json.loads(body), url, counted, 0)).encode()


def _filled(value: Any, url: str, context: Callable[[str], Any], depth: int) -> Any:
    if depth > MOST_DEPTH:
        raise RdfInvalid("nested too deeply")
    if isinstance(value, list):
        return [_filled(item, url, context, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            key: _context(item, url, context, depth + 1)
            if key == "@context"
            else _filled(item, url, context, depth + 1)
            for key, item in value.items()
        }
    return value


def _context(value: Any, url: str, context: Callable[[str], Any], depth: int) -> Any:
    if isinstance(value, str):
        address = urljoin(url, value)
        return _context(context(address), address, context, depth + 1)
    if isinstance(value, list):
        flat = [_context(item, url, context, depth + 1) for item in value]
        return [part for item in flat for part in (item if isinstance(item, list) else [item])]
    return _filled(value, url, context, depth)
