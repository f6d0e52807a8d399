"""A report for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from html import escape
from typing import Any, Final

from libri_graph.conformance.rule import Level, Verdict
from libri_graph.conformance.run import SUBJECTS, Outcome, Report

MOST_ASKED: Final = 6
"""Requests that are shown of one rule; the JSON has all."""
FORMAT: Final = 1
"""Number of the JSON's form; it changes when a key goes or changes its meaning."""


def as_text(report: Report, *, everything: bool = False) -> str:
    """Return the broken rules, the gravest first; with `everything` the kept and unasked ones after them."""
    shown = [found for level in Level for found in report.broken(level)]
    parts = [_paragraph(found) for found in shown]
    if everything:
        parts += [_line(found) for found in report.outcomes if found.verdict is not Verdict.broken]
    return "\n".join([*parts, summary(report), ""])


def summary(report: Report) -> str:
    """Return how many rules of which level were kept, broken and not asked, and of what."""
    counted = Counter(found.verdict for found in report.outcomes)
    broken = ", ".join(f"{len(found)} {level}" for level in Level if (found := report.broken(level)))
    return (
        f"{report.url}: {counted[Verdict.kept]} rules kept, {counted[Verdict.broken]} broken"
        f"{f' ({broken})' if broken else ''}, {counted[Verdict.not_asked]} with nothing to ask; "
        f"{report.requests} requests, {len(report.things)} things, "
        f"{f'endpoint {report.endpoint}' if report.endpoint else 'no endpoint'}"
    )


def as_json(report: Report) -> str:
    """Return all of it as JSON; docs/check.md describes the keys."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "url": report.url,
        "conforms": report.conforms,
        "things": list(report.things),
        "endpoint": report.endpoint,
        "requests": report.requests,
        "outcomes": [_object(found) for found in report.outcomes],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def as_html(report: Report) -> str:
    """Return a page of its own, without scripts or other files; broken rules come first in each subject."""
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f"<title>Linked data at {escape(report.url)}</title>\n{STYLE}\n"
        f"<h1>Linked data at {escape(report.url)}</h1>\n<p>{escape(summary(report))}.</p>\n"
        + "".join(_section(subject, report) for subject in SUBJECTS)
        + "</html>\n"
    )


STYLE: Final = (
    "<style>body{font:1rem/1.5 sans-serif;max-width:70rem;margin:auto;padding:1rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem;"
    "border-top:1px solid #767676;overflow-wrap:anywhere}</style>"
)


def _paragraph(found: Outcome) -> str:
    asked = [f"  asked:   {line}" for line in found.asked[:MOST_ASKED]]
    more = len(found.asked) - MOST_ASKED
    asked += [f"           and {more} more"] if more > 0 else []
    rule = found.rule
    lines = [f"{rule.level.upper()} {rule.id}: {rule.demand}", *asked, f"  came:    {found.came}"]
    return "\n".join([*lines, f"  to mend: {rule.mend}", f"  source:  {rule.source}", ""])


def _line(found: Outcome) -> str:
    return f"{found.verdict} {found.rule.id}: {found.rule.demand}" + (f" ({found.came})" if found.came else "")


def _object(found: Outcome) -> dict[str, Any]:
    rule = found.rule
    return {
        "rule": rule.id,
        "level": rule.level.value,
        "verdict": found.verdict.value,
        "demand": rule.demand,
        "source": rule.source,
        "asked": list(found.asked),
        "came": found.came,
        "mend": rule.mend,
    }


def _section(subject: str, report: Report) -> str:
    ids = {rule.id for rule in SUBJECTS[subject]}
    found = [outcome for outcome in report.outcomes if outcome.rule.id in ids]
    if not found:
        return ""
    order = [Verdict.broken, Verdict.kept, Verdict.not_asked]
    rows = "".join(_row(outcome) for outcome in sorted(found, key=lambda outcome: order.index(outcome.verdict)))
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Rule", "", "What it demands", "What came", "To mend"))
    return f"<h2>{escape(subject.capitalize())}</h2>\n<table>\n<tr>{head}</tr>\n{rows}</table>\n"


def _row(found: Outcome) -> str:
    rule = found.rule
    mend = rule.mend if found.verdict is Verdict.broken else ""
    cells = (rule.level.value, found.verdict.value, f"{rule.demand} [{rule.source}]", found.came, mend)
    verdict = f"{cells[0]}: {cells[1]}"
    texts = "".join(f"<td>{escape(text)}</td>" for text in (verdict, *cells[2:]))
    return f'<tr><th scope="row">{escape(rule.id)}</th>{texts}</tr>\n'
