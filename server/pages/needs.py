"""Which needs are met in which country: a table, and bars that print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint
from flask.typing import ResponseReturnValue

from libri_graph.catalogue.prepared import read_named
from libri_graph.index.filters import Filters
from server.i18n import reader_languages
from server.responses import page, reading

pages = Blueprint("needs", __name__)
STEPS: Final = (1, 2, 4, 8, 16)
"""From so many initiatives on, a field is drawn one step stronger."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many initiatives of a country meet a need."""

    count: int
    step: int
    query: str


@pages.get("/needs")
def needs() -> ResponseReturnValue:
    """Show needs by countries."""
    found = reading().matrix()
    languages = reader_languages()
    rows = [
        (
            read_named(need, languages),
            [_cell(count, need.iri, country.iri) for count, country in zip(row, found.countries, strict=True)],
            total,
        )
        for need, row, total in zip(found.needs, found.counts, found.totals, strict=True)
    ]
    countries = [read_named(country, languages) for country in found.countries]
    return page("needs.html", "/needs", countries=countries, rows=rows, most=max(found.totals, default=1))


def _cell(count: int, need: str, country: str) -> Cell:
    query = Filters("initiatives").with_value("country", country).with_value("need", need).query() if count else ""
    return Cell(count, sum(count >= step for step in STEPS), query)
