"""A report put into words and order for one reader: by severity, then file, then record.

Nothing here is jargon: a record has its name and its address, a field its label, a value its text or its own name, and
the advice says what to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode

from libri_graph.languages import Text, best_text, fallback_chain
from libri_graph.namespaces import compact
from libri_graph.validation.locate import Nowhere, Place, Places
from libri_graph.validation.names import Names
from libri_graph.validation.results import Result, ValidationReport
from libri_graph.validation.shapes import VIOLATION
from libri_graph.validation.shapes_graph import Term
from libri_graph.validation.words import say

FIRST_FEW: Final = 3
"""Records that a summary names."""
LONGEST: Final = 200
"""Characters of a value that a report shows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, in words."""

    field: Text | None
    values: tuple[Text, ...]
    """Empty when a value is missing."""
    advice: Text
    place: Place | None


@dataclass(frozen=True, slots=True)
class Record:
    """One record and what was found in it."""

    name: Text | None
    address: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class InFile:
    """One file and its records; `file` is `None` for records that stand in no known file."""

    file: Path | None
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """Many findings of one kind: what to do, and the first few records."""

    field: Text | None
    advice: Text
    number: int
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """All findings of one severity: one by one in files, or summed up by kind."""

    severity: NamedNode
    number: int
    files: tuple[InFile, ...] = ()
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole report for one reader."""

    language: str
    conforms: bool
    sections: tuple[Section, ...]


def read(
    report: ValidationReport, language: str, names: Names, places: Places | None = None, *, everything: bool = False
) -> Reading:
    """Return `report` in the reader's language; Violations one by one, the rest by kind unless `everything`."""
    reader = _Reader(language, names, places or Nowhere())
    by_severity: dict[NamedNode, list[Result]] = defaultdict(list)
    for result in report.distinct:
        by_severity[result.severity].append(result)
    sections = (reader.section(severity, found, everything) for severity, found in by_severity.items())
    return Reading(language, report.conforms, tuple(sections))


class _Reader:
    def __init__(self, language: str, names: Names, places: Places) -> None:
        self._language, self._names, self._places = language, names, places
        self._languages = fallback_chain(language)

    def section(self, severity: NamedNode, results: Sequence[Result], everything: bool) -> Section:
        if everything or severity == VIOLATION:
            return Section(severity, len(results), files=self._files(results))
        return Section(severity, len(results), kinds=self._kinds(results))

    def _files(self, results: Iterable[Result]) -> tuple[InFile, ...]:
        files: dict[Path | None, dict[Term, list[Finding]]] = defaultdict(lambda: defaultdict(list))
        for result in results:
            record = self._names.record(result.focus_node)
            place = self._places.place(result, record)
            files[place.file if place else None][record].append(self._finding(result, place))
        ordered = sorted(files.items(), key=lambda item: (item[0] is None, str(item[0])))
        return tuple(InFile(file, self._records(found)) for file, found in ordered)

    def _records(self, found: dict[Term, list[Finding]]) -> tuple[Record, ...]:
        records = [self._record(node, findings) for node, findings in found.items()]
        return tuple(sorted(records, key=lambda record: (_line(record.findings), record.address)))

    def _record(self, node: Term, findings: Iterable[Finding]) -> Record:
        address = node.value if isinstance(node, NamedNode) else ""
        name = self._names.label(node, self._language)
        return Record(name, address, tuple(sorted(_without_echoes(findings), key=_own_line)))

    def _kinds(self, results: Iterable[Result]) -> tuple[Kind, ...]:
        kinds: dict[tuple[str, ...], list[Result]] = defaultdict(list)
        for result in results:
            kinds[str(result.source_shape), str(result.component), str(result.messages)].append(result)
        return tuple(self._kind(found) for found in sorted(kinds.values(), key=len, reverse=True))

    def _kind(self, results: Sequence[Result]) -> Kind:
        records = dict.fromkeys(self._names.record(result.focus_node) for result in results)
        few = tuple(self._record(node, ()) for node in list(records)[:FIRST_FEW])
        return Kind(self._field(results[0]), self._advice(results[0]), len(records), few)

    def _finding(self, result: Result, place: Place | None) -> Finding:
        values = tuple(self._value(value) for value in result.shown)
        return Finding(self._field(result), values, self._advice(result), place)

    def _field(self, result: Result) -> Text | None:
        named = best_text((Text(text, tag) for tag, text in result.names.items()), self._languages)
        if named is not None or result.predicate is None:
            return named
        return self._names.label(result.predicate, self._language) or Text(compact(result.predicate.value))

    def _value(self, value: Term) -> Text:
        if isinstance(value, Literal):
            return Text(_shortened(value.value), value.language or "")
        named = self._names.label(value, self._language)
        return named or Text(value.value if isinstance(value, NamedNode) else "…")

    def _advice(self, result: Result) -> Text:
        said = best_text((Text(text, tag) for tag, text in result.messages.items()), self._languages)
        return said or Text(say("unexplained", self._language), self._language)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _without_echoes(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without those that say the same of the same value: two constraints, one message."""
    return list({(finding.field, finding.values, finding.advice): finding for finding in findings}.values())


def _own_line(finding: Finding) -> int:
    return finding.place.line or 0 if finding.place else 0


def _line(findings: Sequence[Finding]) -> int:
    return min(map(_own_line, findings), default=0)
