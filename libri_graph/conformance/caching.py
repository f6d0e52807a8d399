"""Rules about what caches and returning clients rely on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from libri_graph.conformance.answer import Answer
from libri_graph.conformance.rule import Level, NothingToAsk, Rule, demand
from libri_graph.conformance.site import BROWSER, Site

KEPT: Final = ("ETag", "Vary", "Cache-Control", "Content-Location")
OTHER_TAG: Final = '"libri-check"'
WORTH_PACKING: Final = 4000


def _vary(site: Site) -> None:
    media, answer = site.described()
    places = dict.fromkeys([answer.url, site.asker.get(site.thing, BROWSER).url])
    chosen = 0
    for place in places:
        pair = [site.asker.ask(place, headers={"Accept": accept}) for accept in (media, BROWSER)]
        if len({(found.status, found.media_type, found.header("Location")) for found in pair}) > 1:
            chosen += 1
            for found in pair:
                said = found.header("Vary") or "none"
                demand(found.lists("Vary", "Accept"), f"{place} gives {found.media_type} by Accept, Vary: {said}")
    if not chosen:
        raise NothingToAsk("no address has several forms")


def _etag(site: Site) -> None:
    media, _ = site.described()
    demand(bool(site.document(media).header("ETag")), "no ETag")


def _etag_strong(site: Site) -> None:
    tag, _, _ = _tagged(site)
    demand(not tag.startswith("W/"), f"ETag: {tag}")


def _etag_by_form(site: Site) -> None:
    place = site.asker.get(site.thing, BROWSER).url
    answers = [site.asker.ask(place, headers={"Accept": accept}) for accept in (*site.forms(), BROWSER)]
    tags: dict[tuple[str, str], str] = {}
    for answer in [*(site.document(media) for media in site.forms()), *answers]:
        if not answer.header("ETag"):
            continue
        tag = (answer.url, answer.header("ETag"))
        other = tags.setdefault(tag, answer.media_type)
        demand(other == answer.media_type, f"{other} and {answer.media_type} both have {tag[1]}")


def _not_modified(site: Site) -> None:
    tag, answer, media = _tagged(site)
    found = site.asker.ask(answer.url, headers={"Accept": media, "If-None-Match": tag})
    demand(found.status == 304 and not found.body, f"for If-None-Match: {tag} came {found.told}")


def _not_modified_list(site: Site) -> None:
    tag, answer, media = _tagged(site)
    for said in (f"{OTHER_TAG}, {tag}", f"W/{tag.removeprefix('W/')}"):
        found = site.asker.ask(answer.url, headers={"Accept": media, "If-None-Match": said})
        demand(found.status == 304, f"for If-None-Match: {said} came {found.told}")


def _modified(site: Site) -> None:
    _, answer, media = _tagged(site)
    found = site.asker.ask(answer.url, headers={"Accept": media, "If-None-Match": OTHER_TAG})
    demand(found.status == 200, f"for a tag that is of something else came {found.told}")


def _not_modified_headers(site: Site) -> None:
    tag, answer, media = _tagged(site)
    found = site.asker.ask(answer.url, headers={"Accept": media, "If-None-Match": tag})
    if found.status != 304:
        raise NothingToAsk("nothing is answered by 304 (rule not-modified)")
    lost = [name for name in KEPT if answer.header(name) and not found.header(name)]
    demand(not lost, f"the 304 lacks {', '.join(lost)}")


def _last_modified(site: Site) -> None:
    media, _ = site.described()
    demand(bool(site.document(media).header("Last-Modified")), "no Last-Modified")


def _modified_since(site: Site) -> None:
    media, _ = site.described()
    answer = site.document(media)
    moment = answer.header("Last-Modified")
    if not moment:
        raise NothingToAsk("there is no Last-Modified")
    found = site.asker.ask(answer.url, headers={"Accept": media, "If-Modified-Since": moment})
    demand(found.status == 304, f"for If-Modified-Since: {moment} came {found.told}")


def _cache_control(site: Site) -> None:
    media, _ = site.described()
    demand(bool(site.document(media).header("Cache-Control")), "no Cache-Control")


def _packs(site: Site) -> None:
    plain, found = _packed(site)
    demand(found.header("Content-Encoding") == "gzip", f"{len(plain.body)} bytes came as they are")


def _packed_varies(site: Site) -> None:
    _, found = _packed(site)
    if not found.header("Content-Encoding"):
        raise NothingToAsk("nothing is compressed")
    demand(found.lists("Vary", "Accept-Encoding"), f"compressed, with Vary: {found.header('Vary') or 'none'}")


def _packed_tag(site: Site) -> None:
    plain, found = _packed(site)
    tag = plain.header("ETag")
    if not found.header("Content-Encoding") or not tag or tag.startswith("W/"):
        raise NothingToAsk("nothing is compressed, or there is no strong ETag")
    demand(found.header("ETag") != tag, f"compressed or not, ETag is {tag}")


def _plain_stays_plain(site: Site) -> None:
    plain, _ = _packed(site)
    demand(
        plain.header("Content-Encoding") in ("", "identity"),
        f"Content-Encoding: {plain.header('Content-Encoding')} for a client that takes none",
    )


def _tagged(site: Site) -> tuple[str, Answer, str]:
    media, _ = site.described()
    answer = site.document(media)
    if not answer.header("ETag"):
        raise NothingToAsk("there is no ETag (rule etag)")
    return answer.header("ETag"), answer, media


def _packed(site: Site) -> tuple[Answer, Answer]:
    for answer in _long(site):
        if len(answer.body) >= WORTH_PACKING:
            plain = site.asker.ask(answer.url, headers={"Accept": answer.media_type})
            headers = {"Accept": answer.media_type, "Accept-Encoding": "gzip"}
            return plain, site.asker.ask(answer.url, headers=headers)
    raise NothingToAsk(f"nothing here has {WORTH_PACKING} bytes")


def _long(site: Site) -> Iterator[Answer]:
    """Yield answers that may be long: forms of the thing, its page, the description of the data set."""
    if site.things:
        yield from sorted(site.forms().values(), key=lambda answer: -len(answer.body))
        yield site.asker.get(site.thing, BROWSER)
    if site.void:
        yield site.void[0]


RULES: Final = (
    Rule(
        "vary-accept",
        Level.must,
        "An answer that depends on Accept says so in Vary.",
        "RFC 9110, 12.5.5",
        "Send Vary: Accept; without it a cache gives Turtle to browsers.",
        _vary,
    ),
    Rule(
        "etag",
        Level.should,
        "An answer has an ETag.",
        "RFC 9110, 8.8.3",
        "Send a tag made from the representation or its version.",
        _etag,
    ),
    Rule("etag-strong", Level.may, "The ETag is a strong one.", "RFC 9110, 8.8.1", "Hash the bytes.", _etag_strong),
    Rule(
        "etag-by-form",
        Level.must,
        "Two forms at one address have different ETags.",
        "RFC 9110, 8.8.3",
        "Put the media type into what the tag is made from.",
        _etag_by_form,
    ),
    Rule(
        "not-modified",
        Level.must,
        "A client that has the answer already gets 304 without a body.",
        "RFC 9110, 13.1.2",
        "Compare If-None-Match with the ETag that you would send.",
        _not_modified,
    ),
    Rule(
        "not-modified-list",
        Level.should,
        "If-None-Match is compared weakly, and may be a list.",
        "RFC 9110, 13.1.2",
        "Parse the header: tags with commas between, W/ does not matter.",
        _not_modified_list,
    ),
    Rule(
        "modified",
        Level.must,
        "A client that has something else gets the answer.",
        "RFC 9110, 13.1.2",
        "Answer 304 only to a tag that matches.",
        _modified,
    ),
    Rule(
        "not-modified-headers",
        Level.must,
        "A 304 has the ETag, Vary and Cache-Control of the 200.",
        "RFC 9110, 15.4.5",
        "Keep these headers when you drop the body.",
        _not_modified_headers,
    ),
    Rule(
        "last-modified",
        Level.may,
        "An answer says when it last changed.",
        "RFC 9110, 8.8.2",
        "Send Last-Modified.",
        _last_modified,
    ),
    Rule(
        "modified-since",
        Level.should,
        "A client that has had it since then gets 304.",
        "RFC 9110, 13.1.3",
        "Compare If-Modified-Since with Last-Modified.",
        _modified_since,
    ),
    Rule(
        "cache-control",
        Level.should,
        "An answer says how long it may be kept.",
        "RFC 9111, 5.2.2",
        "Send Cache-Control, no-cache at least; caches guess otherwise.",
        _cache_control,
    ),
    Rule(
        "gzip",
        Level.should,
        "A long answer comes compressed to who takes gzip.",
        "RFC 9110, 12.5.3",
        "Compress text in the server or in the proxy before it.",
        _packs,
    ),
    Rule(
        "gzip-vary",
        Level.must,
        "A compressed answer has Accept-Encoding in Vary.",
        "RFC 9110, 12.5.5",
        "Send Vary: Accept-Encoding, with or without compression.",
        _packed_varies,
    ),
    Rule(
        "gzip-etag",
        Level.should,
        "A compressed answer has a strong ETag of its own, or a weak one.",
        "RFC 9110, 8.8.3.3",
        "Add the coding to the tag, or make it weak.",
        _packed_tag,
    ),
    Rule(
        "gzip-not-forced",
        Level.must,
        "Who takes no compression gets none.",
        "RFC 9110, 12.5.3",
        "Compress only when Accept-Encoding names it.",
        _plain_stays_plain,
    ),
)
