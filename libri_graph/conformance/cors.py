"""Rules about scripts on other sites. Source: the Fetch standard."""

from __future__ import annotations

from typing import Final

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.rule import Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import Site

ELSEWHERE: Final = "https://example.org"
ALLOWED: Final = ("*", ELSEWHERE)
WANTED: Final = ("Link", "ETag")


def _reads(site: Site) -> None:
    answer = _read(site)
    said = answer.header("Access-Control-Allow-Origin")
    demand(said in ALLOWED, f"Access-Control-Allow-Origin: {said or 'none'}")


def _redirects(site: Site) -> None:
    media, _ = site.described()
    first = site.asker.ask(site.thing, headers={"Accept": media, "Origin": ELSEWHERE})
    if not first.redirects:
        raise NothingToAsk("the thing is answered where it is asked")
    demand(first.header("Access-Control-Allow-Origin") in ALLOWED, f"{first.status} without it")


def _exposes(site: Site) -> None:
    answer = _read(site)
    hidden = [
        name for name in WANTED if answer.header(name) and not answer.lists("Access-Control-Expose-Headers", name)
    ]
    demand(not hidden, f"hidden from scripts: {', '.join(hidden)}")


def _preflight(site: Site) -> None:
    _, answer = site.described()
    asked = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "GET"}
    found = site.asker.ask(answer.url, "OPTIONS", {**asked, "Access-Control-Request-Headers": "if-none-match"})
    good = found.status in (200, 204) and found.header("Access-Control-Allow-Origin") in ALLOWED
    demand(good, f"{found.told}, Access-Control-Allow-Origin: {found.header('Access-Control-Allow-Origin') or 'none'}")
    demand(
        found.lists("Access-Control-Allow-Headers", "If-None-Match"),
        f"Access-Control-Allow-Headers: {found.header('Access-Control-Allow-Headers') or 'none'}",
    )


def _no_credentials(site: Site) -> None:
    answer = _read(site)
    said = answer.header("Access-Control-Allow-Credentials").lower()
    demand(said != "true", "Access-Control-Allow-Credentials: true for a stranger")


def _varies(site: Site) -> None:
    answer = _read(site)
    if answer.header("Access-Control-Allow-Origin") != ELSEWHERE:
        raise NothingToAsk("Access-Control-Allow-Origin does not depend on who asks")
    demand(answer.lists("Vary", "Origin"), f"Vary: {answer.header('Vary') or 'none'}")


def _read(site: Site) -> Answer:
    media, _ = site.described()
    return site.asker.get(site.thing, media, Origin=ELSEWHERE)


RULES: Final = (
    Rule(
        "cors-read",
        Level.must,
        "A script on another site can read RDF.",
        "Fetch, 3.3.3",
        "Send Access-Control-Allow-Origin: * with everything that is open.",
        _reads,
    ),
    Rule(
        "cors-redirect",
        Level.must,
        "It can follow the redirect from a thing as well.",
        "Fetch, 4.4",
        "Send Access-Control-Allow-Origin with redirects too.",
        _redirects,
    ),
    Rule(
        "cors-expose",
        Level.should,
        "It can read Link and ETag, where there are any.",
        "Fetch, 3.3.3",
        "Send Access-Control-Expose-Headers: Link, ETag.",
        _exposes,
    ),
    Rule(
        "cors-preflight",
        Level.should,
        "It may send If-None-Match, which browsers ask leave for first.",
        "Fetch, 3.3.2",
        "Answer OPTIONS with Access-Control-Allow-Origin, -Methods and -Headers.",
        _preflight,
    ),
    Rule(
        "cors-no-credentials",
        Level.must,
        "A stranger's script is not let in with the reader's cookies.",
        "Fetch, 3.3.4",
        "Drop Access-Control-Allow-Credentials from open data.",
        _no_credentials,
    ),
    Rule(
        "cors-vary",
        Level.must,
        "An answer that names the origin that asked has Origin in Vary.",
        "Fetch, 3.3.5",
        "Send a star, or Vary: Origin.",
        _varies,
    ),
)
