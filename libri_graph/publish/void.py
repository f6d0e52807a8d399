"""What is in the graph and how to take it home, as VoID: data sets, sizes, link sets, endpoint, dumps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Triple

from libri_graph.namespaces import PREFIXES, compact, term
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


def describe(store: Store, addresses: Addresses) -> list[Triple]:
    """Return the VoID description of `store`, sorted, without blank nodes.

    Counts are those of the view for the whole and those of its own graph for each source.
    Source: Describing Linked Datasets with the VoID Vocabulary, W3C Interest Group Note, 2011.
    """
    whole = NamedNode(addresses.base_iri + "dataset")
    triples = set(_document(addresses, whole))
    triples |= set(_whole(store, addresses, whole))
    triples |= set(_partitions(store, whole))
    triples |= set(_sources(store, addresses, whole))
    triples |= set(_linksets(store, addresses, whole))
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


def _partitions(store: Store, whole: NamedNode) -> Iterator[Triple]:
    for row in store.select("void/classes"):
        yield from _partition(whole, "class", row["class"], "entities", _count(row, "entities"))
    for row in store.select("void/properties"):
        yield from _partition(whole, "property", row["property"], "triples", _count(row, "triples"))


def _partition(whole: NamedNode, kind: str, of: object, measure: str, count: Literal) -> Iterator[Triple]:
    assert isinstance(of, NamedNode)  # noqa: S101  # classes and predicates are IRIs in our data
    part = NamedNode(f"{whole.value}#{kind}-{compact(of.value).replace(':', '-').replace('/', '-')}")
    yield Triple(whole, term(f"void:{kind}Partition"), part)
    yield Triple(part, RDF_TYPE, DATASET)
    yield Triple(part, term(f"void:{kind}"), of)
    yield Triple(part, term(f"void:{measure}"), count)


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
    for row in store.select("void/links", base=Literal(addresses.base_iri)):
        predicate, host = row["property"], row["host"]
        assert isinstance(predicate, NamedNode)  # noqa: S101  # a predicate
        assert isinstance(host, Literal)  # noqa: S101  # REPLACE makes a string
        authority = urlsplit(host.value).netloc
        if not authority:  # an IRI of no server, such as urn:
            continue
        name = f"{compact(predicate.value).replace(':', '-')}-{authority}"
        linkset, target = NamedNode(f"{whole.value}#links-{name}"), NamedNode(host.value)
        yield Triple(whole, term("void:subset"), linkset)
        yield Triple(linkset, RDF_TYPE, term("void:Linkset"))
        yield Triple(linkset, term("void:subjectsTarget"), whole)
        yield Triple(linkset, term("void:objectsTarget"), target)
        yield Triple(linkset, term("void:linkPredicate"), predicate)
        yield Triple(linkset, term("void:triples"), _count(row, "triples"))
        yield Triple(target, RDF_TYPE, DATASET)
        yield Triple(target, term("void:uriSpace"), host)


def _count(row: Solution, name: str) -> Literal:
    value = row[name]
    assert isinstance(value, Literal)  # noqa: S101  # COUNT makes a literal
    return value


WHOLE = "libri-graph-g"
"""Begins the name of every dump of the whole."""
FEATURES = tuple(
    f"http://www.w3.org/ns/formats/{name}" for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
)
VOCABULARIES = ("libri", "skos", "dcterms", "org", "schema", "prov", "geo", "gsp", "sssom")
SAID_OF_A_SOURCE = tuple(
    term(f"dcterms:{name}") for name in ("title", "description", "publisher", "license", "issued", "modified", "source")
)
