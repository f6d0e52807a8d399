"""Answers of the pages: the same thing as a page or as a graph, with every header that belongs to it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple
from werkzeug.http import quote_etag

from libri_graph.errors import IndexMissing, RequestInvalid, ResourceNotFound
from libri_graph.index.reading import Reading
from libri_graph.journal import ages
from libri_graph.journal.journal import Journal
from libri_graph.publish import rdf
from libri_graph.publish.context import Context
from libri_graph.publish.rdf import MEDIA_TYPES
from libri_graph.store.embedded import EmbeddedStore
from server import negotiation, signposts
from server.compression import accepts_gzip, packed
from server.current import CurrentStore
from server.i18n import chosen_language, reader_language
from server.protocol import generation_of
from server.signposts import Link
from server.urls import Urls

CONTEXT_PATH = "/context/1.jsonld"
CITABLE = frozenset({"things", "vocabulary", "data", "catalog"})
"""Parts of the site whose pages can be had as of an older generation; all others are always current."""
ALWAYS_CURRENT = frozenset({"things.naming"})
"""Pages of theirs that are lists."""


def store() -> EmbeddedStore:
    """Return the generation that this request reads, the same one for its whole length.

    Raises `GenerationGone` for one that is asked for and not kept.
    """
    if "store" not in g:
        g.store = current().at(asked_generation() if is_citable() else _generation_of_index())
    found: EmbeddedStore = g.store
    return found


def read_generation(number: int) -> None:
    """Let the request under way read generation `number` where nothing else was read yet. Raises `GenerationGone`."""
    if "store" not in g:
        g.store = current().at(number)


def reading() -> Reading:
    """Return the side index that this request reads, of the same generation as `store`, for its whole length.

    Raises `IndexMissing` while there is none.
    """
    if "reading" not in g:
        g.open = contextlib.ExitStack()
        g.reading = g.open.enter_context(current_app.extensions["libri"].index.reading())
    found: Reading = g.reading
    return found


def close_reading(_error: BaseException | None = None) -> None:
    """Let go of the index at the end of a request."""
    if "open" in g:
        g.open.close()


def _generation_of_index() -> int | None:
    """Return the generation that the index is of, so that a page reads both alike; `None` while there is no index."""
    try:
        return reading().generation
    except IndexMissing:
        return None


def is_citable() -> bool:
    """Whether the page under way shows one state of the data, today's or an older one; others show what is listed."""
    return request.blueprint in CITABLE and request.endpoint not in ALWAYS_CURRENT


def asked_generation() -> int | None:
    """Return the generation that ``?generation=`` asks for, on pages that can be had as of an older one.

    Raises `RequestInvalid` for one that is no number.
    """
    if not is_citable():
        return None
    return generation_of(request.args.items(multi=True))


@dataclass(frozen=True, slots=True)
class State:
    """A state of the data that a page shows because its address asks for it."""

    number: int
    time: str
    """When its last change was journalled."""


def asked_state() -> State | None:
    """Return the state that the page under way shows because it was asked for; `None` on a page of today."""
    if "store" not in g or asked_generation() is None:
        return None
    number = store().generation
    return State(number, current().changed(number) or current().generations.read_note(number).created)


def current() -> CurrentStore:
    """Return what hands out generations."""
    found: CurrentStore = current_app.extensions["libri"].current
    return found


def urls() -> Urls:
    """Return the addresses of this deployment."""
    found: Urls = current_app.extensions["libri"].urls
    return found


def context() -> Context:
    """Return the JSON-LD context of the generation that this request reads."""
    return current().context(store(), urls().absolute(CONTEXT_PATH))


def respond(
    iri: str,
    page: Callable[[Sequence[Triple]], str],
    path: str,
    suffix: str | None,
    triples: Sequence[Triple],
) -> ResponseReturnValue:
    """Return the description of `iri`, `triples`, in the form that the client asked for; a suffix wins over Accept.

    `page` renders the HTML; `path` is the page's own address without suffix.
    Raises `ResourceNotFound` where nothing is known of `iri`.
    """
    media_type = media_type_of(suffix)
    if media_type == negotiation.HTML:
        response = make_response(page(triples))
    else:
        if not triples:
            raise ResourceNotFound(f"nothing is known of {iri}")
        response = make_response(rdf.serialize(triples, media_type, root=NamedNode(iri), context=context()))
        response.content_type = negotiation.content_type(media_type)
    links = signposts.of_record(store(), urls(), iri, triples, forms_of(path))
    about = None if media_type == negotiation.HTML else iri
    return finish(response, path=path, links=links, by_accept=suffix is None, about=about)


