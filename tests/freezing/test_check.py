"""The edition keeps, on a plain host, every rule of ours that files can keep."""

from __future__ import annotations

import shutil

import pytest

from libri_graph.conformance.asker import Limits
from libri_graph.conformance.rule import Level, Verdict
from libri_graph.conformance.run import RULES, check
from libri_graph.conformance.static_site import ASKED
from tests.freezing.conftest import Edition

pytestmark = pytest.mark.timeout(600)
AT_ONCE = Limits(delay_seconds=0)
NOT_HERE = {"redirect-location", "security-txt"}


def test_there_is_nothing_to_report(edition: Edition) -> None:
    report = check(edition.address, static=True, limits=AT_ONCE)
    assert {found.rule.id: found.came for found in report.broken(*Level)} == {}
    assert {found.rule.id: found.came for found in report.outcomes if found.verdict is Verdict.not_asked} == {}
    assert len(report.things) == 3
    assert len(report.outcomes) == len(ASKED) > 50
    assert set(RULES) > ASKED


def test_a_fault_in_the_files_is_found(edition: Edition) -> None:
    place = edition.folder / "doc" / "event"
    file = place / "lv-opening-2024.jsonld"
    kept = file.with_suffix(".kept")
    shutil.move(file, kept)
    try:
        thing = f"{edition.address}id/event/lv-opening-2024"
        file.write_text(f'{{"@id": "{thing}", "http://example.org/note": "other"}}', encoding="utf-8")
        report = check(edition.address, static=True, only=["graphs-equal"], limits=AT_ONCE)
        assert thing in report.things
        assert [found.rule.id for found in report.broken(*Level)] == ["graphs-equal"]
    finally:
        shutil.move(kept, file)
