"""Of what state of the graph the side index is; told without what making and reading it need."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from libri_graph.index import tables
from libri_graph.index.tables import State
from libri_graph.index.text import places


def state_of(data_dir: Path) -> State | None:
    """Return of what the tables in `data_dir` were made; `None` where there are none that can be read."""
    path = tables.current_path(data_dir)
    if path is None:
        return None
    try:
        connection = tables.connect(path)
    except sqlite3.Error:
        return None
    try:
        return tables.read_state(connection)
    except sqlite3.Error:
        return None
    finally:
        connection.close()


def is_of(data_dir: Path, epoch: str, generation: int) -> bool:
    """Return whether tables and text are of `generation` and of this edition."""
    known = state_of(data_dir) == State(epoch, generation)
    return known and places.is_there(tables.folder(data_dir), epoch, generation)
