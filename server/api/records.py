"""Records, at three levels and in two profiles."""

from __future__ import annotations

import json

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple
from werkzeug.wrappers import Response

from libri_graph.catalogue import records
from libri_graph.errors import RepresentationUnavailable, ResourceNotFound
from libri_graph.publish import schema_org
from libri_graph.publish.describe import describe
from libri_graph.publish.jsonld import Node
from libri_graph.publish.levels import SLUGS, Level
from libri_graph.publish.portal import written
from server import profiles
from server.api import answers
from server.api.answers import JSON
from server.api.lists import NAMES, told, write_cards
from server.departures import departed
from server.profiles import JSON_LD, OURS, PROFILES
from server.responses import reading, store, urls

pages = Blueprint("api_records", __name__)
OWN = ("view", "lang", "profile")


@pages.get(f"/api/<{NAMES}:plural>/<slug>")
def record(plural: str, slug: str) -> ResponseReturnValue:
    """Give one record."""
    answers.demand_known(OWN)
    level, chosen, language = answers.level(Level.page), profiles.asked(), answers.language()
    media_type = answers.form(None, {}, (JSON_LD, JSON))
    iri = urls().iri_of(f"/doc/{SLUGS[plural]}/{slug}")
    found = _card(iri) if (chosen, level) == (OURS, Level.card) else {}
    if not found:
        triples = describe(store(), _node(iri))
        elsewhere = _elsewhere(iri, triples)
        if elsewhere is not None:
            return elsewhere
        found = told(iri, triples, level) if chosen == OURS else _as_schema_org(iri)
    given = {name: value for name in OWN if (value := request.args.get(name))}
    path = urls().with_arguments(request.path, given)
    about = f'<{answers.page_of(iri)}>; rel="alternate"; type="text/html"'
    links = [*profiles.links(chosen, path.partition("?")[0] + _kept(level, language)), about]
    return answers.send(written(found), profiles.typed(media_type, chosen), path, links, profiles.CHOOSING)


def _kept(level: Level, language: str) -> str:
    given = {"view": level.value} | ({"lang": language} if language else {})
    return urls().with_arguments("", given)


def _card(iri: str) -> Node:
    """Return the card of a record, from the index alone; empty where it has none."""
    card = reading().card(iri)
    if card is None:
        return {}
    (text,) = write_cards([card])
    return {"@context": answers.model().context.url, **json.loads(text)}


def _as_schema_org(iri: str) -> Node:
    found = schema_org.document(records.one(store(), NamedNode(iri), answers.reader_languages()), answers.page_of(iri))
    if found is None:
        raise RepresentationUnavailable("schema.org has no word for this kind of record", (PROFILES[OURS],))
    return found


def _elsewhere(iri: str, triples: list[Triple]) -> Response | None:
    """Return the answer for a record that is merged or gone; `None` for one that is here.

    Raises `ResourceNotFound` for one that never was.
    """
    elsewhere = departed(iri, triples)
    if elsewhere is None:
        if not triples:
            raise ResourceNotFound(f"nothing is known of {iri}")
        return None
    kind, _, slug = (elsewhere.location or "").partition("?")[0].rpartition("/doc/")[2].partition("/")
    plural = next((plural for plural, name in SLUGS.items() if name == kind), None)
    if elsewhere.status_code == 308 and plural:
        elsewhere = redirect(urls().with_arguments(f"/api/{plural}/{slug}", request.args.to_dict()), 308)
        elsewhere.headers["Libri-Generation"] = str(store().generation)
    return elsewhere


def _node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as fault:
        raise ResourceNotFound("nothing can be called like this address") from fault
