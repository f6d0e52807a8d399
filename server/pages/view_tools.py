"""What templates may call: addresses, languages, embedded data. They decide nothing themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

from flask import Flask, current_app, request
from markupsafe import Markup
from pyoxigraph import NamedNode, Triple

from libri_graph import __version__
from libri_graph.languages import LANGUAGES, direction
from libri_graph.model.reading import Record
from libri_graph.namespaces import EU_COUNTRY, compact
from libri_graph.publish import rdf, schema_org
from libri_graph.publish.rdf import MEDIA_TYPES
from server.i18n import chosen_language, page_language, reader_language
from server.outline import FRAME
from server.responses import asked_generation, asked_state, canonical, context, form_address, urls

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
    "Platform": "platform.html",
    "Project": "project.html",
    "Contradiction": "contradiction.html",
    "skos:Concept": "concept.html",
    "skos:ConceptScheme": "scheme.html",
    "Source": "source.html",
}
LISTS = {
    "Initiative": "/initiatives",
    "Partnership": "/initiatives",
    "Practice": "/practices",
    "Organisation": "/organisations",
    "Library": "/organisations",
    "Guide": "/guides",
    "Strategy": "/strategies",
    "Event": "/events",
    "Place": "/places",
    "Platform": "/platforms",
    "Contradiction": "/contradictions",
}
"""Local name of a class -> the list of its records."""
LINKABLE = ("http://", "https://", "mailto:")


def set_up(app: Flask) -> None:
    """Give the templates of `app` what they may call."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_filter(href, "href")
    app.add_template_filter(host, "host")
    app.add_template_filter(direction, "direction")
    app.add_template_filter(anchor, "anchor")
    app.add_template_filter(compact, "curie")
    app.context_processor(_common)


def template_for(record: Record) -> str:
    """Return the template made for the kind of `record`, or the one for anything."""
    if record.iri.startswith(EU_COUNTRY):
        return "country.html"
    return next((TEMPLATES[kind] for kind in record.kinds if kind in TEMPLATES), "record.html")


def embedded(triples: Iterable[Triple], iri: str) -> Markup:
    """Return the same graph as JSON-LD for a data block in the page; nothing in it can end the block."""
    return as_data(rdf.serialize(triples, MEDIA_TYPES["jsonld"], root=NamedNode(iri), context=context()).decode())


def as_schema_org(record: Record, path: str) -> Markup | None:
    """Return `record` in the words of schema.org for a data block in the page at `path`; `None` where it has none."""
    found = schema_org.document(record, canonical(path))
    return as_data(json.dumps(found, ensure_ascii=False)) if found else None


def as_data(text: str) -> Markup:
    """Return JSON so that nothing in it can end the block that it stands in."""
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704  # escaped here


def href(iri: str) -> str:
    """Return the path of our page about `iri`, in the language and the state of the data that the reader chose."""
    return to(urls().path_of(iri), generation=asked_generation())


def to(path: str, **arguments: str | int | None) -> str:
    """Return a path of this site with `arguments`, and with the language where the reader chose one in the address."""
    more = {name: value for name, value in {**arguments, "lang": chosen_language()}.items() if value is not None}
    if not more:
        return path
    place, hash_, fragment = path.partition("#")
    base, _, text = place.partition("?")
    return f"{base}?{urlencode({**dict(parse_qsl(text)), **more})}{hash_}{fragment}"


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


def _common() -> dict[str, object]:
    return {
        "languages": LANGUAGES,
        "page_language": page_language(),
        "language": reader_language(),
        "urls": urls(),
        "version": __version__,
        "lists": LISTS,
        "land": lambda: current_app.extensions["libri"].outline.land,
        "europe_frame": FRAME,
        "formats": tuple(MEDIA_TYPES),
        "with_arguments": with_arguments,
        "to": to,
        "canonical": canonical,
        "chosen_language": chosen_language(),
        "form_address": form_address,
        "state": asked_state(),
        "linkable": lambda iri: iri.startswith(LINKABLE),
    }
