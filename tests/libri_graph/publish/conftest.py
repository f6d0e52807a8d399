"""A small model and one place described with it."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple

from libri_graph.publish.context import Context, from_shapes

SHAPES = """
@prefix libri: <https://w3id.org/libri/ontology#> .
@prefix lsh: <https://w3id.org/libri/shapes#> .
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix gsp: <http://www.opengis.net/ont/geosparql#> .
@prefix gn: <http://www.geonames.org/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
lsh:Place a sh:NodeShape ; sh:targetClass libri:Place ;
    sh:property lsh:label , lsh:note , lsh:lat , lsh:population , lsh:geometry , lsh:source , lsh:start , lsh:verified .
lsh:label sh:path skos:prefLabel ; lsh:jsonKey "label" ; sh:uniqueLang true ; sh:datatype rdf:langString .
lsh:note sh:path skos:note ; lsh:jsonKey "note" ; sh:datatype rdf:langString .
lsh:lat sh:path geo:lat ; lsh:jsonKey "lat" ; sh:datatype xsd:decimal ; sh:maxCount 1 .
lsh:population sh:path gn:population ; lsh:jsonKey "population" ; sh:datatype xsd:integer ; sh:maxCount 1 .
lsh:geometry sh:path gsp:hasGeometry ; lsh:jsonKey "geometry" ; sh:nodeKind sh:IRI ; sh:maxCount 1 .
lsh:source sh:path dcterms:source ; lsh:jsonKey "source" ; sh:nodeKind sh:IRI .
lsh:verified sh:path libri:verified ; lsh:jsonKey "verified" ; sh:datatype xsd:boolean ; sh:maxCount 1 .
lsh:start sh:path schema:startDate ; lsh:jsonKey "startDate" ; sh:maxCount 1 ;
    sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYear ] ) .
"""

PLACE = """
@prefix libri: <https://w3id.org/libri/ontology#> .
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix gsp: <http://www.opengis.net/ont/geosparql#> .
@prefix gn: <http://www.geonames.org/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/libri/id/place/example> a libri:Place ;
    skos:prefLabel "Paraugs"@lv , "Example"@en ;
    skos:note "One."@en , "Two."@en ;
    geo:lat 56.8 ; gn:population 12 ; libri:verified true ;
    schema:startDate "2025-02-14"^^xsd:date ;
    dcterms:source <https://example.org/b> , <https://example.org/a> ;
    skos:notation "not in the model" ;
    gsp:hasGeometry <https://w3id.org/libri/id/place/example#geometry> .
<https://w3id.org/libri/id/place/example#geometry> a gsp:Geometry ; gsp:asWKT "POINT(24.6 56.8)"^^gsp:wktLiteral .
"""


def triples_of(turtle: str) -> list[Triple]:
    return [quad.triple for quad in pyoxigraph.parse(turtle, format=RdfFormat.TURTLE)]


@pytest.fixture(scope="session")
def context() -> Context:
    return from_shapes(triples_of(SHAPES), "https://example.org/context/1.jsonld")


@pytest.fixture(scope="session")
def place() -> list[Triple]:
    return triples_of(PLACE)


@pytest.fixture(scope="session")
def root() -> NamedNode:
    return NamedNode("https://w3id.org/libri/id/place/example")
