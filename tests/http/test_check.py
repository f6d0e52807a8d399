"""Our own site keeps the rules that we hold against others."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from libri_graph.conformance.asker import Limits
from libri_graph.conformance.rule import Level, Verdict
from libri_graph.conformance.run import check

AT_ONCE = Limits(delay_seconds=0)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", ["", "id/practice/volunteer-language-cafe"])
def test_our_site_has_nothing_to_report(site: str, place: str) -> None:
    report = check(site + place, limits=AT_ONCE)
    told = {found.rule.id: found.came for found in report.broken(Level.must, Level.should)}
    assert told == {}
    assert len(report.things) == 3
    assert sum(found.verdict is Verdict.kept for found in report.outcomes) > 110


def libri(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "libri_graph.cli", "check", *arguments, "--delay", "0"],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_the_command_tells_people_and_programs(site: str) -> None:
    found = libri(f"{site}sparql", "--only", "sparql-get", "--only", "etag", "--format", "json")
    assert found.returncode == 0, found.stderr
    assert {outcome["verdict"] for outcome in json.loads(found.stdout)["outcomes"]} == {"kept"}
    told = libri(f"{site}sparql", "--only", "sparql-get", "--all")
    assert told.stdout.startswith("kept sparql-get: A query by GET is answered in JSON.")


def test_the_command_says_what_it_cannot_do(site: str) -> None:
    for arguments in (("http://127.0.0.1:9/",), (site, "--only", "no-such-rule")):
        found = libri(*arguments)
        assert (found.returncode, found.stdout) == (2, "")
        assert found.stderr.startswith("libri: ")


def test_a_finding_is_exit_code_1(site: str) -> None:
    found = libri(f"{site}sparql", "--base", "https://example.org/", "--gone", f"{site}sparql", "--only", "gone-410")
    assert (found.returncode, "SHOULD gone-410" in found.stdout) == (1, True)
