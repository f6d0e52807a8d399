"""The first page."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from libri_graph.catalogue import histories
from libri_graph.index.filters import Filters
from libri_graph.journal import history
from libri_graph.journal.journal import Journal
from libri_graph.model.history import ReadChange
from libri_graph.namespaces import EU_COUNTRY
from libri_graph.publish.rdf import MEDIA_TYPES
from server.i18n import reader_languages
from server.negotiation import HTML
from server.pages.maps import drawn
from server.responses import current, page, reading, store
from server.signposts import Link

pages = Blueprint("home", __name__)
DOORS: Final = ("initiatives", "guides", "practices", "strategies")
"""The four results of LIBRI."""
WAYS_IN: Final = (
    Link("/void", "describedby", "text/turtle"),
    Link("/catalog", "describedby", "text/turtle"),
    Link("/api/openapi.json", "service-desc", "application/json"),
    Link("/api", "service-doc", "text/html"),
)
"""Where programs go on. Source: RFC 8631, 4 (service-desc, service-doc); FAIR Signposting Profile 1.0 (describedby)."""
LATEST: Final = 3
"""Change sets that are told."""
UNION: Final = EU_COUNTRY + "EUR"
"""Stands among the countries for what concerns all of them."""


@pages.get("/")
def home() -> ResponseReturnValue:
    """Show what this is: search, the four results of LIBRI as doors, a map, what changed, and the ways in.

    Who would rather have RDF is sent to the description of the data, which the page leads to as well.
    """
    if request.accept_mimetypes.best_match([HTML, *MEDIA_TYPES.values()], HTML) != HTML:
        response = redirect("/void", 303)
        response.headers["Vary"] = "Accept"
        return response
    index = reading()
    countries = index.list(Filters("initiatives"), limit=0).facet("country")
    return page(
        "home.html",
        "/",
        by_accept=True,
        links=WAYS_IN,
        counts={kind: index.list(Filters(kind), limit=0).total for kind in DOORS},
        countries=sum(value.thing.iri != UNION for value in countries.values) if countries else 0,
        spots=drawn(Filters("initiatives")),
        changes=_latest(),
    )


def _latest() -> tuple[ReadChange, ...]:
    with Journal.reading(current().generations.data_dir) as journal:
        found = history.latest(journal, None)[:LATEST] if journal else []
    return histories.of_changes(store(), found, reader_languages())
