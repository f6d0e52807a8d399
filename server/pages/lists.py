"""A list for each kind of record, with paging and facets in the address."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from pyoxigraph import NamedNode

from libri_graph.catalogue.lists import members
from libri_graph.errors import RequestInvalid
from libri_graph.namespaces import LIBRI
from server.i18n import reader_languages
from server.responses import page, store

pages = Blueprint("lists", __name__)
KINDS: Final = {
    "initiatives": "Initiative",
    "organisations": "Organisation",
    "guides": "Guide",
    "practices": "Practice",
    "strategies": "Strategy",
    "events": "Event",
    "contradictions": "Contradiction",
    "platforms": "Platform",
    "places": "Place",
}
"""Name of the list in addresses -> local name of the class."""


@pages.get(f"/<any({', '.join(KINDS)}):name>")
def listing(name: str) -> ResponseReturnValue:
    """Show one page of a list, of one country or one concept where the address says so."""
    found = members(
        store(),
        NamedNode(LIBRI + KINDS[name]),
        reader_languages(),
        page=request.args.get("page", 1, type=int),
        country=_iri("country"),
        concept=_iri("concept"),
    )
    if not 1 <= found.page <= found.pages:
        abort(404)
    return page("list.html", f"/{name}", name=name, listing=found)


def _iri(name: str) -> NamedNode | None:
    value = request.args.get(name)
    try:
        return NamedNode(value) if value else None
    except ValueError as fault:
        raise RequestInvalid(f"{name} must be an address (IRI), not {value!r}") from fault
