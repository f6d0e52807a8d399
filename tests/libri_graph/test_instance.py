"""What was decided for a data directory is remembered."""

from __future__ import annotations

from pathlib import Path

from libri_graph.instance import Instance, read_instance, write_instance


def test_by_default_an_instance_follows_the_knowledge(tmp_path: Path) -> None:
    assert read_instance(tmp_path / "nowhere") == Instance(knowledge=True)


def test_what_was_decided_is_remembered(tmp_path: Path) -> None:
    write_instance(tmp_path / "new", Instance(knowledge=False))
    assert read_instance(tmp_path / "new") == Instance(knowledge=False)
