"""A report as plain text, for a terminal or a mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from libri_graph.languages import Text, direction
from libri_graph.validation.locate import Places
from libri_graph.validation.names import Names
from libri_graph.validation.report.reading import Finding, InFile, Kind, Reading, Record, Section, read
from libri_graph.validation.results import ValidationReport
from libri_graph.validation.words import say

ISOLATE: Final = "\u2068"
POP: Final = "\u2069"
"""Around a text of another direction, so that neither upsets the other (Unicode, UAX 9)."""


def as_text(
    report: ValidationReport, language: str, names: Names, places: Places | None = None, *, everything: bool = False
) -> str:
    """Return the report for a reader of `language`: errors by file and record, the rest by kind unless `everything`."""
    return "\n".join(_Writer(read(report, language, names, places, everything=everything)).lines()) + "\n"


class _Writer:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._language = reading.language

    def lines(self) -> Iterator[str]:
        if not self._reading.sections:
            yield self._say("in_order")
            return
        for section in self._reading.sections:
            yield from self._section(section)
        yield self._say("publishable" if self._reading.conforms else "blocked")

    def _section(self, section: Section) -> Iterator[str]:
        yield f"{self._say(heading(section))}: {section.number}"
        yield ""
        for file in section.files:
            yield from self._file(file)
        for kind in section.kinds:
            yield from self._kind(kind)
        if section.kinds:
            yield self._say("all")
            yield ""

    def _file(self, file: InFile) -> Iterator[str]:
        yield self._isolated(str(file.file)) if file.file else self._say("nowhere")
        for record in file.records:
            yield f"  {self._name(record)}  {self._isolated(record.address)}".rstrip()
            for finding in record.findings:
                yield from (f"    {line}" for line in self._finding(finding))
            yield ""

    def _finding(self, finding: Finding) -> Iterator[str]:
        parts = []
        if finding.place and finding.place.line:
            parts.append(self._say("line", line=finding.place.line))
        if finding.field:
            parts.append(f"{self._say('field')}: {self._shown(finding.field)}")
        values = ", ".join(self._quoted(value) for value in finding.values) or self._say("empty")
        parts.append(f"{self._say('value')}: {values}")
        yield " · ".join(parts)
        yield f"{self._say('advice')}: {self._shown(finding.advice)}"

    def _kind(self, kind: Kind) -> Iterator[str]:
        field = f"{self._shown(kind.field)}: " if kind.field else ""
        yield f"  {kind.number} × {field}{self._shown(kind.advice)}"
        rest = kind.number - len(kind.records)
        few = ", ".join(
            self._name(record) if record.name else self._isolated(record.address) for record in kind.records
        )
        yield f"      {few}{', ' + self._say('more', number=rest) if rest else ''}"
        yield ""

    def _name(self, record: Record) -> str:
        return self._shown(record.name) if record.name else self._say("nameless")

    def _quoted(self, value: Text) -> str:
        tag = f" ({value.language})" if value.language else ""
        return f"{self._isolated(f'“{value.text}”')}{tag}"

    def _shown(self, text: Text) -> str:
        return self._isolated(text.text)

    def _isolated(self, text: str) -> str:
        """Return `text` kept apart from its surroundings, where those run from right to left."""
        return f"{ISOLATE}{text}{POP}" if direction(self._language) == "rtl" else text

    def _say(self, phrase: str, **values: object) -> str:
        return say(phrase, self._language, **values)


def heading(section: Section) -> str:
    """Return the name of the phrase that heads a section."""
    name = section.severity.value.rpartition("#")[2]
    return name if name in ("Violation", "Warning") else "Info"
