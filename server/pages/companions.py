"""What stands on a record's page beside what the record itself says: for each kind, what its reader asks next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pyoxigraph import NamedNode

from libri_graph.catalogue.reading import cards
from libri_graph.model.reading import Record
from server.i18n import reader_languages
from server.responses import store


def companions(template: str, record: Record) -> dict[str, object]:
    """Return what `template` shows beside `record`."""
    found = BESIDE.get(template)
    return found(record) if found else {}


def _of_practice(record: Record) -> dict[str, object]:
    """Where it has been done."""
    done = [NamedNode(thing.iri) for thing in record.things.get("libri:evidencedBy", ())]
    return {"done": cards(store(), done, reader_languages())}


BESIDE: Final[dict[str, Callable[[Record], dict[str, object]]]] = {"practice.html": _of_practice}
