"""What the data are written in: ontology, shapes, concepts, sources, countries, and anything else with an IRI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode, Triple

from libri_graph.catalogue import rules
from libri_graph.catalogue.vocabulary import read_vocabulary
from libri_graph.errors import RequestInvalid, ResourceNotFound
from libri_graph.namespaces import EU_COUNTRY, term
from libri_graph.store.view import SHAPES
from server import negotiation
from server.i18n import page_language, reader_languages
from server.model_map import draw
from server.pages.things import describe_resource
from server.pages.view_tools import embedded
from server.responses import respond, store, urls

pages = Blueprint("vocabulary", __name__)
TOLD_AS_PAGES: Final = ("ontology", "shapes")
"""Graphs that are no source: what is in them has a page of its own."""


@pages.get("/dataset")
def whole() -> ResponseReturnValue:
    """Send to the catalogue, which describes the data set as a whole."""
    return redirect("/catalog", 303)


@pages.get("/ontology")
@pages.get("/ontology.<suffix>")
def ontology(suffix: str | None = None) -> ResponseReturnValue:
    """Tell what the words of the data mean: every class and property, and a map of them."""
    return _told_vocabulary("/ontology", suffix)


@pages.get("/ontology/<name>")
def module(name: str) -> ResponseReturnValue:
    """Tell the same of one module; a version leads to what it is a version of."""
    versioned = _of_version(f"/ontology/{name}")
    if versioned is not None:
        return versioned
    slug, suffix = _parted(name)
    return _told_vocabulary(f"/ontology/{slug}", suffix)


@pages.get("/ontology/<name>/<version>")
def module_version(name: str, version: str) -> ResponseReturnValue:
    """Send from a version of a module to the module."""
    versioned = _of_version(f"/ontology/{name}/{version}")
    if versioned is None:
        raise ResourceNotFound(f"there is no version {version} of {name} here")
    return versioned


def _of_version(path: str) -> ResponseReturnValue | None:
    quads = store().quads(None, term("owl:versionIRI"), NamedNode(urls().iri_of(path)))
    modules = sorted(quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))
    return _sent_on(urls().path_of(modules[0])) if modules else None


def _sent_on(path: str) -> ResponseReturnValue:
    kept = {name: value for name, value in request.args.items() if name in ("generation", "lang")}
    return redirect(urls().with_arguments(path, kept), 303)


def _told_vocabulary(path: str, suffix: str | None) -> ResponseReturnValue:
    iri = urls().iri_of(path)

    def html(triples: Sequence[Triple]) -> str:
        found = read_vocabulary(store(), reader_languages())
        shown = found.module(iri)
        if shown is None:
            raise ResourceNotFound(f"there is no module {iri}")
        parts = {shown.iri} if shown.whole else {each.iri for each in found.modules}
        return render_template(
            "ontology.html",
            record=shown,
            path=path,
            json_ld=embedded(triples, iri),
            vocabulary=found,
            classes=[term for term in found.classes if term.module in parts],
            properties=[term for term in found.properties if term.module in parts],
            names={term.iri: term for term in (*found.classes, *found.properties)},
            drawing=None if shown.whole else draw(found, mirrored=page_language().direction == "rtl"),
        )

    return describe_resource(iri, suffix, html)


@pages.get("/<any(concept, graph):room>/<name>")
def part(room: str, name: str) -> ResponseReturnValue:
    """Describe a concept scheme or a source."""
    slug, suffix = _parted(name)
    if room == "graph" and slug in TOLD_AS_PAGES:
        return _sent_on(f"/{name}")
    return describe_resource(urls().iri_of(f"/{room}/{slug}"), suffix)


@pages.get("/shapes")
@pages.get("/shapes.<suffix>")
def shapes(suffix: str | None = None) -> ResponseReturnValue:
    """Show the rules for each kind of record; as data, the whole graph of shapes."""

    def html(_triples: Sequence[Triple]) -> str:
        return render_template("shapes.html", kinds=rules.all_of(store(), reader_languages()), path="/shapes")

    found = [quad.triple for quad in store().quads(graph=SHAPES)]
    return respond(urls().iri_of("/shapes"), html, "/shapes", suffix, found)


@pages.get("/concept/<scheme>/<name>")
def concept(scheme: str, name: str) -> ResponseReturnValue:
    """Describe one concept."""
    slug, suffix = _parted(name)
    return describe_resource(urls().iri_of(f"/concept/{scheme}/{slug}"), suffix)


@pages.get("/country/<code>")
def country(code: str) -> ResponseReturnValue:
    """Describe a country of the EU authority table by its three letters."""
    letters, suffix = _parted(code)
    if letters != letters.upper():
        place = f"/country/{code.replace(letters, letters.upper())}"
        return redirect(urls().with_arguments(place, request.args.to_dict()), 308)
    return describe_resource(EU_COUNTRY + letters, suffix)


@pages.get("/resource")
def resource() -> ResponseReturnValue:
    """Describe any resource of the graph whose IRI is not ours."""
    iri = request.args.get("iri", "")
    if not iri.startswith(("http://", "https://")) or any(character in iri for character in ' <>"{}|\\^`'):
        raise RequestInvalid("say which resource with ?iri=, an address that begins with http:// or https://")
    if iri.startswith((urls().base_iri, EU_COUNTRY)):
        return _sent_on(urls().path_of(iri))
    return describe_resource(iri, request.args.get("format"))


def _parted(name: str) -> tuple[str, str | None]:
    slug, dot, suffix = name.rpartition(".")
    return (slug, suffix) if dot and suffix in negotiation.SUFFIXES else (name, None)
