"""The first page."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from libri_graph.catalogue import statistics
from server.responses import page, store

pages = Blueprint("home", __name__)


@pages.get("/")
def home() -> ResponseReturnValue:
    """Show what this is, the four results of LIBRI as doors, and the ways in."""
    counts = {count.name: count.number for count in statistics.counts(store())}
    return page("home.html", "/", counts=counts)
