"""The forms in which a SPARQL answer can be had."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from libri_graph.errors import LibriError, RepresentationUnavailable, RequestInvalid
from libri_graph.workers.spreadsheet import COMMA, SEMICOLON
from server import negotiation

RESULTS: Final = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
FOR_SPREADSHEETS: Final = {"excel": SEMICOLON, "excel-comma": COMMA}
"""CSV that a spreadsheet program opens as it is; had by ``format=`` only."""
TRIPLES: Final = {
    "ttl": "text/turtle",
    "turtle": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "json-ld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
GRAPH_TYPES: Final = tuple(dict.fromkeys(TRIPLES.values()))
ALSO_CALLED: Final = {
    "application/json": RESULTS["json"],
    "application/xml": RESULTS["xml"],
    "text/xml": RESULTS["xml"],
    "text/tsv": RESULTS["tsv"],
    "application/x-turtle": TRIPLES["ttl"],
    "text/rdf+n3": TRIPLES["ttl"],
    "text/n3": TRIPLES["ttl"],
}


@lru_cache(maxsize=256)
def prefers_page(accept: str) -> bool:
    """Return whether an Accept header likes HTML better than every form of an answer.

    >>> prefers_page("text/html, */*;q=0.8"), prefers_page("text/csv, text/html;q=0.3"), prefers_page("*/*")
    (True, False, False)
    """
    if negotiation.HTML not in accept:
        return False
    try:
        offered = (*RESULTS.values(), *GRAPH_TYPES, *ALSO_CALLED, negotiation.HTML)
        return negotiation.media_type(accept, offered) == negotiation.HTML
    except RepresentationUnavailable:
        return False


@lru_cache(maxsize=256)
def forms(form: str, accept: str) -> tuple[str, str]:
    """Return the media types for a table and for a graph; `form`, of ``format=``, wins over Accept.

    Raises `RequestInvalid` for a format that there is not, `RepresentationUnavailable` where nothing is accepted.
    """
    if form:
        named = {**RESULTS, **TRIPLES, **{media: media for media in (*RESULTS.values(), *TRIPLES.values())}}
        named |= ALSO_CALLED | FOR_SPREADSHEETS
        if form not in named:
            names = ", ".join([*RESULTS, *FOR_SPREADSHEETS, *TRIPLES])
            raise RequestInvalid(f"there is no format {form!r}; there are {names}")
        chosen = named[form]
        tables = (*RESULTS.values(), *FOR_SPREADSHEETS.values())
        return (chosen, TRIPLES["ttl"]) if chosen in tables else (RESULTS["json"], chosen)
    tables = tuple(RESULTS.values())
    negotiation.media_type(accept or None, (*tables, *GRAPH_TYPES, *ALSO_CALLED))
    return _first(accept, tables), _first(accept, GRAPH_TYPES)


def graph_form(form: str, accept: str) -> str:
    """Return the media type for a graph. Raises as `forms`, also where only tables are accepted."""
    if form:
        return forms(form, "")[1]
    chosen = negotiation.media_type(accept or None, (*GRAPH_TYPES, "application/x-turtle", "text/n3"))
    return ALSO_CALLED.get(chosen, chosen)


def _first(accept: str, offered: tuple[str, ...]) -> str:
    synonyms = tuple(name for name, meant in ALSO_CALLED.items() if meant in offered)
    try:
        chosen = negotiation.media_type(accept or None, (*offered, *synonyms))
    except LibriError:
        return offered[0]
    return ALSO_CALLED.get(chosen, chosen)


def content_type(media_type: str) -> str:
    """Return the Content-Type of a body in `media_type`; JSON is always UTF-8 and does not say so."""
    return media_type if media_type.endswith("json") else f"{media_type}; charset=utf-8"
