"""Run the tests of query and update evaluation, of their syntax and of result formats on one target."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .answers import RESULTS, Answer, Graphs, Table, read_expected, read_sources
from .compare import same_answer, same_graphs
from .manifest import Case, iri_of
from .targets import Blame, Refused, Target


@dataclass(frozen=True)
class Outcome:
    """How one test ended; `detail` says what went wrong, empty when it passed."""

    key: str
    suite: str
    detail: str = ""

    @property
    def passed(self) -> bool:
        return not self.detail


def run(case: Case, target: Target, root: Path) -> Outcome:
    """Run one test; whatever the target answers is an outcome, never an exception."""
    try:
        detail = runner(case)(case, target, root)
    except Refused as refusal:
        detail = str(refusal) or "refused"
    return Outcome(case.key, case.suite, detail)


def runner(case: Case) -> Callable[[Case, Target, Path], str]:
    if "SyntaxTest" in case.kind:
        return check_syntax
    return check_update if case.kind == "UpdateEvaluationTest" else check_query


def check_query(case: Case, target: Target, root: Path) -> str:
    assert case.result is not None
    expected = read_expected(case.result, root)
    text = case.action.read_text(encoding="utf-8")
    target.load(read_sources(case.before, root))
    actual = target.query(text, iri_of(root, case.action), wanted(case.result, expected))
    lax = case.lax or re.search(r"\bSELECT\s+REDUCED\b", text, re.IGNORECASE) is not None
    same = same_answer(expected, actual, ordered=is_ordered(text), lax=lax)
    return "" if same else f"expected {shown(expected)}, got {shown(actual)}"


def wanted(result: Path, expected: Answer) -> str:
    """Name the format to ask for: that of the expected file, so that every writer of results is tested."""
    suffix = result.suffix.removeprefix(".")
    if suffix in RESULTS:
        return suffix
    return "graph" if isinstance(expected, list) else "srx"


def is_ordered(text: str) -> bool:
    """Tell whether the outermost query is ordered: ORDER BY after the last group."""
    return re.search(r"\bORDER\s+BY\b", text.rpartition("}")[2], re.IGNORECASE) is not None


def check_update(case: Case, target: Target, root: Path) -> str:
    target.load(read_sources(case.before, root))
    target.update(case.action.read_text(encoding="utf-8"), iri_of(root, case.action))
    expected, actual = read_sources(case.after, root), target.graphs()
    if same_graphs(expected, actual):
        return ""
    return f"expected {sizes(expected)}, got {sizes(actual)}"


def check_syntax(case: Case, target: Target, root: Path) -> str:
    """Ask the target to run the request: it must refuse a bad one as badly written, and only that.

    A good one may still fail when it runs: it names graphs and endpoints that nobody has.
    """
    text, base = case.action.read_text(encoding="utf-8"), iri_of(root, case.action)
    try:
        if case.action.suffix == ".ru":
            target.load({None: []})
            target.update(text, base)
        else:
            target.query(text, base, "graph")
    except Refused as refusal:
        if case.kind.startswith("Negative"):
            return "" if refusal.blame is Blame.SYNTAX else f"refused, but not for its syntax: {refusal}"
        return "" if refusal.blame is Blame.RUN else str(refusal)
    return "accepted, but its syntax is bad" if case.kind.startswith("Negative") else ""


def shown(answer: Answer) -> str:
    if isinstance(answer, Table):
        rows = "; ".join(" ".join("-" if cell is None else str(cell) for cell in row) for row in answer.rows[:4])
        return f"{len(answer.rows)} rows ({rows})"
    return f"{len(answer)} triples" if isinstance(answer, list) else str(answer).lower()


def sizes(graphs: Graphs) -> str:
    return ", ".join(f"{name or 'default'}: {len(triples)}" for name, triples in graphs.items())
