"""Questions to a whole graph that pass over checks which nothing in it could fail.

A check asks for the faults of one shape's targets. Many shapes say the same of the same property, and most graphs keep
most rules; so a screen first asks, for several checks at once and whoever is targeted, whether there is any such fault.
Where it finds none, none of its checks can find one. Where it finds one, its checks are run as ever.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from libri_graph.validation import targets
from libri_graph.validation.compile import Check
from libri_graph.validation.fault import Step
from libri_graph.validation.paths import Inverse, Path, Predicate
from libri_graph.validation.shapes_graph import Term

VALUE: Final = "?value"
TAG: Final = "?tag"
ROOT: Final = re.compile(re.escape(targets.ROOT) + r"\b")
VALUES: Final = "SELECT ?value WHERE {{ {steps} }} GROUP BY ?value HAVING({fault}) LIMIT 1"
TAGS: Final = "SELECT ?tag WHERE {{ {steps} }} GROUP BY (lang(?value) AS ?tag) HAVING({fault}) LIMIT 1"
TWINS: Final = (
    'SELECT ?root WHERE {{ {steps} }} GROUP BY ?root (lang(?value) AS ?tag) HAVING(?tag != "" && COUNT(*) > 1) LIMIT 1'
)
MANY: Final = "SELECT ?root WHERE {{ {steps} }} GROUP BY ?root HAVING(COUNT(*) > {most}) LIMIT 1"
TARGETS: Final = "SELECT ?root WHERE {{ {{ {steps} }} FILTER({fault}) }} LIMIT 1"
"""Forms of a screen. Values are grouped first: the engine reads each different one but once."""
COUNTED: Final = {"maxCount": MANY, "uniqueLang": TWINS}
"""Constraints that count the values of one node."""

Key = tuple[str, str, Term]
"""Form, what it walks over, and the severity: what is merely advised must not have the mandatory looked at again."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One question, and the checks (by their numbers) that need not be run where it finds nothing."""

    query: str
    checks: frozenset[int]


def of(checks: Sequence[Check], patterns: Mapping[Term, str]) -> tuple[Screen, ...]:
    """Return screens for those of `checks` that have one; `patterns` are the targets of each root."""
    found: dict[Key, dict[int, str]] = defaultdict(dict)
    for number, check in enumerate(checks):
        if check.at_targets:
            for form, steps, fault in _form(check, patterns[check.root.node]):
                found[form, steps, check.shape.severity][number] = fault
    return tuple(
        Screen(form.format(steps=steps, fault=" || ".join(dict.fromkeys(faults.values()))), frozenset(faults))
        for (form, steps, _), faults in found.items()
    )


def _form(check: Check, pattern: str) -> Iterator[tuple[str, str, str]]:
    """Yield form, steps and fault of the screen for `check`; nothing where there is none."""
    path, fault = check.shape.path, check.fault
    if isinstance(path, Predicate) and check.constraint.name in COUNTED:
        yield COUNTED[check.constraint.name].replace("{most}", check.constraint.value.value), _walk(path), ""  # type: ignore[union-attr]  # compiled, so a number
    elif not fault.steps and fault.having is None:
        yield TARGETS, pattern, fault.filter
    elif len(fault.steps) == 1 and fault.having is None and not ROOT.search(fault.filter):
        step = fault.steps[0]
        if isinstance(step, Step) and _is_plain(step.path):
            told = re.sub(re.escape(step.end) + r"(?!\d)", VALUE, fault.filter)
            by_tag = check.constraint.name == "languageIn"
            form, said = (TAGS, told.replace(f"lang({VALUE})", TAG)) if by_tag else (VALUES, told)
            yield form, _walk(step.path), said


def _is_plain(path: Path) -> bool:
    return isinstance(path, Predicate) or (isinstance(path, Inverse) and isinstance(path.path, Predicate))


def _walk(path: Path) -> str:
    if isinstance(path, Inverse):
        return f"{VALUE} {path.path} {targets.ROOT} ."
    return f"{targets.ROOT} {path} {VALUE} ."
