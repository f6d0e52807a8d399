"""Answers to visitors' queries as tables to read: names beside IRIs, the language of each text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import NamedNode

from libri_graph.catalogue.labels import labels_of
from libri_graph.catalogue.reading import name_of, read
from libri_graph.languages import Text
from libri_graph.model.reading import ReadText
from libri_graph.namespaces import IDS, PREFIXES, compact
from libri_graph.store.protocol import Store

MOST_NAMED: Final = 2000
"""Different IRIs of one table that get a name."""
XSD: Final = PREFIXES["xsd"]
NUMBERS: Final = frozenset(XSD + name for name in ("integer", "decimal", "double", "float", "int", "long"))
WKT: Final = PREFIXES["gsp"] + "wktLiteral"
BINDINGS: Final = '"bindings":['


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: an IRI with its name, or a text."""

    text: ReadText
    iri: str = ""
    short: str = ""
    """The IRI as people write it."""
    kind: str = ""
    """``number``, ``wkt``, ``iri``, or empty for anything else."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to show."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    total: int
    whole: bool
    """Whether `total` counts all rows; else there are more."""


def table(body: bytes, most_rows: int, store: Store, languages: Sequence[str], *, whole: bool = True) -> Table:
    """Return the first `most_rows` rows of a SELECT answer in SPARQL JSON, as a reader of `languages` sees them.

    `body` may be cut anywhere after its head (`whole` false); what comes after the last whole row is left out.
    One query for all names. Source: SPARQL 1.1 Query Results JSON Format.
    """
    text = body.decode("utf-8", "replace" if not whole else "strict")
    variables = tuple(str(name) for name in json.JSONDecoder().raw_decode(text, text.index("["))[0])
    rows = list(_rows(text))
    shown = rows[:most_rows]
    iris = {term["value"]: None for row in shown for term in row.values() if term["type"] == "uri"}
    labels = labels_of(store, [NamedNode(iri) for iri in list(iris)[:MOST_NAMED]])
    cells = tuple(tuple(_cell(row.get(name), labels, languages) for name in variables) for row in shown)
    return Table(variables, cells, len(rows), whole)


def _rows(text: str) -> Iterator[dict[str, dict[str, Any]]]:
    decoder = json.JSONDecoder()
    place = text.find(BINDINGS)
    place = place + len(BINDINGS) if place >= 0 else len(text)
    while place < len(text) and text[place] != "]":
        try:
            row, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError:
            return
        yield row
        place += text[place : place + 1] == ","


def _cell(
    term: Mapping[str, Any] | None, labels: Mapping[str, Sequence[Text]], languages: Sequence[str]
) -> Cell | None:
    if term is None:
        return None
    value = term["value"]
    if term["type"] == "uri":
        short = compact(value).removeprefix(IDS)
        name = name_of(value, labels[value], languages) if labels.get(value) else ReadText("", "")
        return Cell(name, value, short, "iri")
    if not isinstance(value, str):
        return Cell(ReadText(json.dumps(value, ensure_ascii=False), ""))
    datatype = str(term.get("datatype", ""))
    kind = "number" if datatype in NUMBERS else "wkt" if datatype == WKT else ""
    return Cell(read(Text(value, str(term.get("xml:lang", ""))), languages), kind=kind)
