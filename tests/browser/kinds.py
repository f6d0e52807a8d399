"""One page of each kind that the site has, by name."""

from __future__ import annotations

from typing import Final

COUNTRY: Final = "http://publications.europa.eu/resource/authority/country/LVA"
KINDS: Final = {
    "home": "",
    "list": "initiatives",
    "list-narrowed": "initiatives?country=LVA&page=2",
    "list-empty": "initiatives?country=ISL&from=1900&to=1901",
    "list-practices": "practices?transfer=very-high",
    "list-organisations": "organisations",
    "list-guides": "guides",
    "list-strategies": "strategies",
    "list-events": "events",
    "list-platforms": "platforms",
    "list-places": "places",
    "list-contradictions": "contradictions",
    "map": "map",
    "search": "search?q=caf%C3%A9",
    "search-without-results": "search?q=zzqqxx",
    "needs": "needs",
    "initiative": "doc/initiative/stavanger-sprakkafe",
    "practice": "doc/practice/volunteer-language-cafe",
    "guide": "doc/guide/libri-practical-guide",
    "organisation": "doc/organisation/riga-central-library",
    "strategy": "doc/strategy/zaragoza-declaration",
    "event": "doc/event/lv-opening-2024",
    "place": "doc/place/ogre-lv",
    "platform": "doc/platform/e-panema",
    "observation": "doc/observation/ogre-ukrainian-bookshelf-books",
    "project": "doc/project/libri",
    "contradiction": "doc/contradiction/project-end",
    "scheme": "concept/service-types",
    "concept": "concept/service-types/language-cafe",
    "country": "country/LVA",
    "naming": f"naming?iri={COUNTRY}&by=libri:country",
    "ontology": "ontology",
    "ontology-module": "ontology/practices",
    "shapes": "shapes",
    "source": "graph/libri",
    "dumps": "dumps/",
    "catalog": "catalog",
    "privacy": "privacy",
    "accessibility": "accessibility",
    "other-record": "doc/membership/libri-bsf",
    "changes": "changes",
    "history": "doc/practice/volunteer-language-cafe/history",
    "query": "sparql",
    "query-answered": "sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%205",
    "api": "api",
    "not-found": "doc/practice/nothing-here",
    "bad-request": "initiatives?page=many",
    "bad-query": "sparql?query=SELEC",
    "gone": "dumps/?generation=1",
}
WRONG: Final = {"not-found": 404, "bad-request": 400, "bad-query": 400, "gone": 410}
"""Status of the pages that say what went wrong."""


def in_language(kind: str, language: str) -> str:
    """Return the address of a page of `kind`, in `language`."""
    path = KINDS[kind]
    return f"{path}{'&' if '?' in path else '?'}lang={language}"
