"""What every answer of the API does alike: reads its arguments, chooses form and profile, says what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from flask import Response, request

from libri_graph.errors import RequestInvalid
from libri_graph.languages import TAGS, fallback_chain
from libri_graph.publish.levels import Level, Model
from libri_graph.publish.portal import Writer, written
from server import negotiation
from server.responses import CONTEXT_PATH, current, finish, reading, store, urls

JSON: Final = "application/json"
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
DAY: Final = 86_400
"""Seconds that versioned documents may be kept without asking: they change only by addition."""


def model() -> Model:
    """Return what records look like in the generation that this request reads."""
    return current().model(store(), urls().absolute(CONTEXT_PATH))


def demand_known(names: Iterable[str]) -> None:
    """Let through arguments that are in `names`, each once. Raises `RequestInvalid` for any other."""
    known = tuple(names)
    for name in request.args:
        if name not in known:
            raise RequestInvalid(f"there is no argument {name!r} here; there are {', '.join(known)}")
        if len(request.args.getlist(name)) > 1:
            raise RequestInvalid(f"{name} can be given once only")


def level(usual: Level) -> Level:
    """Return the level that ``view=`` asks for."""
    text = request.args.get("view") or usual.value
    if text not in set(Level):
        raise RequestInvalid(f"view is one of {', '.join(Level)}, not {text[:40]!r}")
    return Level(text)


def language() -> str:
    """Return the language that ``lang=`` asks for; empty for all languages."""
    tag = request.args.get("lang", "")
    if tag and tag not in TAGS:
        raise RequestInvalid(f"lang is one of {', '.join(TAGS)}, not {tag[:40]!r}")
    return tag


def languages() -> tuple[str, ...]:
    """Return in which languages texts are wanted, best first; none for all of them."""
    tag = language()
    return fallback_chain(tag) if tag else ()


def reader_languages() -> tuple[str, ...]:
    """Return the languages for forms that have one text only: the one that is asked for, else English."""
    return languages() or fallback_chain("en")


def page_addresses(tag: str) -> Callable[[str], str]:
    """Return what gives the address of the page about a thing, in a language where there is one."""
    places, arguments = urls(), {"lang": tag} if tag else {}
    return lambda iri: places.absolute(places.with_arguments(places.path_of(iri), arguments))


def page_of(iri: str) -> str:
    """Return the address of the page about a thing, in the language that is asked for."""
    return page_addresses(language())(iri)


def writer() -> Writer:
    """Return what writes JSON of the state that this request reads, with what it wrote before."""
    tag = language()
    found: Writer = reading().made.setdefault(f"api {tag}", Writer(model().context, page_addresses(tag), languages()))
    return found


def form(suffix: str | None, by_suffix: Mapping[str, str], offered: Sequence[str]) -> str:
    """Return the media type that is asked for; a suffix wins. Raises `RepresentationUnavailable`."""
    return by_suffix[suffix] if suffix else negotiation.media_type(request.headers.get("Accept"), offered)


def send_json(body: object, media_type: str, path: str, links: Iterable[str] = ()) -> Response:
    """Return an answer in JSON; `path` is its own address."""
    return send(written(body), media_type, path, links)


def send(text: str, media_type: str, path: str, links: Iterable[str] = (), choosing: Iterable[str] = ()) -> Response:
    """Return an answer whose body is `text`; `choosing` names the headers by which the client chose it."""
    response = Response(text)
    response.content_type = negotiation.content_type(media_type)
    for link in links:
        response.headers.add("Link", link)
    finished = finish(response, path=path)
    finished.headers["Vary"] = ", ".join([*choosing, "Accept-Encoding"])
    if tag := language():
        finished.headers["Content-Language"] = tag
    return finished


def send_lasting(text: str, media_type: str) -> Response:
    """Return a document at a versioned address, which browsers and shared caches may keep for a day."""
    response = send(text, media_type, request.path)
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    return response
