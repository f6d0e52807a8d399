"""Rules about the links that an answer carries in its headers."""

from __future__ import annotations

from typing import Final

from libri_graph.conformance.graph import FORMS, RdfInvalid
from libri_graph.conformance.html_page import read_page
from libri_graph.conformance.link_header import Link, LinkInvalid, links
from libri_graph.conformance.rule import Broken, Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import Site, said_links
from libri_graph.conformance.words import LICENCES

MOST_FOLLOWED: Final = 8
SIGNPOSTING: Final = "FAIR Signposting, level 1"


def _parses(site: Site) -> None:
    _, answer = site.described()
    pages = [answer, site.page] if _has_page(site) else [answer]
    if not any(page.header("Link") for page in pages):
        raise NothingToAsk("there is no Link header")
    for page in pages:
        try:
            links(page)
        except LinkInvalid as fault:
            raise Broken(str(fault)) from fault


def _alternate(site: Site) -> None:
    linked = {link.media_type for link in _of_page(site) if link.rel in ("alternate", "describedby", "item")}
    demand(bool(linked & set(FORMS)), "the page leads to no form of RDF")


def _described_by(site: Site) -> None:
    _demand_rel(_of_page(site), "describedby")


def _cite_as(site: Site) -> None:
    _demand_rel(_of_page(site), "cite-as")


def _cite_as_true(site: Site) -> None:
    named = [link.target for link in _of_page(site) if link.rel == "cite-as"]
    if not named:
        raise NothingToAsk("there is no link cite-as")
    known = {site.thing, site.iri(site.thing)}
    demand(len(named) == 1 and named[0] in known, f"cite-as is {', '.join(named)}, the thing {site.iri(site.thing)}")


def _kind(site: Site) -> None:
    _demand_rel(_of_page(site), "type")


def _licence(site: Site) -> None:
    _, answer = site.described()
    if any(link.rel == "license" for link in site.links_of(answer)):
        return
    try:
        demand(any(site.graph(answer).objects(None, *LICENCES)), "neither a link nor a statement names a licence")
    except RdfInvalid as fault:
        raise NothingToAsk(str(fault)) from fault


def _lead_somewhere(site: Site) -> None:
    named = dict.fromkeys(address for link in _of_page(site) if (address := site.here(link.target)))
    if not named:
        raise NothingToAsk("no link leads to this server")
    for address in list(named)[:MOST_FOLLOWED]:
        answer = site.asker.get(address)
        demand(answer.status < 400, f"{address} came as {answer.told}")


def _title(site: Site) -> None:
    demand(bool(read_page(site.page).title.strip()), "the page has no title")


def _of_page(site: Site) -> list[Link]:
    return said_links(site.page)


def _has_page(site: Site) -> bool:
    try:
        return bool(site.page)
    except NothingToAsk:
        return False


def _demand_rel(found: list[Link], rel: str) -> None:
    there = sorted({link.rel for link in found})
    demand(rel in there, f"no link {rel}; there are {', '.join(there) or 'none'}")


RULES: Final = (
    Rule(
        "link-parses",
        Level.must,
        "Link headers parse, and every link has a rel.",
        "RFC 8288, 3",
        'Write <address>; rel="name", with commas between links.',
        _parses,
    ),
    Rule(
        "link-alternate",
        Level.should,
        "The page leads to the thing's forms of RDF, each with its type.",
        "RFC 8288; HTML, 4.6.7.1",
        'Send Link: <...>; rel="alternate"; type="text/turtle", or the same as link elements.',
        _alternate,
    ),
    Rule(
        "link-license",
        Level.should,
        "A description names its licence, by a link or in its statements.",
        "RFC 4946; W3C, Data on the Web Best Practices, 4",
        'Send Link: <...>; rel="license".',
        _licence,
    ),
    Rule(
        "link-describedby",
        Level.should,
        "The page links what describes it to machines.",
        SIGNPOSTING,
        'Send Link: <...>; rel="describedby"; type="...".',
        _described_by,
    ),
    Rule(
        "link-cite-as",
        Level.may,
        "The page says by which IRI the thing is cited.",
        "RFC 8574; " + SIGNPOSTING,
        'Send Link: <IRI of the thing>; rel="cite-as".',
        _cite_as,
    ),
    Rule(
        "link-cite-as-true",
        Level.should,
        "It is cited by one IRI, its own.",
        "RFC 8574, 3",
        "Link the thing's IRI, not the address of the page.",
        _cite_as_true,
    ),
    Rule("link-type", Level.may, "The page says of what kind it is.", SIGNPOSTING, 'Send rel="type".', _kind),
    Rule(
        "links-answer",
        Level.should,
        "The links of the page to this server are answered.",
        "W3C, Cool URIs don't change",
        "Make the links from the same table as the routes.",
        _lead_somewhere,
    ),
    Rule(
        "page-title",
        Level.should,
        "The page has a title.",
        "HTML, 4.2.2; WCAG 2.2, 2.4.2",
        "Name the thing in the title element.",
        _title,
    ),
)
