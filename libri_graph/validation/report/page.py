"""A report as HTML: a fragment for a page of ours, or a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from libri_graph.languages import Text, direction
from libri_graph.validation.locate import Places
from libri_graph.validation.names import Names
from libri_graph.validation.report.reading import Finding, InFile, Kind, Reading, Record, Section, read
from libri_graph.validation.report.text import heading
from libri_graph.validation.results import ValidationReport
from libri_graph.validation.words import say

STYLE: Final = (
    "body{font:1rem/1.5 'Source Sans 3','Noto Sans Arabic',system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dd{margin:0}"
    "code,.address{overflow-wrap:anywhere}"
)


def as_html(
    report: ValidationReport,
    language: str,
    names: Names,
    places: Places | None = None,
    *,
    everything: bool = False,
    whole_page: bool = True,
) -> str:
    """Return the report as a page of its own, or as the ``section`` that another page holds."""
    writer = _Writer(read(report, language, names, places, everything=everything))
    return writer.page() if whole_page else writer.fragment()


class _Writer:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._language = reading.language

    def page(self) -> str:
        title = self._say("title")
        return (
            f'<!doctype html>\n<html lang="{escape(self._language)}" dir="{direction(self._language)}">\n<head>'
            f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
            f"<style>{STYLE}</style></head>\n<body>\n{self.fragment()}</body>\n</html>\n"
        )

    def fragment(self) -> str:
        head = f'<section class="validation-report" lang="{escape(self._language)}" dir="{direction(self._language)}">'
        return "\n".join([head, *self._body(), "</section>\n"])

    def _body(self) -> Iterator[str]:
        yield f"<h1>{self._say('title')}</h1>"
        if not self._reading.sections:
            yield f"<p>{self._say('in_order')}</p>"
            return
        yield f"<p>{self._say('publishable' if self._reading.conforms else 'blocked')}</p>"
        for section in self._reading.sections:
            yield from self._section(section)

    def _section(self, section: Section) -> Iterator[str]:
        yield f"<h2>{self._say(heading(section))}: {section.number}</h2>"
        for file in section.files:
            yield from self._file(file)
        if section.kinds:
            yield f"<ul>{''.join(self._kind(kind) for kind in section.kinds)}</ul>"

    def _file(self, file: InFile) -> Iterator[str]:
        yield (
            f'<h3><code dir="ltr">{escape(str(file.file))}</code></h3>'
            if file.file
            else (f"<h3>{self._say('nowhere')}</h3>")
        )
        for record in file.records:
            yield f"<article><h4>{self._name(record)}</h4>{_address(record)}"
            yield from (self._finding(finding) for finding in record.findings)
            yield "</article>"

    def _finding(self, finding: Finding) -> str:
        rows = []
        if finding.field:
            rows.append((self._say("field"), self._text(finding.field)))
        values = ", ".join(f"<bdi><q>{self._text(value)}</q>{_tag(value)}</bdi>" for value in finding.values)
        rows.append((self._say("value"), values or self._say("empty")))
        rows.append((self._say("advice"), self._text(finding.advice)))
        if finding.place and finding.place.line:
            rows.append((escape(str(finding.place.file.name)), self._say("line", line=finding.place.line)))
        return f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in rows)}</dl>"

    def _kind(self, kind: Kind) -> str:
        field = f"<b>{self._text(kind.field)}</b>: " if kind.field else ""
        rest = kind.number - len(kind.records)
        more = f", {self._say('more', number=rest)}" if rest else ""
        few = ", ".join(self._linked(record) for record in kind.records)
        return f"<li>{kind.number} × {field}{self._text(kind.advice)}<br>{few}{more}</li>"

    def _linked(self, record: Record) -> str:
        name = self._name(record)
        return f'<a href="{escape(record.address)}">{name}</a>' if record.address.startswith("http") else name

    def _name(self, record: Record) -> str:
        return self._text(record.name) if record.name else self._say("nameless")

    def _text(self, text: Text) -> str:
        """Return a text escaped, kept apart from its surroundings, its language marked where it is another."""
        other = text.language and text.language != self._language
        marked = f' lang="{escape(text.language)}" dir="{direction(text.language)}"' if other else ""
        return f"<bdi{marked}>{escape(text.text)}</bdi>"

    def _say(self, phrase: str, **values: object) -> str:
        return escape(say(phrase, self._language, **values))


def _tag(value: Text) -> str:
    return f" ({escape(value.language)})" if value.language else ""


def _address(record: Record) -> str:
    address = escape(record.address)
    if not record.address:
        return ""
    shown = f'<a href="{address}">{address}</a>' if record.address.startswith("http") else address
    return f'<p class="address"><bdi dir="ltr">{shown}</bdi></p>'
