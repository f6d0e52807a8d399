"""Tokens: made once, shown once, stored hashed."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from libri_graph.errors import SettingInvalid, StoreDamaged, TokenMissing

NAME: Final = "access.sqlite"
TABLE: Final = """CREATE TABLE IF NOT EXISTS token (
  id TEXT PRIMARY KEY, hash BLOB NOT NULL, name TEXT NOT NULL UNIQUE, may TEXT NOT NULL, source TEXT NOT NULL,
  created TEXT NOT NULL, revoked TEXT NOT NULL, seal TEXT NOT NULL)"""
COLUMNS: Final = "id, hash, name, may, source, created, revoked"
WRITTEN: Final = re.compile(r"libri_(?P<id>[0-9a-f]{8})_(?P<secret>[A-Za-z0-9_-]{43})")
NAMES: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
NOTHING: Final = bytes(32)


class Scope(StrEnum):
    """What a token allows; each allows what those before it do."""

    review = "review"
    write = "write"
    admin = "admin"


@dataclass(frozen=True, slots=True)
class Token:
    """Who a token stands for, and what it allows."""

    name: str
    may: Scope
    source: str = ""
    """Id of the only source that it may write; empty for all."""
    created: str = ""
    revoked: str = ""
    """When it was revoked; empty while it is good."""

    @property
    def writes(self) -> bool:
        """Whether it allows to change data without review."""
        return self.may in (Scope.write, Scope.admin)


class Tokens:
    """The tokens of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / NAME

    def add(self, name: str, may: Scope, source: str = "") -> str:
        """Make a token and return it; it cannot be had again. Raises `SettingInvalid` for a name in use."""
        if not NAMES.fullmatch(name):
            raise SettingInvalid(f"a token is named by letters, digits, dots and hyphens, not {name!r}")
        key, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        row = (key, _hash(secret), name, may.value, source, _now(), "")
        try:
            with self._database() as database:
                database.execute("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, _seal(row)))
        except sqlite3.IntegrityError as taken:
            raise SettingInvalid(f"there is a token {name} already; revoke it or take another name") from taken
        return f"libri_{key}_{secret}"

    def all(self) -> list[Token]:
        """Return all tokens, without their secrets, by name. Raises `StoreDamaged` for one that is not as it was."""
        with self._database() as database:
            rows = database.execute(f"SELECT {COLUMNS}, seal FROM token ORDER BY name").fetchall()  # noqa: S608  # our own columns
        for *row, seal in rows:
            if seal != _seal(row):
                raise StoreDamaged(f"the token {row[2]} is not what was written")
        return [Token(name, Scope(may), source, made, ended) for _, _, name, may, source, made, ended, _ in rows]

    def revoke(self, name: str) -> None:
        """Make a token good for nothing from now on. Raises `SettingInvalid` when there is none of this name."""
        query = f"SELECT {COLUMNS} FROM token WHERE name = ? AND revoked = ''"  # noqa: S608  # our own columns
        with self._database() as database:
            row = database.execute(query, (name,)).fetchone()
            if row is None:
                raise SettingInvalid(f"there is no token {name}; see: libri token list")
            ended = (*row[:-1], _now())
            change = "UPDATE token SET revoked = ?, seal = ? WHERE id = ?"
            database.execute(change, (ended[-1], _seal(ended), row[0]))

    def find(self, written: str) -> Token:
        """Return what a token allows. Takes as long for a wrong one. Raises `TokenMissing` for one nobody made."""
        parts = WRITTEN.fullmatch(written)
        row = self._row(parts["id"]) if parts else None
        good = hmac.compare_digest(row[0] if row else NOTHING, _hash(parts["secret"] if parts else ""))
        if row is None or not good or row[5]:
            raise TokenMissing("this token is not known here, or was revoked")
        return Token(row[1], Scope(row[2]), row[3], row[4])

    def _row(self, key: str) -> tuple[bytes, str, str, str, str, str] | None:
        if not self._path.exists():
            return None
        with self._database() as database:
            found: tuple[bytes, str, str, str, str, str] | None = database.execute(
                "SELECT hash, name, may, source, created, revoked FROM token WHERE id = ?", (key,)
            ).fetchone()
        return found

    @contextlib.contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(self._path, timeout=10)) as database, database:
            database.execute("PRAGMA synchronous=FULL")
            database.execute(TABLE)
            self._path.chmod(0o600)
            yield database


def _hash(secret: str) -> bytes:
    """Return SHA-256 of a secret; with 256 random bits it needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def _seal(row: Sequence[object]) -> str:
    return hashlib.sha256(repr(tuple(row)).encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
