"""What is said on the terminal helps the one who reads it."""

from __future__ import annotations

import json
import time

import pytest

from libri_graph import terminal
from libri_graph.errors import LibriError, SyntaxInvalid


def test_quick_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress() as tell:
        tell("reading")
    assert capsys.readouterr().err == ""


def test_long_work_says_what_it_has_been_doing_and_what_it_does_next(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "PATIENCE_SECONDS", 0.05)
    with terminal.progress() as tell:
        tell("reading")
        tell("waiting for another process")
        time.sleep(0.3)
        tell("checking")
    assert capsys.readouterr().err.splitlines() == ["libri: waiting for another process …", "libri: checking …"]


def test_a_fault_in_a_file_shows_place_line_and_mark(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.explain(SyntaxInvalid("no object", place="a.ttl", line=3, column=5, excerpt="<a> oops"))
    assert capsys.readouterr().err == "libri: a.ttl:3:5: no object\n  <a> oops\n      ^\n"


def test_another_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.explain(LibriError("no [luck] here"))
    assert capsys.readouterr().err == "libri: no [luck] here\n"


def test_of_a_long_line_the_faulty_part_is_shown() -> None:
    line = "x" * 500 + "oops" + "y" * 500
    shown, mark = terminal.pointed(line, 501)
    assert shown[mark.index("^") :].startswith("oops")
    assert len(shown) < 130


def test_tabs_before_the_fault_do_not_move_the_mark() -> None:
    shown, mark = terminal.pointed("\t<a> oops", 6)
    assert mark == "  \t" + " " * 4 + "^"
    assert shown == "  \t<a> oops"


def test_a_table_in_a_pipe_holds_every_value_whole(capsys: pytest.CaptureFixture[str]) -> None:
    long = "https://example.org/" + "a" * 300
    rows = [{"s": {"type": "uri", "value": long}}, {}]
    terminal.print_table(json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": rows}}).encode())
    assert long in capsys.readouterr().out


def test_a_yes_or_no_is_a_table_too(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_table(b'{"head": {}, "boolean": true}')
    assert capsys.readouterr().out.split() == ["answer", "true"]