def page(template: str, path: str, *, links: Sequence[Link] = (), by_accept: bool = False, **found: object) -> Response:
    """Return an HTML page that is no description of a resource; `links` say where else it leads to."""
    response = make_response(render_template(template, path=path, **found))
    return finish(response, path=path, links=links, by_accept=by_accept)


def finish(
    response: Response,
    *,
    path: str,
    links: Sequence[Link] = (),
    by_accept: bool = False,
    about: str | None = None,
    dated: bool = True,
) -> Response:
    """Add what every readable answer says of itself, and answer 304 where the client has it already.

    `by_accept` tells that the client chose the form by its header, `about` that nothing but the description of that
    IRI is in it, so that it is as old as the last change of that; what is not `dated` changes without one. A tag is
    made from the form and the body, so it stays the same while a write changes something else, and Turtle and TriG of
    the same bytes have each their own.
    """
    response.headers["Vary"] = vary(response, by_accept=by_accept)
    response.headers["Libri-Generation"] = str(store().generation)
    response.headers["Cache-Control"] = "no-cache"
    if dated and (changed := last_change(about)):
        response.headers["Last-Modified"] = negotiation.http_date(changed)
    if response.mimetype == negotiation.HTML:
        response.headers["Content-Language"] = reader_language()
        links = [*links, Link(canonical(path), "canonical")]
    for link in signposts.with_licence(links):
        response.headers.add("Link", link.header())
    tag = negotiation.etag((response.mimetype or "").encode() + b"\n" + response.get_data())
    zipped = packed(response.get_data()) if accepts_gzip(request.headers.get("Accept-Encoding", "")) else b""
    if zipped:
        response.set_data(zipped)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = quote_etag(f"{tag}-gzip" if zipped else tag)
    if response.status_code == 200:
        response.make_conditional(request)
    return response


def canonical(path: str, language: str | None = None) -> str:
    """Return the one address of a page in `language`, or in the one that its address chose."""
    tag = language or chosen_language()
    return urls().with_arguments(urls().absolute(path), {"lang": tag} if tag else {})


def vary(response: Response, *, by_accept: bool) -> str:
    """Return which headers of a request `response` rests on: only those that could have made it another."""
    by_language = response.mimetype == negotiation.HTML and chosen_language() is None
    names = {"Accept": by_accept, "Accept-Language": by_language, "Accept-Encoding": True}
    return ", ".join(name for name, matters in names.items() if matters)


def last_change(about: str | None) -> str:
    """Return when what the request reads last changed: the description of `about`, or anything; empty if unknown."""
    number = store().generation
    if not about:
        return current().changed(number)
    with Journal.reading(current().generations.data_dir) as journal:
        return ages.last_change(journal, about, number) if journal else ""


def media_type_of(suffix: str | None) -> str:
    """Return the form that the client asked for; a suffix wins over Accept."""
    if suffix is None:
        return negotiation.media_type(request.headers.get("Accept"))
    if suffix not in negotiation.SUFFIXES:
        raise RequestInvalid(f"there is no form .{suffix}")
    return negotiation.SUFFIXES[suffix]


def forms_of(path: str) -> dict[str, str]:
    """Return where each form of RDF of the page at `path` is, by suffix."""
    return {suffix: form_address(path, suffix) for suffix in MEDIA_TYPES}


def form_address(path: str, suffix: str) -> str:
    """Return the address of the page at `path` in another form, as of the generation that is asked for."""
    number = asked_generation()
    address = f"{path}&format={suffix}" if "?" in path else f"{path}.{suffix}"
    return address if number is None else f"{address}{'&' if '?' in address else '?'}generation={number}"
