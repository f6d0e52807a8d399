"""A generation is copied without being opened, and what a small write did is read out of the engine's log."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from libri_graph.store import generations as module
from libri_graph.store.generations import LOGGED, MOST_LOGGED, TABLES, Generations

NODE = NamedNode("https://example.org/a")


def publish(generations: Generations, number: int, texts: list[str]) -> Path:
    draft = generations.begin()
    draft.store.extend(Quad(NODE, NODE, Literal(text)) for text in texts)
    generations.publish(draft, generations.seal(draft, number, "an epoch"))
    return generations.store_path(number)


def texts(generations: Generations) -> set[str]:
    return {quad.object.value for quad in generations.open_current().raw}


def tables(store: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in store.iterdir() if path.suffix == TABLES}


def logged(store: Path) -> bytes:
    return b"".join(path.read_bytes() for path in store.iterdir() if path.suffix == LOGGED)


def test_a_small_write_stays_in_the_log_and_the_next_draft_has_it_in_tables(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first = publish(generations, 1, ["a first text of some length"])
    assert b"a first text" in logged(first)
    assert texts(generations) == {"a first text of some length"}
    second = publish(generations, 2, ["a second text of some length"])
    assert b"a first text" not in logged(second)
    assert b"a second text" in logged(second)
    assert len(tables(second)) > len(tables(first))
    assert texts(generations) == {"a first text of some length", "a second text of some length"}
    assert not list(generations.damaged_files(1)) + list(generations.damaged_files(2))


def test_a_large_write_is_in_tables_at_once(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    small = tables(publish(generations, 1, ["one"]))
    many = [f"{number} {'x' * 200}" for number in range(MOST_LOGGED // 200)]
    large = Generations(tmp_path / "other")
    assert len(tables(publish(large, 1, many))) > len(small)
    assert texts(large) == set(many)


def test_generations_share_the_tables_that_they_have_in_common(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    publish(generations, 1, ["one"])
    first = tables(publish(generations, 2, ["two"]))
    second = tables(publish(generations, 3, ["three"]))
    assert first
    assert first.items() <= second.items()


def test_where_the_disk_knows_no_hard_links_tables_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    generations = Generations(tmp_path)
    publish(generations, 1, ["one"])
    first = tables(publish(generations, 2, ["two"]))
    monkeypatch.setattr(os, "link", refuse)
    second = tables(publish(generations, 3, ["three"]))
    assert first.keys() <= second.keys()
    assert not first.items() & second.items()
    assert texts(generations) == {"one", "two", "three"}


def loaded(folder: Path, number: int, batches: int) -> dict[str, int]:
    """Load so many batches into the next generation, and return its tables."""
    generations = Generations(folder)
    draft = generations.begin()
    for batch in range(batches):
        draft.store.bulk_extend(Quad(NODE, NODE, Literal(f"{number} {batch} {one}")) for one in range(200))
    generations.publish(draft, generations.seal(draft, number, "an epoch"))
    assert len(texts(generations)) >= 200 * batches
    return tables(generations.store_path(number))


def test_tables_are_merged_where_much_of_them_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = loaded(tmp_path / "before", 1, 8)
    monkeypatch.setattr(module, "MUCH_NEW", 1)
    merged = loaded(tmp_path / "after", 1, 8)
    assert len(merged) < len(before)
    little = loaded(tmp_path / "after", 2, 1)
    assert set(merged.values()) < set(little.values())
