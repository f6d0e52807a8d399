"""Lists as tables for spreadsheet programs: one CSV a kind of record, all described in one file (CSV on the Web).

Source: Metadata Vocabulary for Tabular Data, W3C Recommendation, 2015.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

from pyoxigraph import Literal, NamedNode, Store, Triple

from libri_graph.index.facets import KINDS
from libri_graph.languages import DEFAULT, TAGS
from libri_graph.namespaces import PREFIXES, compact, term
from libri_graph.publish.packing import Dump, Packed
from libri_graph.publish.streams import subjects

BETWEEN: Final = " | "
"""Stands between several values of one cell."""
CSV: Final = "text/csv"
METADATA: Final = "application/csvm+json"
DESCRIBED: Final = "csv-metadata.json"
"""Ends the name of the file that describes all tables."""
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
TYPES: Final = frozenset({"integer", "decimal", "boolean", "date", "dateTime", "gYear", "gYearMonth", "anyURI"})
"""Datatypes that CSVW calls as XML Schema does."""
TYPE: Final = term("rdf:type")
LABELS: Final = (term("skos:prefLabel"), term("rdfs:label"), term("foaf:name"))
Naming = Callable[[str], str]


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """Values of one property that are written alike."""

    path: str
    kind: str
    """``@id`` for addresses, ``@lang`` for texts, else the name of a datatype."""
    language: str = ""

    @property
    def name(self) -> str:
        """As programs call it."""
        local = compact(self.path).replace(":", "_").replace("-", "_")
        plain = local if local.isidentifier() else "".join(c if c.isalnum() else "_" for c in local)
        return f"{plain}_{self.language.replace('-', '_')}" if self.language else plain


def write(store: Store, view: Path, stem: str, folder: Path) -> list[Dump]:
    """Write the records of each list as ``STEM-KIND.csv``, and ``STEM-csv-metadata.json``; return what was written.

    A record is a row, in the order of `view`, which is the view as sorted lines. Memory does not grow with the records;
    beside `view`, the disk has to hold them once more for that time.
    """
    naming = _naming(store)
    dumps, tables = [], []
    with ExitStack() as stack:
        found = {kind: stack.enter_context(_Records(view.with_name(f"{kind}.jsonl"))) for kind in KINDS}
        for triples in subjects(view):
            _sort_in(triples, found)
    for kind, records in found.items():
        if records.columns:
            several = _columns(records.columns)
            name = f"{stem}-{kind}.csv"
            with Packed(folder, name, CSV, "tables") as file:
                for line in _rows(records.read(), several, naming):
                    file.write(line)
            dumps.append(file.dump())
            tables.append(_table(name, kind, several))
    with Packed(folder, f"{stem}-{DESCRIBED}", METADATA, "tables") as file:
        file.write(json.dumps(_group(tables), indent=1, ensure_ascii=False))
    return [*dumps, file.dump()]


class _Records:
    """The records of one list, kept in a file until all columns are known."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("w", encoding="utf-8")
        self.columns: dict[Column, bool] = {}
        """Every column, and whether any record has several values there."""

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let nothing be added any more."""
        self._file.close()

    def add(self, iri: str, found: Mapping[Column, Sequence[str]]) -> None:
        """Keep a record."""
        for column, values in found.items():
            self.columns[column] = self.columns.get(column, False) or len(values) > 1
        plain = [[column.path, column.kind, column.language, values] for column, values in found.items()]
        self._file.write(json.dumps([iri, plain], ensure_ascii=False) + "\n")

    def read(self) -> Iterator[tuple[str, dict[Column, list[str]]]]:
        """Yield the records in the order in which they came."""
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                iri, plain = json.loads(line)
                yield iri, {Column(path, kind, language): values for path, kind, language, values in plain}


def _sort_in(triples: Sequence[Triple], found: Mapping[str, _Records]) -> None:
    """Put what is said of one subject with the records of the lists that it is in."""
    subject = triples[0].subject
    classes = {t.object.value for t in triples if t.predicate == TYPE and isinstance(t.object, NamedNode)}
    kinds = [kind for kind, name in KINDS.items() if name in classes]
    if kinds and isinstance(subject, NamedNode):
        values = _values(triples)
        for kind in kinds:
            found[kind].add(subject.value, values)


def _naming(store: Store) -> Naming:
    """Return what names a thing in English, else in any language, else by its address."""

    @lru_cache(maxsize=50_000)
    def name(iri: str) -> str:
        quads = (quad for path in LABELS for quad in store.quads_for_pattern(NamedNode(iri), path, None, None))
        texts = sorted((q.object for q in quads if isinstance(q.object, Literal)), key=lambda text: text.language or "")
        english = next((text.value for text in texts if text.language == DEFAULT), "")
        return english or next((text.value for text in texts), iri)

    return name


def _values(triples: Sequence[Triple]) -> dict[Column, list[str]]:
    found: dict[Column, list[str]] = defaultdict(list)
    for triple in triples:
        column = _column(triple.predicate.value, triple.object)
        if column is not None and triple.predicate != TYPE:
            found[column].append(triple.object.value)  # type: ignore[union-attr]  # a column has IRIs and literals only
    return {column: sorted(values) for column, values in found.items()}


def _column(path: str, value: object) -> Column | None:
    if isinstance(value, NamedNode):
        return Column(path, "@id")
    if not isinstance(value, Literal):
        return None
    if value.language:
        return Column(path, "@lang", value.language)
    local = value.datatype.value.removeprefix(PREFIXES["xsd"])
    return Column(path, local if local in TYPES else "string")


def _columns(several: Mapping[Column, bool]) -> dict[Column, bool]:
    """Return the columns in order; values of several datatypes stand in one as texts."""
    mixed = {path for path in {c.path for c in several} if len({c.kind for c in several if c.path == path}) > 1}
    one_kind = {c: many for c, many in several.items() if c.path not in mixed or c.kind in ("@id", "@lang")}
    strings = {Column(c.path, "string"): True for c in several if c.path in mixed and c.kind not in ("@id", "@lang")}
    return dict(sorted((one_kind | strings).items(), key=lambda item: _place(item[0])))


def _place(column: Column) -> tuple[bool, str, int, str]:
    """Names first, then by property; languages in their own order."""
    order = TAGS.index(column.language) if column.language in TAGS else len(TAGS)
    return column.path != LABELS[0].value, compact(column.path), order, column.language


def _rows(
    records: Iterator[tuple[str, dict[Column, list[str]]]], columns: dict[Column, bool], naming: Naming
) -> Iterator[str]:
    yield _line([title for title, _, _ in _heads(columns)])
    for iri, found in records:
        cells = [iri]
        for column, many in columns.items():
            values = found.get(column) or [
                value for other, each in found.items() if _is_part(other, column, columns) for value in each
            ]
            cells.append(_cell(values, many))
            if column.kind == "@id":
                cells.append(_cell([naming(value) for value in values], many))
        yield _line(cells)


def _is_part(other: Column, column: Column, columns: dict[Column, bool]) -> bool:
    """Return whether values of `other`, which has no column of its own, stand in that of `column`, which is mixed."""
    return column.kind == "string" and other.path == column.path and not other.language and other not in columns


def _cell(values: Sequence[str], many: bool) -> str:
    return BETWEEN.join(value.replace(BETWEEN, " / ") for value in values) if many else "".join(values)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _heads(columns: dict[Column, bool]) -> Iterator[tuple[str, dict[str, object], bool]]:
    """Yield name, description and plurality of each column of a table, the address of the record first."""
    yield "id", {"datatype": "anyURI", "required": True, "suppressOutput": True}, False
    for column, many in columns.items():
        about: dict[str, object] = {"propertyUrl": column.path}
        if column.kind == "@id":
            yield column.name, {**about, "datatype": "anyURI", "valueUrl": f"{{+{column.name}}}"}, many
            yield f"{column.name}_label", {"datatype": "string", "lang": DEFAULT, "suppressOutput": True}, many
        elif column.kind == "@lang":
            yield column.name, {**about, "datatype": "string", "lang": column.language}, many
        else:
            yield column.name, {**about, "datatype": column.kind}, many


def _table(name: str, kind: str, columns: dict[Column, bool]) -> dict[str, object]:
    described = [
        {"name": title, "titles": title, **about, **({"separator": BETWEEN} if many else {})}
        for title, about, many in _heads(columns)
    ]
    schema = {"aboutUrl": "{+id}", "primaryKey": "id", "columns": described}
    return {"url": name, "dc:title": kind, "tableSchema": schema}


def _group(tables: Sequence[dict[str, object]]) -> dict[str, object]:
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "dc:title": "LIBRI Graph: its lists as tables",
        "dc:license": {"@id": LICENCE},
        "dialect": {"encoding": "utf-8", "header": True},
        "tables": list(tables),
    }
