"""Rules about what is in the answers: the same graph in every form, in UTF-8, about the thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.graph import JSON_LD, Graph, RdfInvalid, addresses, parse_graph
from libri_graph.conformance.html_page import read_page
from libri_graph.conformance.rule import Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import Site
from libri_graph.conformance.words import NAMES, RDF_TYPE, SCHEMA_ORG

SHOWN: Final = 3
UTF8: Final = ("utf-8", "utf8")


def _equal(site: Site) -> None:
    if len(site.forms()) < 2:
        raise NothingToAsk("the thing has fewer than two forms of RDF")
    for thing in site.things:
        forms = list(_graphs(site, thing))
        for (media, graph), (other, graph2) in pairwise(forms):
            one, two = _canonical(graph), _canonical(graph2)
            lost = sorted(one ^ two)
            only = f"{len(one - two)} statements only in {media}, {len(two - one)} only in {other}"
            demand(not lost, f"{thing}: {only}; such as {' '.join(lost[:SHOWN])}")


def _about(site: Site) -> None:
    for thing in site.things:
        for media, graph in _graphs(site, thing):
            spoken = site.subject(graph, thing)
            demand(
                spoken is not None, f"{media} at {thing} has {len(graph)} statements, none about <{site.iri(thing)}>"
            )


def _named(site: Site) -> None:
    media, graph = _first(site)
    thing = site.subject(graph, site.thing)
    demand(thing is not None and any(graph.objects(thing, *NAMES)), f"{media} gives the thing no name")


def _typed(site: Site) -> None:
    media, graph = _first(site)
    thing = site.subject(graph, site.thing)
    demand(thing is not None and any(graph.objects(thing, RDF_TYPE)), f"{media} gives the thing no class")


def _utf8(site: Site) -> None:
    for answer in _texts(site):
        said = answer.charset or "utf-8"
        try:
            answer.body.decode(said)
        except (UnicodeDecodeError, LookupError) as fault:
            demand(answer.cut and isinstance(fault, UnicodeDecodeError), f"{answer.media_type}: {fault}")
        demand(said in (*UTF8, "us-ascii"), f"{answer.media_type} comes in {said}")


def _charset(site: Site) -> None:
    bad = [answer for answer in _texts(site) if answer.media_type.startswith("text/") and answer.charset not in UTF8]
    demand(not bad, "; ".join(f"Content-Type: {answer.header('Content-Type')}" for answer in bad))


def _has_data(site: Site) -> None:
    demand(bool(read_page(site.page).data), "the page has no <script type='application/ld+json'>")


def _embedded_parses(site: Site) -> None:
    for graph in _embedded(site):
        demand(len(graph) > 0, "the data in the page says nothing")


def _embedded_about(site: Site) -> None:
    graphs = list(_embedded(site))
    known = {site.thing, site.iri(site.thing), site.page.url, site.iri(site.page.url)}
    demand(any(graph.names(iri) for graph in graphs for iri in known), f"none of it names <{site.iri(site.thing)}>")


def _contexts(site: Site) -> None:
    answer = site.forms().get(JSON_LD)
    if answer is None:
        raise NothingToAsk("the thing has no JSON-LD")
    found = [address for address in dict.fromkeys(addresses(_json(answer))) if address not in SCHEMA_ORG]
    if not found:
        raise NothingToAsk("its JSON-LD names no context by address")
    for address in found:
        context = site.asker.get(site.here(address) or address, JSON_LD, Origin="https://example.org")
        demand(context.status == 200, f"{address} came as {context.told}")
        demand(context.media_type in (JSON_LD, "application/json"), f"{address} came as {context.media_type}")
        demand(bool(context.header("Access-Control-Allow-Origin")), f"{address} cannot be read by a script elsewhere")


def _compact(site: Site) -> None:
    answer = site.forms().get(JSON_LD)
    if answer is None:
        raise NothingToAsk("the thing has no JSON-LD")
    document = _json(answer)
    demand(isinstance(document, dict) and "@context" in document, "its JSON-LD is expanded: whole IRIs as keys")


def _json(answer: Answer) -> object:
    try:
        return json.loads(answer.body)
    except ValueError as fault:
        raise NothingToAsk(f"its JSON-LD does not parse: {fault}") from fault


def _graphs(site: Site, thing: str) -> Iterator[tuple[str, Graph]]:
    for media, answer in site.forms(thing).items():
        if answer.cut:
            raise NothingToAsk(f"{media} is too long to compare")
        try:
            yield media, site.graph(answer)
        except RdfInvalid as fault:
            demand(False, f"{media} at {thing}: {fault}")


def _canonical(graph: Graph) -> set[str]:
    try:
        return graph.canonical()
    except RdfInvalid as fault:
        raise NothingToAsk(str(fault)) from fault


def _first(site: Site) -> tuple[str, Graph]:
    for found in _graphs(site, site.thing):
        return found
    raise NothingToAsk("the thing has no form of RDF")


def _texts(site: Site) -> Iterator[Answer]:
    yield from site.forms().values()
    try:
        yield site.page
    except NothingToAsk:
        return


def _embedded(site: Site) -> Iterator[Graph]:
    data = read_page(site.page).data
    if not data:
        raise NothingToAsk("the page has no data in it (rule embedded)")
    for text in data:
        try:
            yield parse_graph(text.encode(), JSON_LD, site.page.url, site.context)
        except RdfInvalid as fault:
            demand(False, f"the data in the page: {fault}")


RULES: Final = (
    Rule(
        "graphs-equal",
        Level.must,
        "Every form of a thing is the same graph.",
        "RDF Dataset Canonicalization 1.0; RFC 9110, 12",
        "Make every form from the same statements: one query, several serialisers.",
        _equal,
    ),
    Rule(
        "graph-about",
        Level.must,
        "The description of a thing says something about it.",
        "Linked Data principles, 3",
        "Use the thing's own IRI in its description, not the address of the document.",
        _about,
    ),
    Rule(
        "graph-named",
        Level.should,
        "The description gives the thing a name for people.",
        "W3C, Data on the Web Best Practices, 2",
        "Add rdfs:label, skos:prefLabel, dcterms:title or schema:name.",
        _named,
    ),
    Rule(
        "graph-typed",
        Level.should,
        "The description says of which class the thing is.",
        "RDF Schema 1.1, 3.3",
        "Add rdf:type.",
        _typed,
    ),
    Rule(
        "utf-8",
        Level.must,
        "Texts are UTF-8, or what their charset says, throughout.",
        "Turtle 1.1, 10; RFC 8259, 8.1",
        "Decode what you read and encode what you send, both as UTF-8.",
        _utf8,
    ),
    Rule(
        "charset",
        Level.should,
        "Content-Type of a text says charset=utf-8.",
        "RFC 2046, 4.1.2; RFC 9110, 8.3.2",
        "Add ; charset=utf-8: old clients take text without it for Latin-1.",
        _charset,
    ),
    Rule(
        "embedded",
        Level.should,
        "The page has its data inside, as JSON-LD.",
        "JSON-LD 1.1, 7; schema.org",
        "Put a script of type application/ld+json into the page.",
        _has_data,
    ),
    Rule(
        "embedded-parses",
        Level.must,
        "The data inside the page parses, and says something.",
        "JSON-LD 1.1, 7",
        "Write it with a JSON library, and escape </ as <\\/.",
        _embedded_parses,
    ),
    Rule(
        "embedded-about",
        Level.should,
        "The data inside the page names the thing.",
        "JSON-LD 1.1, 3.3",
        "Give the thing its IRI as @id.",
        _embedded_about,
    ),
    Rule(
        "json-ld-compact",
        Level.should,
        "JSON-LD has a context, so that its keys are words.",
        "JSON-LD Best Practices, 1",
        "Compact what you send against a context.",
        _compact,
    ),
    Rule(
        "json-ld-context",
        Level.must,
        "A context that JSON-LD names can be had, also by scripts elsewhere.",
        "JSON-LD 1.1 API, 9.4",
        "Serve it as application/ld+json with Access-Control-Allow-Origin: *.",
        _contexts,
    ),
)
