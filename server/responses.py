"""Answers of the pages: the same thing as a page or as a graph, with every header that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple
from werkzeug.http import quote_etag

from libri_graph.errors import RequestInvalid, ResourceNotFound
from libri_graph.publish import rdf
from libri_graph.publish.context import Context
from libri_graph.publish.describe import describe
from libri_graph.publish.rdf import MEDIA_TYPES
from libri_graph.store.embedded import EmbeddedStore
from server import negotiation
from server.current import CurrentStore
from server.i18n import reader_language
from server.urls import Urls

CONTEXT_PATH = "/context/1.jsonld"


def store() -> EmbeddedStore:
    """Return the generation that this request reads, the same one for its whole length."""
    if "store" not in g:
        g.store = current().get()
    found: EmbeddedStore = g.store
    return found


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
    suffix: str | None = None,
    found: Sequence[Triple] | None = None,
) -> ResponseReturnValue:
    """Return the description of `iri` in the form that the client asked for; a suffix wins over Accept.

    `page` renders the HTML; `path` is the page's own address without suffix; `found` is the description
    where it is not simply what the view says of `iri`.
    Raises `ResourceNotFound` where nothing is known of `iri`.
    """
    media_type = _media_type(suffix)
    triples = describe(store(), NamedNode(iri)) if found is None else found
    if media_type == negotiation.HTML:
        response = make_response(page(triples))
    else:
        if not triples:
            raise ResourceNotFound(f"nothing is known of {iri}")
        response = make_response(rdf.serialize(triples, media_type, root=NamedNode(iri), context=context()))
        response.content_type = negotiation.content_type(media_type)
    return finish(response, path=path, iri=iri)


def page(template: str, path: str, **found: object) -> Response:
    """Return an HTML page that is no description of a resource."""
    return finish(make_response(render_template(template, path=path, **found)), path=path)


def finish(response: Response, *, path: str, iri: str | None = None) -> Response:
    """Add what every readable answer says of itself, and answer 304 where the client has it already."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Libri-Generation, Content-Language"
    response.headers["Vary"] = "Accept, Accept-Language, Accept-Encoding"
    response.headers["Libri-Generation"] = str(store().generation)
    response.headers["Cache-Control"] = "no-cache"
    if response.mimetype == negotiation.HTML:
        response.headers["Content-Language"] = reader_language()
    for link in _links(path, iri):
        response.headers.add("Link", link)
    response.headers["ETag"] = quote_etag(negotiation.etag(response.get_data()))
    response.make_conditional(request)
    return response


def _media_type(suffix: str | None) -> str:
    if suffix is None:
        return negotiation.media_type(request.headers.get("Accept"))
    if suffix not in negotiation.SUFFIXES:
        raise RequestInvalid(f"there is no form .{suffix}")
    return negotiation.SUFFIXES[suffix]


def _links(path: str, iri: str | None) -> list[str]:
    links = ['<https://creativecommons.org/licenses/by/4.0/>; rel="license"']
    if iri is not None:
        links += [f'<{path}.{suffix}>; rel="alternate"; type="{media}"' for suffix, media in MEDIA_TYPES.items()]
        links += [f'<{iri}>; rel="describes"', f'<{CONTEXT_PATH}>; rel="describedby"; type="application/ld+json"']
    return links
