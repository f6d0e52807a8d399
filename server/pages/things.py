"""Things and their descriptions: `/id/...` sends to `/doc/...`, which answers in every form."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from libri_graph.catalogue import records
from libri_graph.errors import RepresentationUnavailable, RequestInvalid, ResourceNotFound
from libri_graph.namespaces import term
from libri_graph.publish import schema_org
from libri_graph.publish.describe import describe
from libri_graph.store.protocol import Page
from server import negotiation, profiles
from server.departures import departed
from server.i18n import reader_languages
from server.pages.companions import companions
from server.pages.view_tools import as_schema_org, embedded, template_for
from server.profiles import JSON_LD, OURS, PROFILES, SCHEMA_ORG
from server.responses import canonical, finish, form_address, media_type_of, page, respond, store, urls

pages = Blueprint("things", __name__)
PAGE_SIZE: Final = 24
"""Things that name a resource, on one page of their list."""
Render = Callable[[Sequence[Triple]], str]


@pages.get("/id/<kind>/<slug>")
def thing(kind: str, slug: str) -> ResponseReturnValue:
    """Send a client that asks for a thing to what we know of it, in the form that it asked for."""
    path = f"/doc/{kind}/{slug}"
    iri = urls().iri_of(path)
    triples = describe(store(), _node(iri))
    elsewhere = departed(iri, triples)
    if elsewhere is not None:
        return elsewhere
    if not triples:
        raise ResourceNotFound(f"nothing is known of {iri}")
    media_type = negotiation.media_type(request.headers.get("Accept"))
    suffix = next(name for name, media in negotiation.SUFFIXES.items() if media == media_type)
    place = urls().path_of(iri) + ("" if suffix == "html" else f".{suffix}")
    response = redirect(urls().with_arguments(place, request.args.to_dict()), 303)
    response.headers["Vary"] = "Accept"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Libri-Generation"] = str(store().generation)
    return response


@pages.get("/doc/<kind>/<slug>")
def description(kind: str, slug: str) -> ResponseReturnValue:
    """Describe a thing, in the form that the suffix or the Accept header says."""
    name, suffix = _parted(slug)
    return describe_resource(urls().iri_of(f"/doc/{kind}/{name}"), suffix)


@pages.get("/naming")
def naming() -> ResponseReturnValue:
    """List, page by page, the things that name a resource by one property."""
    iri, predicate = _argument("iri"), _predicate(request.args.get("by", ""))
    number = max(1, request.args.get("page", 1, type=int))
    record = records.one(store(), iri, reader_languages())
    total = next((entry.count for entry in record.incoming if entry.predicate == request.args.get("by")), 0)
    cards = records.naming(store(), iri, predicate, Page(PAGE_SIZE, (number - 1) * PAGE_SIZE), reader_languages())
    if not cards:
        raise ResourceNotFound("nothing more names it")
    pages_ = -(-total // PAGE_SIZE)
    given = {name: value for name in ("iri", "by", "page") if (value := request.args.get(name))}
    path = urls().with_arguments("/naming", given)
    return page("naming.html", path, record=record, cards=cards, total=total, number=number, pages=pages_)


def _argument(name: str) -> NamedNode:
    value = request.args.get(name, "")
    try:
        return NamedNode(value)
    except ValueError as fault:
        raise RequestInvalid(f"{name} must be an address (IRI), not {value!r}") from fault


def _predicate(name: str) -> NamedNode:
    try:
        return term(name)
    except (KeyError, ValueError) as fault:
        raise RequestInvalid(f"by must be a prefixed name such as libri:organiser, not {name!r}") from fault


def describe_resource(iri: str, suffix: str | None, html: Render | None = None) -> ResponseReturnValue:
    """Describe any resource of the graph at its own address; one that is gone or merged says so.

    `html` renders its page where it has one of its own; else it is that of a record.
    """
    path = urls().path_of(iri)
    triples = describe(store(), _node(iri))
    elsewhere = departed(iri, triples, suffix)
    if elsewhere is not None:
        return elsewhere

    render = html or partial(_as_record, iri, path)
    if media_type_of(suffix) != JSON_LD:
        return respond(iri, render, path, suffix, triples)
    chosen = profiles.asked()
    told = respond(iri, render, path, suffix, triples) if chosen == OURS else _in_schema_org(iri, path, triples)
    response = make_response(told)
    response.vary.update(("Accept", "Accept-Profile"))
    for link in profiles.links(chosen, form_address(path, "jsonld")):
        response.headers.add("Link", link)
    return response


def _in_schema_org(iri: str, path: str, triples: Sequence[Triple]) -> Response:
    """Tell a record in the words of schema.org, in the reader's language."""
    found = triples and schema_org.document(records.one(store(), NamedNode(iri), reader_languages()), canonical(path))
    if not found:
        raise RepresentationUnavailable("schema.org has no word for this", (PROFILES[OURS],))
    response = Response(json.dumps(found, ensure_ascii=False), content_type=profiles.typed(JSON_LD, SCHEMA_ORG))
    finished = finish(response, path=path)
    finished.vary.add("Accept-Language")
    return finished


def _as_record(iri: str, path: str, triples: Sequence[Triple]) -> str:
    record = records.one(store(), NamedNode(iri), reader_languages())
    template = template_for(record)
    return render_template(
        template,
        record=record,
        path=path,
        json_ld=embedded(triples, iri),
        schema_org=as_schema_org(record, path),
        **companions(template, record),
    )


def _node(iri: str) -> NamedNode:
    """Return the node called `iri`. Raises `ResourceNotFound` for an address that cannot name anything."""
    try:
        return NamedNode(iri)
    except ValueError as fault:
        raise ResourceNotFound("nothing can be called like this address") from fault


def _parted(slug: str) -> tuple[str, str | None]:
    name, dot, suffix = slug.rpartition(".")
    return (name, suffix) if dot and suffix in negotiation.SUFFIXES else (slug, None)
