"""The data sets as a catalogue: for portals that harvest, for search engines, and for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from libri_graph.errors import ResourceNotFound
from libri_graph.publish import dcat, dumps
from libri_graph.publish.schema_catalogue import Said, document, index, text, values
from server import negotiation
from server.i18n import reader_languages
from server.pages.data import counted_in, described_folder
from server.pages.view_tools import as_data, embedded
from server.responses import last_change, respond, store, urls

pages = Blueprint("catalog", __name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One data set, for the reader."""

    iri: str
    page: str
    title: str
    description: str
    publishers: tuple[str, ...]
    licences: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    """Address and name of each."""


@pages.get("/catalog")
@pages.get("/catalog.<suffix>")
def catalog(suffix: str | None = None) -> ResponseReturnValue:
    """Describe the data sets, their files and the services in DCAT-AP."""
    if suffix is not None and suffix not in negotiation.SUFFIXES:
        raise ResourceNotFound(f"there is no form .{suffix}")
    iri, languages = urls().iri_of("/catalog"), reader_languages()

    def html(triples: Sequence[Triple]) -> str:
        said = index(triples)
        sets = [node for node in values(said, NamedNode(iri), "dcat:dataset") if isinstance(node, NamedNode)]
        return render_template(
            "catalog.html",
            path="/catalog",
            shelves=[_shelf(said, node, languages) for node in sets],
            services=[
                (text(said, node, "dcterms:title", languages), values(said, node, "dcat:endpointURL")[0].value)
                for node in values(said, NamedNode(iri), "dcat:service")
                if isinstance(node, NamedNode)
            ],
            json_ld=embedded(triples, iri),
            schema_org=as_data(json.dumps(document(triples, languages), ensure_ascii=False)),
        )

    return respond(iri, html, "/catalog", suffix, _triples())


def _triples() -> Sequence[Triple]:
    libri, folder = current_app.extensions["libri"], described_folder()
    files = dumps.read_index(folder)
    modified, number = last_change(None), store().generation
    site = dcat.Site(urls().base_iri, urls().public_url, libri.settings.contact, modified, number, libri.live)
    key = ("catalog", number, modified, tuple(files))
    found: Sequence[Triple] = libri.descriptions.get(
        key, lambda: dcat.describe(store(), site, files, counted_in(folder).catalogue)
    )
    return found


def _shelf(said: Said, node: NamedNode, languages: Sequence[str]) -> Shelf:
    agents = [agent for agent in values(said, node, "dcterms:publisher") if isinstance(agent, NamedNode)]
    places = sorted(
        values(said, one, "dcat:downloadURL")[0].value
        for one in values(said, node, "dcat:distribution")
        if isinstance(one, NamedNode)
    )
    return Shelf(
        node.value,
        urls().path_of(node.value) if node.value != urls().iri_of("/dataset") else "/dumps/",
        text(said, node, "dcterms:title", languages),
        text(said, node, "dcterms:description", languages),
        tuple(text(said, agent, "foaf:name", languages) for agent in agents),
        tuple(value.value for value in values(said, node, "dcterms:license")),
        tuple((place, place.rsplit("/", 1)[-1]) for place in places),
    )
