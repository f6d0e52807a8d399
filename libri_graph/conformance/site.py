"""A server under check: what there is on it to ask about, found when a rule first wants it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode, urljoin

from pyoxigraph import Literal, NamedNode

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.asker import Asker, origin
from libri_graph.conformance.graph import FORMS, JSON_LD, RDF, Graph, RdfInvalid, read_graph
from libri_graph.conformance.html_page import Page, read_page
from libri_graph.conformance.link_header import Link, LinkInvalid, links
from libri_graph.conformance.rule import Broken, NothingToAsk
from libri_graph.conformance.sitemap import locations
from libri_graph.conformance.words import SCHEMA_ORG, SD, VOID

BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RESULTS: Final = "application/sparql-results+json"
MOST_THINGS: Final = 3
MOST_TRIED: Final = 12
ENDPOINTS: Final = ("sparql", "query")
"""Where an endpoint is looked for that nothing leads to."""
SAMPLE: Final = """SELECT DISTINCT ?thing WHERE {{
  ?thing a ?class FILTER(isIRI(?thing) && STRSTARTS(STR(?thing), {}))
}} LIMIT 12"""


class Site:
    """The server at `url`; `base` is how the IRIs begin that it answers for, if not with its origin."""

    def __init__(self, asker: Asker, url: str, base: str | None = None, gone: str | None = None) -> None:
        self.asker = asker
        self.url = url
        self.root = self._root(url)
        self.gone = gone
        """Address of something that was here once and is not any more, where the operator named one."""
        self._base = base

    @staticmethod
    def _root(url: str) -> str:
        """Return the address below which the server answers for its IRIs."""
        return f"{origin(url)}/"

    @cached_property
    def base(self) -> str:
        """How its IRIs begin."""
        if self._base:
            return self._base
        return _uri_space(self.void[1]) or self.root if self.void else self.root

    @cached_property
    def things(self) -> tuple[str, ...]:
        """Addresses of a few things that it describes in RDF, the one that was given first."""
        found: list[str] = []
        for tried, (address, surely) in enumerate(self._candidates()):
            if tried == MOST_TRIED or len(found) == MOST_THINGS:
                break
            if address not in found and self._is_described(address, surely):
                found.append(address)
        return tuple(found)

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """Addresses of things that its data names as its own, answered or not."""
        return tuple(dict.fromkeys(address for address, surely in self._candidates() if surely))[:MOST_THINGS]

    @property
    def thing(self) -> str:
        """The first of `things`. Raises `NothingToAsk`."""
        if not self.things:
            raise NothingToAsk("nothing was found here that is described in RDF; name such a thing's address")
        return self.things[0]

    @cached_property
    def page(self) -> Answer:
        """The page of `thing`. Raises `NothingToAsk` for one without."""
        found = self.asker.get(self.thing, BROWSER)
        if found.status != 200 or found.media_type not in ("text/html", "application/xhtml+xml"):
            raise NothingToAsk("the thing has no HTML page")
        return found

    @cached_property
    def endpoint(self) -> str:
        """The address of its SPARQL endpoint. Raises `NothingToAsk`."""
        tried = dict.fromkeys(self._endpoints())
        for address in tried:
            if self._answers_sparql(address):
                return address
        raise NothingToAsk("no SPARQL endpoint was found, neither in VoID nor at " + ", ".join(tried))

    @cached_property
    def void(self) -> tuple[Answer, Graph] | None:
        """Its description of the data set, as it came and as a graph; `None` where there is none."""
        return self._dataset_at(urljoin(self.root, ".well-known/void")) or self._dataset_at(self.url)

    def form(self, media_type: str, thing: str | None = None) -> Answer:
        """Return what comes when one form of a thing is asked for."""
        return self.asker.get(thing or self.thing, media_type)

    def forms(self, thing: str | None = None) -> dict[str, Answer]:
        """Return every form of RDF of a thing that comes when it is asked for, by media type."""
        found = {media: self.form(media, thing) for media in FORMS}
        return {media: answer for media, answer in found.items() if answer.status == 200 and answer.media_type == media}

    def described(self) -> tuple[str, Answer]:
        """Return the form of RDF that is asked for in most rules, and what comes for it."""
        for media, answer in self.forms().items():
            return media, answer
        raise NothingToAsk("the thing has no form of RDF")

    def document(self, media_type: str) -> Answer:
        """Return one form of the thing, asked where redirects lead, so that it is a 200."""
        return self.asker.ask(self.form(media_type).url, headers={"Accept": media_type})

    def links_of(self, answer: Answer) -> list[Link]:
        """Return where a form of the thing says that it leads."""
        return said_links(answer)

    def graph(self, answer: Answer) -> Graph:
        """Return the triples of an answer. Raises `RdfInvalid`."""
        return read_graph(answer, self.context)

    def iri(self, address: str) -> str:
        """Return the IRI that stands in the data for what is had at `address`."""
        return self.base + address.removeprefix(self.root) if address.startswith(self.root) else address

    def subject(self, graph: Graph, address: str) -> NamedNode | None:
        """Return the IRI by which `graph` names the thing at `address`: its own or the address; else `None`."""
        return next((NamedNode(iri) for iri in (self.iri(address), address) if graph.names(iri)), None)

    def here(self, iri: str) -> str | None:
        """Return where this server answers for `iri`; `None` if it does not."""
        if iri.startswith(self.root):
            return iri
        return self.root + iri.removeprefix(self.base) if iri.startswith(self.base) else None

    def context(self, address: str) -> Any:
        """Return the JSON-LD context at `address`. Raises `RdfInvalid`."""
        if address in SCHEMA_ORG:
            return {"@vocab": "http://schema.org/"}
        try:
            answer = self.asker.get(self.here(address) or address, JSON_LD)
            return json.loads(answer.body)["@context"]
        except (Broken, ValueError, KeyError, TypeError) as fault:
            raise RdfInvalid(f"the context at {address} is not to be had: {fault}") from fault

    def select(self, query: str, accept: str = RESULTS) -> Answer:
        """Return the answer of the endpoint to `query`, asked by GET."""
        return self.asker.get(asking(self.endpoint, query), accept)

    def _is_described(self, address: str, surely: bool) -> bool:
        try:
            answer = self.rdf_at(address)
            return answer is not None and (surely or self.subject(self.graph(answer), address) is not None)
        except RdfInvalid:
            return True

    def _candidates(self) -> Iterator[tuple[str, bool]]:
        """Yield addresses that may be those of things, and whether the data itself says so."""
        if self.url.rstrip("/") != self.root.rstrip("/") and not self._answers_sparql(self.url):
            yield self.url, False
        for iri in self._named():
            if address := self.here(iri):
                yield address, True
        for address in [*locations(self), *self._anchors()]:
            if here := self.here(address):
                yield from ((thing, True) for thing in self._subjects_of_page(here))

    def _named(self) -> Iterator[str]:
        if self.void:
            named = self.void[1].objects(None, f"{VOID}exampleResource", f"{VOID}rootResource")
            yield from sorted(term.value for term in named)
        try:
            for space in dict.fromkeys((self.base, self.root)):
                rows = json.loads(self.select(SAMPLE.format(json.dumps(space))).body)["results"]["bindings"]
                yield from (row["thing"]["value"] for row in rows)
        except (NothingToAsk, Broken, ValueError, KeyError, TypeError):
            return

    def _anchors(self) -> list[str]:
        for address in (self.url, self.root):
            answer = self._quietly(address, BROWSER)
            if answer and answer.media_type == "text/html":
                return [found.partition("#")[0] for found in read_page(answer).anchors]
        return []

    def _subjects_of_page(self, address: str) -> Iterator[str]:
        """Yield what a document says that it describes."""
        if answer := self.rdf_at(address):
            named = [self.here(link.target) for link in said_links(answer) if link.rel in ("describes", "cite-as")]
            yield from (thing for thing in named if thing)

    def _endpoints(self) -> Iterator[str]:
        yield self.url
        if self.void:
            named = self.void[1].objects(None, f"{VOID}sparqlEndpoint", f"{SD}endpoint")
            yield from sorted(self.here(term.value) or term.value for term in named)
        yield from (self.root + name for name in ENDPOINTS)

    def _answers_sparql(self, address: str) -> bool:
        answer = self._quietly(asking(address, "ASK {}"), RESULTS)
        try:
            return answer is not None and answer.status == 200 and isinstance(json.loads(answer.body)["boolean"], bool)
        except (ValueError, KeyError, TypeError):
            return False

    def _dataset_at(self, address: str) -> tuple[Answer, Graph] | None:
        answer = self.rdf_at(address)
        if answer is None:
            return None
        try:
            graph = read_graph(answer, lambda address: json.loads(self.asker.get(address, JSON_LD).body)["@context"])
        except (RdfInvalid, KeyError, TypeError):
            return None
        return (answer, graph) if any(VOID in triple.predicate.value for triple in graph.triples) else None

    def rdf_at(self, address: str) -> Answer | None:
        """Return what comes for an Accept header with several forms of RDF, else what comes for Turtle alone."""
        found = (self._quietly(address, accept) for accept in (RDF, "text/turtle"))
        return next(
            (answer for answer in found if answer and answer.status == 200 and answer.media_type in FORMS), None
        )

    def _quietly(self, address: str, accept: str) -> Answer | None:
        try:
            return self.asker.get(address, accept)
        except Broken:
            return None


def asking(endpoint: str, query: str) -> str:
    """Return the address of a query asked by GET. Source: SPARQL 1.1 Protocol, section 2.1.1."""
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode({'query': query})}"


def _uri_space(graph: Graph) -> str:
    """Return how the IRIs begin of the data set that has an endpoint or files, not of those that it links to."""
    for offer in ("sparqlEndpoint", "dataDump", "triples"):
        found = {str(triple.subject) for triple in graph.triples if triple.predicate.value == f"{VOID}{offer}"}
        spaces = sorted(
            triple.object.value
            for triple in graph.triples
            if triple.predicate.value == f"{VOID}uriSpace"
            and str(triple.subject) in found
            and isinstance(triple.object, NamedNode | Literal)
        )
        if spaces:
            return spaces[0]
    return ""


def said_links(answer: Answer) -> list[Link]:
    """Return the links of an answer, in its headers and, if it is a page, in its head."""
    try:
        found = links(answer)
    except LinkInvalid:
        found = []
    page: Page | None = read_page(answer) if answer.media_type == "text/html" else None
    return [*found, *(page.links if page else ())]
