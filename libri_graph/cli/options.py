"""Options that several commands take, and what they make of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from libri_graph.changes.broken import RulesBroken
from libri_graph.changes.house import House
from libri_graph.knowledge import knowledge_dir
from libri_graph.languages import DEFAULT
from libri_graph.settings import Settings, read_settings

FINDINGS, COULD_NOT_RUN = 1, 2
"""Exit codes beside 0."""

DataDir = Annotated[Path | None, typer.Option(help="Data directory; else LIBRI_DATA_DIR, else var/libri.")]


def settings_of(data_dir: Path | None) -> Settings:
    """Return the settings, an option winning over the environment."""
    return read_settings(os.environ, data_dir=data_dir)


def house_of(settings: Settings) -> House:
    """Return where writes go, with the rules of this checkout."""
    return House.of(settings.data_dir, settings.generations, knowledge_dir() / "shapes")


@contextmanager
def faults_told(paths: list[Path]) -> Iterator[None]:
    """Where records break rules, tell which, in what file of `paths`, and how to mend them; the error goes on."""
    try:
        yield
    except RulesBroken as problem:
        from libri_graph.validation.locate import Files  # the same for these: imported where there is something to tell
        from libri_graph.validation.names import NamesInStore
        from libri_graph.validation.report import as_text

        print(as_text(problem.report, DEFAULT, NamesInStore(problem.named), Files(paths)), end="")
        raise
