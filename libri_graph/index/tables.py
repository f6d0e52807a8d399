"""The file of the side index: where it lies, its tables, and of what state of the graph it is."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

EDITION: Final = "3"
"""Of the tables and of what fills them; a file of another edition is made anew."""
FOLDER: Final = "index"
CURRENT: Final = "current"
WAIT_SECONDS: Final = 10.0

TABLES: Final = """
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (iri TEXT PRIMARY KEY, labels TEXT NOT NULL);
CREATE TABLE broader (narrower TEXT, broader TEXT, PRIMARY KEY (narrower, broader)) WITHOUT ROWID;
CREATE TABLE card (iri TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE listed (
  kind TEXT, bit INTEGER, iri TEXT NOT NULL, grade INTEGER NOT NULL, age INTEGER NOT NULL, name TEXT NOT NULL,
  sets TEXT NOT NULL, places TEXT NOT NULL, PRIMARY KEY (kind, bit)
);
CREATE TABLE facet (
  id INTEGER PRIMARY KEY, kind TEXT, facet TEXT, value TEXT, members BLOB NOT NULL DEFAULT x'',
  UNIQUE (kind, facet, value)
);
CREATE TABLE place (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, latitude REAL, longitude REAL, coarse INTEGER);
CREATE VIRTUAL TABLE place_box USING rtree (id, west, east, south, north);
CREATE TABLE located (kind TEXT, place INTEGER, bit INTEGER, PRIMARY KEY (kind, place, bit)) WITHOUT ROWID;
"""
INDEXES: Final = """
CREATE UNIQUE INDEX listed_iri ON listed (iri, kind);
CREATE INDEX listed_best ON listed (kind, grade, age, name, iri, bit);
CREATE INDEX listed_newest ON listed (kind, age, name, iri, bit);
CREATE INDEX listed_name ON listed (kind, name, iri, bit);
CREATE INDEX located_place ON located (place);
CREATE INDEX located_bit ON located (kind, bit);
"""


@dataclass(frozen=True, slots=True)
class State:
    """Of what the index was made."""

    epoch: str
    """Of the journal."""
    generation: int
    edition: str = EDITION


def folder(data_dir: Path) -> Path:
    """Return where everything of the index lies."""
    return data_dir / FOLDER


def current_path(data_dir: Path) -> Path | None:
    """Return the file of the index, or `None` before the first. One system call."""
    try:
        return folder(data_dir) / os.readlink(folder(data_dir) / CURRENT)  # noqa: PTH115  # the target as written
    except OSError:
        return None


def new_path(data_dir: Path) -> Path:
    """Return a file name that was never used; a reader can so tell that the index was made anew."""
    folder(data_dir).mkdir(parents=True, exist_ok=True)
    return folder(data_dir) / f"lists-{time.time_ns()}.sqlite"


def make_current(data_dir: Path, path: Path) -> None:
    """Let readers find `path` from now on, and remove older files; who still reads one keeps it until he is done."""
    fresh = folder(data_dir) / f"{CURRENT}.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(path.name)
    fresh.rename(folder(data_dir) / CURRENT)
    for old in folder(data_dir).glob("lists-*"):
        if not old.name.startswith(path.name):
            old.unlink(missing_ok=True)


def connect(path: Path | str) -> sqlite3.Connection:
    """Open a file of the index that is there. Raises `sqlite3.Error` where it is not, or is no such file."""
    name = path if isinstance(path, str) else f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(name, uri=True, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous=NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def read_state(connection: sqlite3.Connection) -> State | None:
    """Return of what the index was made, or `None` where it does not say. Raises `sqlite3.DatabaseError`."""
    found = dict(connection.execute("SELECT name, value FROM state").fetchall())
    if not {"epoch", "generation", "edition"} <= found.keys():
        return None
    return State(found["epoch"], int(found["generation"]), found["edition"])


def write_state(connection: sqlite3.Connection, state: State) -> None:
    """Note of what the index was made."""
    rows = (("epoch", state.epoch), ("generation", str(state.generation)), ("edition", state.edition))
    connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", rows)
