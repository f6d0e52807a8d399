"""IRIs that rules look for in what a server says about itself and its things."""

from __future__ import annotations

from typing import Final

RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
VOID: Final = "http://rdfs.org/ns/void#"
DCAT: Final = "http://www.w3.org/ns/dcat#"
DCTERMS: Final = "http://purl.org/dc/terms/"
SD: Final = "http://www.w3.org/ns/sparql-service-description#"
NAMES: Final = (
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    f"{DCTERMS}title",
    "http://purl.org/dc/elements/1.1/title",
    "http://xmlns.com/foaf/0.1/name",
    "http://schema.org/name",
    "https://schema.org/name",
)
"""Properties that name a thing to people."""
LICENCES: Final = (
    f"{DCTERMS}license",
    "http://creativecommons.org/ns#license",
    "http://schema.org/license",
    "https://schema.org/license",
    "http://www.w3.org/1999/xhtml/vocab#license",
)
SCHEMA_ORG: Final = ("http://schema.org", "https://schema.org", "http://schema.org/", "https://schema.org/")
"""Addresses of its context, which is large; what it says of a page's data is that every key is a word of schema.org."""
