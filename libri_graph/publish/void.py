"""What is in the graph and how to take it home, as VoID: what was counted, endpoint, dumps, examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libri_graph.namespaces import PREFIXES, term

RDF_TYPE = term("rdf:type")
DATASET = term("void:Dataset")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts of this service are reached."""

    base_iri: str
    """Begins the IRIs of our things; ends in ``/``."""
    public_url: str
    """Begins the URLs of this server; ends in ``/``."""
    dumps: Sequence[str] = ()
    """File names under ``dumps/``; a name that begins with a source's id belongs to that source."""
    endpoint: str = ""
    """Address that answers SPARQL; empty where nothing does, as in a static edition."""


@dataclass(frozen=True, slots=True)
class Example:
    """A query that shows what one can ask."""

    iri: str
    title: str
    language: str
    text: str


def describe(counted: Sequence[Triple], addresses: Addresses, examples: Sequence[Example] = ()) -> list[Triple]:
    """Return the VoID description of the graph whose counts are `counted`, sorted; its only blank node is the endpoint.

    Source: Describing Linked Datasets with the VoID Vocabulary, W3C Interest Group Note, 2011.
    """
    whole = NamedNode(addresses.base_iri + "dataset")
    triples = {*counted, *_document(addresses, whole), *_whole(addresses, whole)}
    triples |= {*_dumps(counted, addresses, whole), *_examples(addresses, whole, examples)}
    return sorted(triples, key=str)


def _document(addresses: Addresses, whole: NamedNode) -> Iterator[Triple]:
    document = NamedNode(addresses.public_url + "void")
    yield Triple(document, RDF_TYPE, term("void:DatasetDescription"))
    yield Triple(document, term("foaf:primaryTopic"), whole)
    yield Triple(document, term("dcterms:title"), Literal("What LIBRI Graph holds", language="en"))


def _whole(addresses: Addresses, whole: NamedNode) -> Iterator[Triple]:
    yield Triple(whole, RDF_TYPE, DATASET)
    yield Triple(whole, term("dcterms:title"), Literal("LIBRI Graph", language="en"))
    yield Triple(whole, term("foaf:homepage"), NamedNode(addresses.public_url))
    yield Triple(whole, term("void:uriSpace"), Literal(addresses.base_iri))
    yield Triple(whole, term("rdfs:seeAlso"), NamedNode(addresses.public_url + "catalog"))
    if addresses.endpoint:
        yield Triple(whole, term("void:sparqlEndpoint"), NamedNode(addresses.endpoint))
        yield from _service(addresses.endpoint)
    yield from (Triple(whole, term("void:feature"), NamedNode(f)) for f in FEATURES)
    yield from (Triple(whole, term("void:vocabulary"), NamedNode(PREFIXES[prefix])) for prefix in VOCABULARIES)


def _dumps(counted: Sequence[Triple], addresses: Addresses, whole: NamedNode) -> Iterator[Triple]:
    """Yield the files of the whole and of each source; a source is what subjects are counted of."""
    found = {t.subject for t in counted if t.predicate == term("void:distinctSubjects")}
    owners = {one.value.rpartition("/")[2]: one for one in found if isinstance(one, NamedNode)}
    owners[WHOLE.removesuffix("-g")] = whole
    for name in addresses.dumps:
        stem = NUMBERED.match(name)
        if stem and stem[1] in owners:
            yield Triple(owners[stem[1]], term("void:dataDump"), NamedNode(f"{addresses.public_url}dumps/{name}"))


def _service(endpoint: str) -> Iterator[Triple]:
    """Yield the endpoint as a service without a name: so clients find it in whatever document they were given."""
    service = BlankNode("service")
    yield Triple(service, RDF_TYPE, NamedNode(SD + "Service"))
    yield Triple(service, NamedNode(SD + "endpoint"), NamedNode(endpoint))
    yield Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query"))
    yield Triple(service, term("rdfs:seeAlso"), NamedNode(endpoint))


def _examples(addresses: Addresses, whole: NamedNode, examples: Sequence[Example]) -> Iterator[Triple]:
    """Yield queries as SHACL says them; ``schema:target`` is the endpoint that they are for, as others do it."""
    for example in examples:
        node, form = NamedNode(example.iri), _form(example.text)
        yield Triple(node, RDF_TYPE, term("sh:SPARQLExecutable"))
        yield Triple(node, RDF_TYPE, term(f"sh:SPARQL{form.title()}Executable"))
        yield Triple(node, term("rdfs:comment"), Literal(example.title, language=example.language))
        yield Triple(node, term(f"sh:{form}"), Literal(example.text))
        if addresses.endpoint:
            yield Triple(node, term("schema:target"), NamedNode(addresses.endpoint))
        yield Triple(node, term("dcterms:isPartOf"), whole)


def _form(text: str) -> str:
    """Return the form of a query: ``select``, ``ask`` or ``construct``."""
    words = FORM.search(text)
    return words[1].lower() if words else "select"


SD = "http://www.w3.org/ns/sparql-service-description#"
AUTHORITY = {
    "en": "ENG",
    "fr": "FRA",
    "it": "ITA",
    "lv": "LAV",
    "nl": "NLD",
    "pl": "POL",
    "ro": "RON",
    "uk": "UKR",
    "ar": "ARA",
}
"""Our language tags -> their codes in the EU authority table of languages."""
FORM = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT)\b", re.IGNORECASE | re.MULTILINE)
NUMBERED = re.compile(r"(.+?)-g[0-9]")
"""The name of a dump: what it holds, then the generation."""
WHOLE = "libri-graph-g"
"""Begins the name of every dump of the whole."""
FEATURES = tuple(
    f"http://www.w3.org/ns/formats/{name}" for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
)
VOCABULARIES = ("libri", "skos", "dcterms", "org", "schema", "prov", "geo", "gsp", "sssom")
