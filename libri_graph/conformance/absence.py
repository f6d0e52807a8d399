"""Rules about what is not there."""

from __future__ import annotations

from typing import Final

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.rule import Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import BROWSER, Site

INVENTED: Final = "libri-check-there-is-no-such-thing"


def _missing_page(site: Site) -> None:
    answer = _missing(site, BROWSER)
    demand(answer.status in (404, 410), f"{answer.url} came as {answer.told}")


def _missing_rdf(site: Site) -> None:
    answer = _missing(site, "text/turtle")
    demand(answer.status in (404, 410), f"{answer.url} came as {answer.told}")


def _missing_told(site: Site) -> None:
    answer = _missing(site, BROWSER)
    demand(bool(answer.body.strip()) and bool(answer.media_type), f"{answer.url} came as {answer.told}")


def _missing_cors(site: Site) -> None:
    answer = _missing(site, "application/ld+json")
    demand(
        answer.header("Access-Control-Allow-Origin") in ("*", "https://example.org"),
        f"{answer.status} without Access-Control-Allow-Origin",
    )


def _gone(site: Site) -> None:
    if not site.gone:
        raise NothingToAsk("nothing is named that is gone (--gone URL)")
    for accept in (BROWSER, "text/turtle"):
        answer = site.asker.get(site.gone, accept)
        demand(answer.status == 410 and bool(answer.body.strip()), f"for {accept} came {answer.told}")


def _missing(site: Site, accept: str) -> Answer:
    things = site.things or site.candidates or (site.url,)
    beside = things[0].partition("?")[0].rstrip("/").rpartition("/")[0]
    place = beside if len(beside) >= len(site.root.rstrip("/")) else site.root.rstrip("/")
    return site.asker.follow(f"{place}/{INVENTED}", {"Accept": accept, "Origin": "https://example.org"})[-1]


RULES: Final = (
    Rule(
        "missing-page",
        Level.must,
        "A page about what there is not is a 404.",
        "RFC 9110, 15.5.5",
        "Answer 404, not a page with a friendly word and 200.",
        _missing_page,
    ),
    Rule(
        "missing-rdf",
        Level.must,
        "RDF about what there is not is a 404, never an empty graph.",
        "RFC 9110, 15.5.5",
        "Look whether anything is known before you serialise.",
        _missing_rdf,
    ),
    Rule(
        "missing-told",
        Level.should,
        "A 404 says something, and in which form.",
        "RFC 9110, 15.5; RFC 9457",
        "Send a page or application/problem+json with it.",
        _missing_told,
    ),
    Rule(
        "missing-cors",
        Level.should,
        "A script on another site can read that something is not there.",
        "Fetch, 3.3",
        "Send Access-Control-Allow-Origin with errors too.",
        _missing_cors,
    ),
    Rule(
        "gone-410",
        Level.should,
        "What was here once is a 410 that says so, as a page and for machines (asked with --gone).",
        "RFC 9110, 15.5.11",
        "Keep a tombstone for everything that had an address.",
        _gone,
    ),
)
