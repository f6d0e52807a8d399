"""What the data are written in: ontology, shapes, concepts, sources, countries, and anything else with an IRI."""

from __future__ import annotations

import re
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
from server.responses import asked_generation, current, respond, store, urls

pages = Blueprint("vocabulary", __name__)
VERSION: Final = re.compile(r"\d[A-Za-z0-9.-]{0,40}")
"""The end of the IRI of a version."""
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
    """Send from a version to what it is a version of; from one of before, to the last kept generation that has it."""
    if not VERSION.fullmatch(path.rpartition("/")[2]):
        return None
    iri = urls().iri_of(path)
    quads = store().quads(None, term("owl:versionIRI"), NamedNode(iri))
    modules = sorted(quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode))
    if modules:
        return _sent_on(_told_at(modules[0]))
    before = current().last_version(iri) if asked_generation() is None else None
    return _sent_on(_told_at(before[1]), before[0]) if before else None


def _told_at(module: str) -> str:
    """Return the path of the page that tells of a module; all rules stand on one."""
    path = urls().path_of(module)
    return "/shapes" if path.startswith("/shapes/") else path


def _sent_on(path: str, generation: int | None = None) -> ResponseReturnValue:
    kept = {name: value for name, value in request.args.items() if name in ("generation", "lang")}
    return redirect(urls().with_arguments(path, kept | ({"generation": str(generation)} if generation else {})), 303)


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


@pages.get("/shapes/<path:version>")
def shapes_version(version: str) -> ResponseReturnValue:
    """Send from a version of the rules, or of some of them, to the rules."""
    versioned = _of_version(f"/shapes/{version}")
    if versioned is None:
        raise ResourceNotFound(f"there are no rules {version} here")
    return versioned


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
