"""Rules about HEAD, OPTIONS and methods that there are not."""

from __future__ import annotations

from typing import Final

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.rule import Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import Site

SAME: Final = ("Content-Type", "ETag", "Last-Modified", "Vary", "Link", "Cache-Control", "Content-Language")
INVENTED: Final = "LIBRICHECK"
"""A method that nobody has, so that asking by it does nothing anywhere."""


def _head(site: Site) -> None:
    get, found = _both(site)
    demand(found.status == get.status, f"GET came as {get.status}, HEAD as {found.status}")


def _head_of_thing(site: Site) -> None:
    media, _ = site.described()
    accept = {"Accept": media}
    get, found = site.asker.ask(site.thing, headers=accept), site.asker.ask(site.thing, "HEAD", accept)
    same = (get.status, get.header("Location")) == (found.status, found.header("Location"))
    demand(
        same, f"GET came as {get.status} {get.header('Location')}, HEAD as {found.status} {found.header('Location')}"
    )


def _head_headers(site: Site) -> None:
    get, found = _both(site)
    if found.status != get.status:
        raise NothingToAsk("HEAD is not answered like GET (rule head-status)")
    other = [name for name in SAME if get.header(name) != found.header(name)]
    demand(not other, "other with HEAD: " + ", ".join(f"{name} ({found.header(name) or 'none'})" for name in other))


def _head_empty(site: Site) -> None:
    media, answer = site.described()
    sent = site.asker.sent_after_head(answer.url, {"Accept": media})
    demand(sent == 0, f"{sent} bytes came behind the headers")


def _options(site: Site) -> None:
    _, answer = site.described()
    found = site.asker.ask(answer.url, "OPTIONS")
    allowed = {word.strip() for word in found.header("Allow").split(",")}
    demand(found.status in (200, 204) and {"GET", "HEAD"} <= allowed, f"{found.told}, Allow: {', '.join(allowed)}")


def _unknown_method(site: Site) -> None:
    _, answer = site.described()
    found = site.asker.ask(answer.url, INVENTED)
    demand(found.status in (400, 405, 501), f"{INVENTED} came as {found.told}")


def _allow(site: Site) -> None:
    _, answer = site.described()
    found = site.asker.ask(answer.url, INVENTED)
    if found.status != 405:
        raise NothingToAsk("nothing is answered by 405")
    demand("GET" in found.header("Allow"), f"405 with Allow: {found.header('Allow') or 'none'}")


def _both(site: Site) -> tuple[Answer, Answer]:
    media, _ = site.described()
    get = site.document(media)
    return get, site.asker.ask(get.url, "HEAD", {"Accept": media})


RULES: Final = (
    Rule(
        "head-status",
        Level.must,
        "HEAD is answered with the status of GET.",
        "RFC 9110, 9.3.2",
        "Route HEAD to what answers GET.",
        _head,
    ),
    Rule(
        "head-thing",
        Level.must,
        "The IRI of a thing answers HEAD as it does GET, redirects too.",
        "RFC 9110, 9.3.2",
        "Route HEAD to what answers GET.",
        _head_of_thing,
    ),
    Rule(
        "head-headers",
        Level.should,
        "HEAD has the headers of GET.",
        "RFC 9110, 9.3.2",
        "Make the answer as for GET and drop the body last.",
        _head_headers,
    ),
    Rule(
        "head-empty",
        Level.must,
        "An answer to HEAD has no body.",
        "RFC 9110, 9.3.2",
        "Drop the body: on a kept connection the next answer begins where this one ends.",
        _head_empty,
    ),
    Rule(
        "options-allow",
        Level.should,
        "OPTIONS says which methods there are.",
        "RFC 9110, 9.3.7",
        "Answer 204 with Allow: GET, HEAD, OPTIONS.",
        _options,
    ),
    Rule(
        "method-unknown",
        Level.must,
        "A method that there is not is refused.",
        "RFC 9110, 9.1",
        "Answer 405, or 501 for one that you have never heard of.",
        _unknown_method,
    ),
    Rule(
        "method-allow",
        Level.must,
        "A 405 says which methods there are.",
        "RFC 9110, 15.5.6",
        "Send Allow with every 405.",
        _allow,
    ),
)
