"""Namespaces that the code and the data share, and the prefixes under which people read them."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import NamedNode

BASE: Final = "https://w3id.org/libri/"
LIBRI: Final = BASE + "ontology#"
SHAPES: Final = BASE + "shapes#"
IDS: Final = BASE + "id/"
CONCEPTS: Final = BASE + "concept/"
GRAPHS: Final = BASE + "graph/"

EU_COUNTRY: Final = "http://publications.europa.eu/resource/authority/country/"
EU_LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/"

PREFIXES: Final[dict[str, str]] = {
    "libri": LIBRI,
    "lsh": SHAPES,
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "dash": "http://datashapes.org/dash#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "gn": "http://www.geonames.org/ontology#",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefix -> namespace, used for every text that we write for people."""

PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
"""Local names that every RDF syntax writes without escapes."""


def term(curie: str) -> NamedNode:
    """Return the IRI that a prefixed name stands for. Raises `KeyError` for a prefix that is not in `PREFIXES`.

    >>> term("skos:prefLabel").value
    'http://www.w3.org/2004/02/skos/core#prefLabel'
    """
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def compact(iri: str) -> str:
    """Return the prefixed name of `iri` where a prefix fits and the rest is a plain name, else `iri` itself.

    >>> compact("https://schema.org/url"), compact("https://example.org/a")
    ('schema:url', 'https://example.org/a')
    """
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and PLAIN_NAME.fullmatch(local):
            return f"{prefix}:{local}"
    return iri
