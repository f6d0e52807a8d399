"""Rules about how one address leads to another."""

from __future__ import annotations

from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from libri_graph.conformance.answer import PERMANENT, Answer
from libri_graph.conformance.asker import MOST_STEPS
from libri_graph.conformance.rule import Broken, Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import BROWSER, Site

MOST_HOPS: Final = 2
"""From a thing to its description, and from there to a form of it."""
SEE_OTHER: Final = "W3C, Cool URIs for the Semantic Web, 4"


def _see_other(site: Site) -> None:
    first = _ways(site)[0][0]
    if not first.redirects:
        raise NothingToAsk("the thing is answered where it is asked")
    demand(first.status == 303, f"{first.url} sends to {first.header('Location')} by {first.status}")


def _see_other_varies(site: Site) -> None:
    firsts = [way[0] for way in _ways(site)]
    if len({first.header("Location") for first in firsts}) < 2:
        raise NothingToAsk("where the thing sends does not depend on Accept")
    bad = [first for first in firsts if first.redirects and not first.lists("Vary", "Accept")]
    demand(not bad, f"{site.thing} sends elsewhere by Accept, and says Vary: {firsts[0].header('Vary') or 'nothing'}")


def _short(site: Site) -> None:
    longest = max(_ways(site), key=len)
    hops = len(longest) - 1
    demand(hops <= MOST_HOPS, " -> ".join(answer.url for answer in longest))


def _ends(site: Site) -> None:
    for way in _ways(site):
        demand(not way[-1].redirects, f"{site.thing} is not at its end after {MOST_STEPS} redirects: {way[-1].url}")


def _stays_safe(site: Site) -> None:
    for way in _ways(site):
        for here, there in pairwise(way):
            lost = urlsplit(here.url).scheme == "https" and urlsplit(there.url).scheme == "http"
            demand(not lost, f"{here.url} leads to {there.url}")


def _stays_public(site: Site) -> None:
    try:
        _ways(site)
    except Broken as fault:
        if "public address" in str(fault):
            raise
        raise NothingToAsk(str(fault)) from fault


def _well_written(site: Site) -> None:
    for way in _ways(site):
        for answer in way:
            place = answer.header("Location")
            demand(" " not in place and place.isascii(), f"Location is {place!r}")


def _slash(site: Site) -> None:
    answer = _with_slash(site)
    demand(
        answer.status in PERMANENT and bool(answer.header("Location")),
        f"{answer.url} came as {answer.told}",
    )


def _one_address(site: Site) -> None:
    answer = _with_slash(site)
    demand(answer.status != 200, f"{answer.url} is answered like the address without the slash")


def _with_slash(site: Site) -> Answer:
    if site.thing.endswith("/") or urlsplit(site.thing).query:
        raise NothingToAsk("the thing's own address ends in a slash or has a query")
    return site.asker.ask(f"{site.thing}/", headers={"Accept": BROWSER})


def _ways(site: Site) -> list[list[Answer]]:
    media, _ = site.described()
    return [site.asker.follow(site.thing, {"Accept": accept}) for accept in (media, BROWSER)]


RULES: Final = (
    Rule(
        "redirect-303",
        Level.should,
        "A thing that is no document sends to its description by 303.",
        SEE_OTHER,
        "Answer 303 See Other; 301 and 308 say that the thing itself has another address.",
        _see_other,
    ),
    Rule(
        "redirect-vary",
        Level.should,
        "A redirect that depends on Accept says so in Vary.",
        "RFC 9110, 12.5.5",
        "Send Vary: Accept with the redirect too.",
        _see_other_varies,
    ),
    Rule(
        "redirect-short",
        Level.should,
        "A thing leads to its form in two steps at most.",
        SEE_OTHER,
        "Let the first redirect lead to the end.",
        _short,
    ),
    Rule("redirect-ends", Level.must, "Redirects end.", "RFC 9110, 15.4", "Break the circle.", _ends),
    Rule(
        "redirect-https",
        Level.must,
        "A redirect never leads from https to http.",
        "RFC 9110, 17; W3C, Securing the Web",
        "Write redirects with the scheme that readers use (X-Forwarded-Proto behind a proxy).",
        _stays_safe,
    ),
    Rule(
        "redirect-public",
        Level.must,
        "A redirect never leads to a private address.",
        "RFC 6890",
        "Write redirects with the public name of the server.",
        _stays_public,
    ),
    Rule(
        "redirect-location",
        Level.must,
        "Location is an address as URLs are written: ASCII, no spaces.",
        "RFC 9110, 10.2.2; RFC 3986",
        "Percent-encode what is not ASCII.",
        _well_written,
    ),
    Rule(
        "slash-redirects",
        Level.may,
        "The address with a slash at its end leads permanently to the one without.",
        "RFC 9110, 15.4.9",
        "Answer 308.",
        _slash,
    ),
    Rule(
        "slash-one-address",
        Level.should,
        "The address with a slash at its end is no second address of the same.",
        "W3C, Architecture of the World Wide Web, 2.3.1",
        "Redirect it, or answer 404.",
        _one_address,
    ),
)
