"""A table says of each goal whether it was met."""

from __future__ import annotations

from benchmarks.goals import FIGURES, Goal
from benchmarks.table import lines


def test_a_goal_is_met_up_to_its_bound() -> None:
    figures = {"libri": {"a": 2.0, "b": 1.0}, "oxigraph": {"a": 1.0, "b": 2.0}}
    assert Goal(2, peer="oxigraph").met("a", figures) is True
    assert Goal(1.9, peer="oxigraph").met("a", figures) is False
    assert Goal(0.5, at_least=True, peer="oxigraph").met("b", figures) is True
    assert Goal(1).met("a", figures) is False
    assert Goal(1, peer="virtuoso").met("a", figures) is None


def test_every_goal_of_the_issue_has_a_figure() -> None:
    with_goal = {name for name, figure in FIGURES.items() if figure.goal}
    expected = {"lookup.cpu", "cached.cpu", "conditional.cpu", "crowd.new", "export.rate", "export.first"}
    expected |= {"export.memory", "journal.p50", "write.visible", "opening.seconds", "bombs.p99"}
    assert expected <= with_goal


def test_a_missed_goal_and_a_missing_figure_are_told() -> None:
    table = "\n".join(lines({"libri": {"opening.seconds": 0.7}}, [], {("libri", "bombs"): "no answer"}))
    assert "0.7  <= 0.5 MISSED" in table
    assert "missing: libri, bombs: no answer" in table
