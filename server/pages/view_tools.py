"""What templates may call: addresses, languages, embedded data. They decide nothing themselves."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Flask, request
from markupsafe import Markup
from pyoxigraph import NamedNode, Triple

from libri_graph import __version__
from libri_graph.languages import LANGUAGES, direction
from libri_graph.model.reading import Record
from libri_graph.publish import rdf
from libri_graph.publish.rdf import MEDIA_TYPES
from server.i18n import page_language, reader_language
from server.responses import context, urls

TEMPLATES = {
    "Initiative": "initiative.html",
    "Partnership": "initiative.html",
    "Practice": "practice.html",
    "Organisation": "organisation.html",
    "Library": "organisation.html",
    "Guide": "publication.html",
    "Strategy": "publication.html",
    "Event": "event.html",
    "Place": "place.html",
    "Project": "project.html",
    "Contradiction": "contradiction.html",
    "skos:Concept": "concept.html",
    "skos:ConceptScheme": "scheme.html",
    "Source": "source.html",
}
LINKABLE = ("http://", "https://", "mailto:")


def set_up(app: Flask) -> None:
    """Give the templates of `app` what they may call."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_filter(href, "href")
    app.add_template_filter(host, "host")
    app.add_template_filter(direction, "direction")
    app.add_template_filter(anchor, "anchor")
    app.context_processor(_common)


def template_for(record: Record) -> str:
    """Return the template made for the kind of `record`, or the one for anything."""
    return next((TEMPLATES[kind] for kind in record.kinds if kind in TEMPLATES), "record.html")


def embedded(triples: Iterable[Triple], iri: str) -> Markup:
    """Return the same graph as JSON-LD for a data block in the page; nothing in it can end the block."""
    body = rdf.serialize(triples, MEDIA_TYPES["jsonld"], root=NamedNode(iri), context=context()).decode()
    return Markup(body.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704  # escaped here


def href(iri: str) -> str:
    """Return the path of our page about `iri`."""
    return urls().path_of(iri)


def host(iri: str) -> str:
    """Return the host of an address, as a reader recognises it."""
    return iri.split("/")[2].removeprefix("www.") if iri.startswith(LINKABLE[:2]) and iri.count("/") >= 2 else iri


def anchor(iri: str) -> str:
    """Return the end of an IRI, to be an id in a page."""
    return iri.replace("#", "/").rsplit("/", 1)[-1]


def with_arguments(**changes: str | int | None) -> str:
    """Return the address of this page with some of its arguments changed; `None` takes one away."""
    arguments = {**request.args.to_dict(), **changes}
    text = urlencode(sorted((name, value) for name, value in arguments.items() if value is not None))
    return f"{request.path}?{text}" if text else request.path


def form_address(path: str, suffix: str) -> str:
    """Return the address of the page at `path` in another form."""
    return f"{path}&format={suffix}" if "?" in path else f"{path}.{suffix}"


def _common() -> dict[str, object]:
    return {
        "languages": LANGUAGES,
        "page_language": page_language(),
        "language": reader_language(),
        "urls": urls(),
        "version": __version__,
        "formats": tuple(MEDIA_TYPES),
        "with_arguments": with_arguments,
        "form_address": form_address,
        "linkable": lambda iri: iri.startswith(LINKABLE),
    }
