"""The page about the check lists the rules that there are, with their words."""

from __future__ import annotations

import json
import re
from pathlib import Path

from libri_graph.conformance.report import as_json
from libri_graph.conformance.run import RULES, SUBJECTS, Report

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")


def test_every_rule_stands_under_its_subject_with_its_words() -> None:
    for subject, rules in SUBJECTS.items():
        rows = "\n".join(f"| `{rule.id}` | {rule.level} | {rule.demand} | {rule.source} |" for rule in rules)
        head = "| rule | level | demands | source |\n|---|---|---|---|"
        assert f"### {subject[0].upper()}{subject[1:]}\n\n{head}\n{rows}\n\n" in PAGE


def test_nothing_else_is_called_a_rule() -> None:
    found = PAGE.partition("## What it found elsewhere")[2]
    named = {
        name
        for row in re.findall(r"^\| \S.*? \| (`[^|]+) \|", found, re.MULTILINE)
        for name in re.findall("`([^`]+)`", row)
    }
    assert len(named) > 20
    assert named <= set(RULES)


def test_the_number_of_rules_is_told_rightly() -> None:
    for name in ("README.md", "CHANGELOG.md"):
        assert f"{len(RULES)} rules" in (ROOT / name).read_text(encoding="utf-8"), name


def test_every_key_of_the_json_is_told() -> None:
    document = json.loads(as_json(Report("http://example.org/", (), None, 0, ())))
    assert [key for key in document if f"`{key}`" not in PAGE] == []
