"""What there is to freeze, as the site and the graph themselves say it; links that are met add the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from flask import Flask
from pyoxigraph import DefaultGraph, NamedNode

from libri_graph.index.facets import KINDS
from libri_graph.journal.journal import Journal
from libri_graph.namespaces import term
from libri_graph.publish.levels import SLUGS, VERSION, Level
from server.current import CurrentStore
from server.freezing import selection
from server.freezing.places import SUFFIXED, SUFFIXES, Address, Layout
from server.freezing.rendering import ACCEPT
from server.urls import Urls

TABLES: Final = ("geojson", "csv", "csv-metadata.json")
"""Forms of a list beside JSON."""


def data_addresses(app: Flask) -> Mapping[str, str]:
    """Return the addresses without arguments that give no page though nothing in them says so, with their suffix."""
    client, found = app.test_client(), {}
    for path in plain_addresses(app):
        if not SUFFIXED.search(path):
            answer = client.get(path, headers=ACCEPT)
            if answer.status_code == 200 and answer.mimetype != "text/html":
                found[path] = SUFFIXES.get(answer.mimetype or "", "txt")
    return found


def plain_addresses(app: Flask) -> list[str]:
    """Return the addresses of all views that need no arguments, sorted."""
    rules = [rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())]
    return sorted({rule.rule.rstrip("/") or "/" for rule in rules})


def everything(app: Flask, layout: Layout) -> Iterator[Address]:
    """Yield what is to be frozen, some of it more than once."""
    urls: Urls = app.extensions["libri"].urls
    current: CurrentStore = app.extensions["libri"].current
    places = [*plain_addresses(app), *(f"/{kind}" for kind in KINDS), *_api(app)]
    subjects = sorted(_subjects(current))
    places += [urls.path_of(iri) for iri in subjects]
    places += [f"/{iri.removeprefix(urls.base_iri)}" for iri in subjects if _is_thing(urls, iri)]
    places += [f"/{iri.removeprefix(urls.base_iri)}" for iri in _versions(current) if iri.startswith(urls.base_iri)]
    known = set(subjects)
    departed = [iri for iri in _ever(current) if iri.startswith(urls.base_iri) and iri not in known]
    places += [urls.path_of(iri) for iri in departed]
    places += [f"/{iri.removeprefix(urls.base_iri)}" for iri in departed if _is_thing(urls, iri)]
    for place in places:
        target = layout.target(place, layout.languages[0])
        if target is not None and target.address is not None:
            yield target.address


def _api(app: Flask) -> Iterator[str]:
    """Yield the addresses of the API: lists in every form, records at every level, what describes them."""
    with app.extensions["libri"].index.reading() as reading:
        members = {kind: selection.order(reading, kind, "best") for kind in KINDS}
    for kind, slug in SLUGS.items():
        yield f"/api/{kind}"
        yield from (f"/api/{kind}.{form}" for form in TABLES)
        yield f"/frame/{slug}/{VERSION}.jsonld"
        yield from (f"/api/schema/{slug}/{level}/{VERSION}.json" for level in Level)
        for iri in members[kind]:
            if f"/id/{slug}/" in iri:
                place = f"/api/{kind}/{iri.rpartition('/')[2]}"
                yield place
                yield from (f"{place}?view={level}" for level in Level if level is not Level.page)


def _subjects(current: CurrentStore) -> set[str]:
    view = current.get().raw.quads_for_pattern(None, None, None, DefaultGraph())
    return {quad.subject.value.partition("#")[0] for quad in view if isinstance(quad.subject, NamedNode)}


def _versions(current: CurrentStore) -> list[str]:
    """Return the versions that modules of the vocabulary name, sorted."""
    quads = current.get().raw.quads_for_pattern(None, term("owl:versionIRI"), None, None)
    return sorted({quad.object.value for quad in quads if isinstance(quad.object, NamedNode)})


def _ever(current: CurrentStore) -> list[str]:
    """Return everything that was ever described, sorted."""
    with Journal.reading(current.generations.data_dir) as journal:
        rows = journal.rows("SELECT DISTINCT entity FROM event ORDER BY entity") if journal else []
    return [str(entity) for (entity,) in rows if entity and "#" not in str(entity)]


def _is_thing(urls: Urls, iri: str) -> bool:
    return iri.startswith(f"{urls.base_iri}id/")
