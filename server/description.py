"""What the SPARQL endpoint says of itself."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

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


def describe_service(endpoint: str, media_type: str) -> bytes:
    """Return the service description of `endpoint`. Source: SPARQL 1.1 Service Description."""
    service = NamedNode(endpoint)
    dataset = NamedNode(f"{endpoint}#dataset")
    view = NamedNode(f"{endpoint}#view")
    triples = [
        Triple(service, term("rdf:type"), NamedNode(SD + "Service")),
        Triple(service, NamedNode(SD + "endpoint"), service),
        Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query")),
        Triple(service, NamedNode(SD + "defaultDataset"), dataset),
        Triple(dataset, term("rdf:type"), NamedNode(SD + "Dataset")),
        Triple(dataset, NamedNode(SD + "defaultGraph"), view),
        Triple(view, term("rdf:type"), NamedNode(SD + "Graph")),
        *(
            Triple(service, NamedNode(SD + "resultFormat"), NamedNode(f"http://www.w3.org/ns/formats/{name}"))
            for name in FORMATS
        ),
    ]
    if media_type == "text/turtle":
        return turtle.serialize(triples).encode()
    return pyoxigraph.serialize(triples, format=RdfFormat.from_media_type(media_type)) or b""
