"""The page about conformance says what the runner of the W3C's suites expects."""

from __future__ import annotations

import re
from pathlib import Path

from tests.w3c.report import read_causes
from tests.w3c.test_w3c import CORE_FLOOR, CORE_TOTAL, FLOOR

PAGE = (Path(__file__).parents[2] / "docs" / "conformance.md").read_text(encoding="utf-8")


def test_every_failure_stands_there_with_its_cause() -> None:
    told = dict(re.findall(r"^\| `([^`]+#[^`]+)` \| (.+) \|$", PAGE, re.MULTILINE))
    assert told == dict(read_causes())


def test_the_figures_are_those_that_a_run_must_reach() -> None:
    told = re.findall(r"^\| [^|]+ \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    wanted = [(CORE_FLOOR, CORE_TOTAL), *((number, number) for number in FLOOR.values())]
    assert [(int(passed), int(total)) for passed, total in told] == wanted
