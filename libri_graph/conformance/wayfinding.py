"""Rules about what crawlers and people with a worry look for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from libri_graph.conformance import sitemap
from libri_graph.conformance.answer import Answer
from libri_graph.conformance.asker import origin
from libri_graph.conformance.rule import Broken, Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import BROWSER, Site

MOST_PLACES: Final = 50_000
MOST_BYTES: Final = 50 << 20


def _robots(site: Site) -> None:
    answer = site.asker.get(urljoin(site.root, "robots.txt"))
    demand(answer.status == 200 and answer.media_type == "text/plain", f"/robots.txt came as {answer.told}")


def _robots_let_things(site: Site) -> None:
    lines = sitemap.robots(site)
    if not lines:
        raise NothingToAsk("there is no robots.txt (rule robots)")
    rules = RobotFileParser()
    rules.parse(lines)
    demand(rules.can_fetch("libri-check", site.thing), f"robots.txt keeps crawlers from {site.thing}")


def _robots_name_map(site: Site) -> None:
    lines = sitemap.robots(site)
    if not lines:
        raise NothingToAsk("there is no robots.txt (rule robots)")
    demand(any(line.lower().startswith("sitemap:") for line in lines), "no Sitemap: line in robots.txt")


def _map_found(site: Site) -> None:
    demand(sitemap.find(site) is not None, "neither robots.txt nor /sitemap.xml leads to a site map")


def _map_valid(site: Site) -> None:
    answer = _map(site)
    if answer.cut:
        raise NothingToAsk("the site map is too long to read")
    try:
        _, places = sitemap.read(answer)
    except sitemap.SitemapInvalid as fault:
        raise Broken(f"{answer.url}: {fault}") from fault
    demand(0 < len(places) <= MOST_PLACES, f"{answer.url} has {len(places)} places")
    bad = [place for place in places if not urlsplit(place).scheme.startswith("http")]
    demand(not bad, f"{bad[:1]} is no whole address")
    demand(len({origin(place) for place in places}) == 1, f"{answer.url} names places on several hosts")


def _map_true(site: Site) -> None:
    _map(site)
    places = [here for place in sitemap.locations(site) if (here := site.here(place))]
    if not places:
        raise NothingToAsk("the site map names no place on this server")
    for place in dict.fromkeys(places):
        answer = site.asker.ask(place, headers={"Accept": BROWSER})
        demand(answer.status == 200, f"{place} came as {answer.status} {answer.header('Location')}")


def _security(site: Site) -> None:
    answer = site.asker.get(urljoin(site.root, ".well-known/security.txt"))
    demand(answer.status == 200 and answer.media_type == "text/plain", f"security.txt came as {answer.told}")


def _security_valid(site: Site) -> None:
    answer = site.asker.get(urljoin(site.root, ".well-known/security.txt"))
    if answer.status != 200 or answer.media_type != "text/plain":
        raise NothingToAsk("there is no security.txt (rule security-txt)")
    said = [line.partition(":") for line in answer.text.splitlines()]
    fields = {name.strip().lower(): value.strip() for name, _, value in said}
    demand(bool(fields.get("contact")), "no Contact")
    demand(bool(fields.get("expires")), "no Expires")
    try:
        end = datetime.fromisoformat(fields["expires"])
    except ValueError as fault:
        raise Broken(f"Expires: {fault}") from fault
    demand(end.tzinfo is not None and end > datetime.now(UTC), f"Expires: {fields['expires']}")


def _no_sniffing(site: Site) -> None:
    said = site.page.header("X-Content-Type-Options")
    demand(said.lower() == "nosniff", f"X-Content-Type-Options: {said or 'none'}")


def _map(site: Site) -> Answer:
    found = sitemap.find(site)
    if found is None:
        raise NothingToAsk("there is no site map (rule sitemap)")
    return found


RULES: Final = (
    Rule("robots", Level.should, "There is a robots.txt.", "RFC 9309, 2.3", "Serve one as text/plain.", _robots),
    Rule(
        "robots-things",
        Level.should,
        "It lets crawlers read things.",
        "RFC 9309, 2.2",
        "Keep crawlers from the endpoint and from filters, not from things.",
        _robots_let_things,
    ),
    Rule(
        "robots-sitemap",
        Level.may,
        "It names the site map.",
        "sitemaps.org, protocol 0.9",
        "Add Sitemap: with the whole address.",
        _robots_name_map,
    ),
    Rule("sitemap", Level.should, "There is a site map.", "sitemaps.org", "Serve /sitemap.xml.", _map_found),
    Rule(
        "sitemap-valid",
        Level.must,
        "The site map is XML, with whole addresses of one host, 50,000 at most.",
        "sitemaps.org, protocol 0.9",
        "Split it and name the parts in an index.",
        _map_valid,
    ),
    Rule(
        "sitemap-true",
        Level.should,
        "What it names is there, without redirects.",
        "sitemaps.org, protocol 0.9",
        "Name the addresses at which redirects end.",
        _map_true,
    ),
    Rule(
        "security-txt",
        Level.may,
        "There is a security.txt.",
        "RFC 9116, 3",
        "Serve /.well-known/security.txt as text/plain.",
        _security,
    ),
    Rule(
        "security-txt-valid",
        Level.should,
        "It has a contact, and is not out of date.",
        "RFC 9116, 2.5",
        "Write Contact and an Expires within a year.",
        _security_valid,
    ),
    Rule(
        "page-no-sniff",
        Level.may,
        "Pages tell browsers not to guess their type.",
        "Fetch, 3.6",
        "Send X-Content-Type-Options: nosniff.",
        _no_sniffing,
    ),
)
