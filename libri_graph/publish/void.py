"""What is in the graph and how to take it home, as VoID: data sets, sizes, link sets, endpoint, dumps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from libri_graph.namespaces import EU_LANGUAGE, PREFIXES, compact, term
from libri_graph.store.protocol import Solution, Store

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


@dataclass(frozen=True, slots=True)
class Example:
    """A query that shows what one can ask."""

    iri: str
    title: str
    language: str
    text: str


def describe(store: Store, addresses: Addresses, examples: Sequence[Example] = ()) -> list[Triple]:
    """Return the VoID description of `store`, sorted; its only blank node is the endpoint.

    Counts are those of the view for the whole and those of its own graph for each source.
    Source: Describing Linked Datasets with the VoID Vocabulary, W3C Interest Group Note, 2011.
    """
    whole = NamedNode(addresses.base_iri + "dataset")
    triples = set(_document(addresses, whole))
    triples |= set(_whole(store, addresses, whole))
    triples |= set(_partitions(store, whole))
    triples |= set(_sources(store, addresses, whole))
    triples |= set(_linksets(store, addresses, whole))
    triples |= set(_languages(store, whole))
    triples |= set(_examples(addresses, whole, examples))
    return sorted(triples, key=str)


def _document(addresses: Addresses, whole: NamedNode) -> Iterator[Triple]:
    document = NamedNode(addresses.public_url + "void")
    yield Triple(document, RDF_TYPE, term("void:DatasetDescription"))
    yield Triple(document, term("foaf:primaryTopic"), whole)
    yield Triple(document, term("dcterms:title"), Literal("What LIBRI Graph holds", language="en"))


def _whole(store: Store, addresses: Addresses, whole: NamedNode) -> Iterator[Triple]:
    totals = store.select("void/totals")[0]
    yield Triple(whole, RDF_TYPE, DATASET)
    yield Triple(whole, term("dcterms:title"), Literal("LIBRI Graph", language="en"))
    yield Triple(whole, term("foaf:homepage"), NamedNode(addresses.public_url))
    yield Triple(whole, term("void:sparqlEndpoint"), NamedNode(addresses.public_url + "sparql"))
    yield Triple(whole, term("void:uriSpace"), Literal(addresses.base_iri))
    yield Triple(whole, term("rdfs:seeAlso"), NamedNode(addresses.public_url + "catalog"))
    yield from _service(addresses)
    yield Triple(whole, term("void:triples"), _count(totals, "triples"))
    yield Triple(whole, term("void:distinctSubjects"), _count(totals, "subjects"))
    yield Triple(whole, term("void:properties"), _count(totals, "predicates"))
    yield from (Triple(whole, term("void:feature"), NamedNode(f)) for f in FEATURES)
    yield from (Triple(whole, term("void:vocabulary"), NamedNode(PREFIXES[prefix])) for prefix in VOCABULARIES)
    yield from (
        Triple(whole, term("void:dataDump"), NamedNode(f"{addresses.public_url}dumps/{name}"))
        for name in addresses.dumps
        if name.startswith(WHOLE)
    )


def _service(addresses: Addresses) -> Iterator[Triple]:
    """Yield the endpoint as a service without a name: so clients find it in whatever document they were given."""
    service = BlankNode("service")
    yield Triple(service, RDF_TYPE, NamedNode(SD + "Service"))
    yield Triple(service, NamedNode(SD + "endpoint"), NamedNode(addresses.public_url + "sparql"))
    yield Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query"))
    yield Triple(service, term("rdfs:seeAlso"), NamedNode(addresses.public_url + "sparql"))


def _partitions(store: Store, whole: NamedNode) -> Iterator[Triple]:
    for row in store.select("void/classes"):
        yield from _partition(whole, "class", row["class"], "entities", _count(row, "entities"))
    for row in store.select("void/properties"):
        yield from _partition(whole, "property", row["property"], "triples", _count(row, "triples"))
    sources = {row["graph"] for row in store.select("void/sources")}
    for row in store.select("void/source_classes"):
        if row["graph"] in sources:
            yield from _partition(row["graph"], "class", row["class"], "entities", _count(row, "entities"))
    for row in store.select("void/source_properties"):
        if row["graph"] in sources:
            yield from _partition(row["graph"], "property", row["property"], "triples", _count(row, "triples"))


def _partition(dataset: object, kind: str, of: object, measure: str, count: Literal) -> Iterator[Triple]:
    assert isinstance(dataset, NamedNode)  # noqa: S101  # the whole or a source
    assert isinstance(of, NamedNode)  # noqa: S101  # classes and predicates are IRIs in our data
    part = NamedNode(f"{dataset.value}#{kind}-{compact(of.value).replace(':', '-').replace('/', '-')}")
    yield Triple(dataset, term(f"void:{kind}Partition"), part)
    yield Triple(part, RDF_TYPE, DATASET)
    yield Triple(part, term(f"void:{kind}"), of)
    yield Triple(part, term(f"void:{measure}"), count)


def _languages(store: Store, whole: NamedNode) -> Iterator[Triple]:
    """Yield in which languages texts are: of the whole, and of each source; counts are those of texts."""
    sources = {row["graph"] for row in store.select("void/sources")}
    rows = [(whole, row) for row in store.select("void/languages")]
    rows += [(row["graph"], row) for row in store.select("void/source_languages") if row["graph"] in sources]  # type: ignore[misc]  # graph names
    for dataset, row in rows:
        tag = row["language"]
        assert isinstance(tag, Literal)  # noqa: S101  # LANG makes a string
        part = NamedNode(f"{dataset.value}#language-{tag.value}")
        yield Triple(dataset, term("void:subset"), part)
        yield Triple(part, RDF_TYPE, DATASET)
        yield Triple(part, term("dc:language"), tag)
        yield Triple(part, term("void:triples"), _count(row, "triples"))
        if tag.value in AUTHORITY:
            language = NamedNode(EU_LANGUAGE + AUTHORITY[tag.value])
            yield Triple(dataset, term("dcterms:language"), language)
            yield Triple(part, term("dcterms:language"), language)


def _examples(addresses: Addresses, whole: NamedNode, examples: Sequence[Example]) -> Iterator[Triple]:
    """Yield queries as SHACL says them; ``schema:target`` is the endpoint that they are for, as others do it."""
    endpoint = NamedNode(addresses.public_url + "sparql")
    for example in examples:
        node, form = NamedNode(example.iri), _form(example.text)
        yield Triple(node, RDF_TYPE, term("sh:SPARQLExecutable"))
        yield Triple(node, RDF_TYPE, term(f"sh:SPARQL{form.title()}Executable"))
        yield Triple(node, term("rdfs:comment"), Literal(example.title, language=example.language))
        yield Triple(node, term(f"sh:{form}"), Literal(example.text))
        yield Triple(node, term("schema:target"), endpoint)
        yield Triple(node, term("dcterms:isPartOf"), whole)


def _form(text: str) -> str:
    """Return the form of a query: ``select``, ``ask`` or ``construct``."""
    words = FORM.search(text)
    return words[1].lower() if words else "select"


def _sources(store: Store, addresses: Addresses, whole: NamedNode) -> Iterator[Triple]:
    for row in store.select("void/sources"):
        graph = row["graph"]
        assert isinstance(graph, NamedNode)  # noqa: S101  # a graph name
        yield Triple(whole, term("void:subset"), graph)
        yield Triple(graph, RDF_TYPE, DATASET)
        yield Triple(graph, term("void:triples"), _count(row, "triples"))
        yield Triple(graph, term("void:distinctSubjects"), _count(row, "subjects"))
        yield from (
            Triple(graph, predicate, quad.object)
            for predicate in SAID_OF_A_SOURCE
            for quad in store.quads(graph, predicate, None, graph)
        )
        name = graph.value.rsplit("/", 1)[-1]
        yield from (
            Triple(graph, term("void:dataDump"), NamedNode(f"{addresses.public_url}dumps/{file}"))
            for file in addresses.dumps
            if file.startswith(f"{name}-g")
        )


def _linksets(store: Store, addresses: Addresses, whole: NamedNode) -> Iterator[Triple]:
    base, sources = Literal(addresses.base_iri), {row["graph"] for row in store.select("void/sources")}
    for row in store.select("void/links", base=base):
        yield from _linkset(whole, row)
    for row in store.select("void/source_links", base=base):
        if row["graph"] in sources:
            yield from _linkset(row["graph"], row)


def _linkset(dataset: object, row: Solution) -> Iterator[Triple]:
    predicate, host = row["property"], row["host"]
    assert isinstance(dataset, NamedNode)  # noqa: S101  # the whole or a source
    assert isinstance(predicate, NamedNode)  # noqa: S101  # a predicate
    assert isinstance(host, Literal)  # noqa: S101  # REPLACE makes a string
    authority = urlsplit(host.value).netloc
    if not authority:  # an IRI of no server, such as urn:
        return
    name = f"{compact(predicate.value).replace(':', '-')}-{authority}"
    linkset, target = NamedNode(f"{dataset.value}#links-{name}"), NamedNode(host.value)
    yield Triple(dataset, term("void:subset"), linkset)
    yield Triple(linkset, RDF_TYPE, term("void:Linkset"))
    yield Triple(linkset, term("void:subjectsTarget"), dataset)
    yield Triple(linkset, term("void:objectsTarget"), target)
    yield Triple(linkset, term("void:linkPredicate"), predicate)
    yield Triple(linkset, term("void:triples"), _count(row, "triples"))
    yield Triple(target, RDF_TYPE, DATASET)
    yield Triple(target, term("void:uriSpace"), host)


def _count(row: Solution, name: str) -> Literal:
    value = row[name]
    assert isinstance(value, Literal)  # noqa: S101  # COUNT makes a literal
    return value


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
WHOLE = "libri-graph-g"
"""Begins the name of every dump of the whole."""
FEATURES = tuple(
    f"http://www.w3.org/ns/formats/{name}" for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
)
VOCABULARIES = ("libri", "skos", "dcterms", "org", "schema", "prov", "geo", "gsp", "sssom")
SAID_OF_A_SOURCE = tuple(
    term(f"dcterms:{name}") for name in ("title", "description", "publisher", "license", "issued", "modified", "source")
)
