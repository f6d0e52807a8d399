"""What the SPARQL endpoint says of itself."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from libri_graph.namespaces import term
from libri_graph.publish import turtle

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "TriG",
)


FEATURES = ("BasicFederatedQuery",)


def describe_service(public_url: str, media_type: str, *, plain: bool = False) -> bytes:
    """Return the service description of the endpoint below `public_url`, updates and graph store included.

    Source: SPARQL 1.1 Service Description.
    """
    address = public_url + "sparql"
    service = NamedNode(address)
    dataset, view = NamedNode(f"{address}#dataset"), NamedNode(f"{address}#view")
    triples = [
        Triple(service, term("rdf:type"), NamedNode(SD + "Service")),
        Triple(service, NamedNode(SD + "endpoint"), service),
        Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query")),
        Triple(service, NamedNode(SD + "defaultDataset"), dataset),
        Triple(dataset, term("rdf:type"), NamedNode(SD + "Dataset")),
        Triple(dataset, NamedNode(SD + "defaultGraph"), view),
        Triple(view, term("rdf:type"), NamedNode(SD + "Graph")),
        *_updates(public_url),
        *(Triple(service, NamedNode(SD + "feature"), NamedNode(SD + name)) for name in FEATURES),
        *(
            Triple(service, NamedNode(SD + "resultFormat"), NamedNode(f"http://www.w3.org/ns/formats/{name}"))
            for name in FORMATS
        ),
    ]
    if not plain:
        label = Literal("Every published triple once: the view of all sources", language="en")
        triples.append(Triple(view, term("dcterms:description"), label))
        triples.append(Triple(dataset, term("rdfs:seeAlso"), NamedNode(f"{public_url}void")))
    if media_type == "text/turtle":
        return turtle.serialize(triples).encode()
    return pyoxigraph.serialize(triples, format=RdfFormat.from_media_type(media_type)) or b""


def _updates(public_url: str) -> list[Triple]:
    service = NamedNode(public_url + "sparql/update")
    return [
        Triple(service, term("rdf:type"), NamedNode(SD + "Service")),
        Triple(service, NamedNode(SD + "endpoint"), service),
        Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Update")),
    ]
