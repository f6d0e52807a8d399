"""The fields of the index, and how much a word weighs in each."""

from __future__ import annotations

import hashlib
from typing import Final

import tantivy

TITLE: Final = "title"
TEXT: Final = "text"
NAMES: Final = (
    "skos:prefLabel",
    "skos:altLabel",
    "skos:hiddenLabel",
    "rdfs:label",
    "dcterms:title",
    "foaf:name",
    "libri:acronym",
    "libri:gloss",
    "libri:measure",
)
"""Predicates of names; they make the title."""
PASSAGES: Final = (
    "dcterms:description",
    "skos:definition",
    "libri:needDescription",
    "libri:methodDescription",
    "libri:resultDescription",
    "libri:transferabilityDescription",
    "libri:organiserName",
    "libri:partnerName",
    "libri:advice",
    "libri:feature",
    "libri:objective",
)
"""Predicates of everything else that is said in words."""
LINKS: Final = {
    "about": ("libri:serviceType", "libri:need", "dcterms:type", "org:classification", "libri:transferability"),
    "whom": ("libri:targetGroup",),
    "where": ("libri:country", "libri:place"),
    "who": ("libri:organiser", "libri:partner", "libri:project", "dcterms:publisher", "dcterms:creator"),
    "tongue": ("dcterms:language",),
    "domain": ("libri:domain",),
    "broader": ("skos:broader",),
}
"""Field -> predicates of the things that a record names."""
LINK_WEIGHTS: Final = {"about": 0.95, "whom": 0.9, "where": 0.9, "who": 0.8, "tongue": 0.55, "domain": 0.5}
WORD_FIELDS: Final = {
    "title": 1.0,
    "draft_title": 0.8,
    "text": 0.6,
    "draft_text": 0.45,
}
"""Field -> weight of a word in it; what a machine translated and nobody reviewed weighs less."""
FIELD_OF_LINK: Final = {predicate: field for field, predicates in LINKS.items() for predicate in predicates}
READ: Final = (*NAMES, *PASSAGES, *FIELD_OF_LINK)
"""Every predicate that the index reads, but for class, grade and drafts."""
NAMED_IN: Final = {
    "skos:Concept": ("about", "whom", "domain"),
    "dcterms:Location": ("where",),
    "dcterms:LinguisticSystem": ("tongue",),
    "Place": ("where",),
    "Organisation": ("who",),
    "Library": ("who",),
    "Project": ("who",),
}
"""Kind of what records name -> the fields in which they do."""
FIRST: Final = (
    "Initiative",
    "Partnership",
    "Practice",
    "Guide",
    "Strategy",
    "Event",
    "Organisation",
    "Library",
    "Platform",
    "Project",
)
"""Kinds that people come for."""
KINDS: Final = (*FIRST, "Place", "Contradiction", "Observation", "skos:Concept", "dcterms:Location", "Source")
"""Kinds that are found; a language only leads to what names it."""
NEVER_FOUND: Final = "dcterms:LinguisticSystem"
INDEXED: Final = (*KINDS, NEVER_FOUND)
GENERAL: Final = ("skos:Concept", "Organisation", "Initiative")
"""Classes that a more special one stands before."""
FORM_WEIGHT: Final = 0.85
"""Of another form of the same word."""
PREFIX_WEIGHT: Final = 0.6
TYPO_WEIGHT: Final = 0.5


def bases_of(field: str) -> str:
    """Return the field that holds the stems of the words in `field`."""
    return f"{field}_base"


def title_or_text(predicate: str) -> str:
    """Return which of the two a predicate's words belong to."""
    return TITLE if predicate in NAMES else TEXT


def schema() -> tantivy.Schema:
    """Return the fields; terms are made by our own analysis, so tantivy only parts them at spaces."""
    made = tantivy.SchemaBuilder()
    made.add_text_field("iri", stored=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field("kind", stored=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field("name", tokenizer_name="raw", index_option="basic")
    made.add_text_field("word", tokenizer_name="whitespace", index_option="basic")
    for field in WORD_FIELDS:
        made.add_text_field(field, tokenizer_name="whitespace", index_option="position")
        made.add_text_field(bases_of(field), tokenizer_name="whitespace", index_option="basic")
    for field in LINKS:
        made.add_text_field(field, tokenizer_name="raw", index_option="basic")
    made.add_float_field("rank", fast=True)
    made.add_unsigned_field("country", fast=True)
    made.add_bytes_field("stored", stored=True)
    return made.build()


def rank(iri: str, kind: str, grade: str) -> float:
    """Return what a document has over another that matches as well: its kind, its evidence, then a fixed lot.

    The lot sets records of one service in an order that has nothing to do with their names, so that the first ten come
    from many countries; and no two documents tie, so the order is the same however the index came to be.
    """
    lot = digest(iri) / (1 << 24)
    return (0.10 if kind in FIRST else 0.0) + {"a": 0.03, "b": 0.015}.get(grade, 0.0) + 0.02 * lot


def digest(iri: str) -> int:
    """Return a number below 2 to the 24th that stands for `iri`, the same everywhere."""
    return int.from_bytes(hashlib.blake2b(iri.encode(), digest_size=3).digest(), "big")
