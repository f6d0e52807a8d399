"""Look whether everything in a data directory is what was written, and say what to do where it is not."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, Store

from libri_graph import instance
from libri_graph.access import tokens
from libri_graph.errors import LibriError
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.replay import replay
from libri_graph.publish import dumps
from libri_graph.store.generations import Generations

REBUILD = "run: libri rebuild"
RESTORE = "restore a backup: libri restore"


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not what was written."""

    where: str
    remedy: str


def verify(data_dir: Path, tell: Callable[[str], None] = lambda _text: None) -> list[Damage]:
    """Return all damage found in `data_dir`: journal, payloads, generations, dumps, tokens, decisions. Reads only."""
    tell("reading the journal")
    found = [*_journal(data_dir), *_payloads(data_dir), *_small(data_dir)]
    tell("reading the generations")
    found += [*_generations(data_dir), *_dumps(data_dir)]
    if not found:
        tell("comparing the generation with the journal")
        found += _agreement(data_dir)
    return found


def _journal(data_dir: Path) -> Iterator[Damage]:
    try:
        with Journal.reading(data_dir) as journal:
            if journal is None:
                yield Damage("there is no journal", RESTORE)
            else:
                journal.demand_whole()
    except LibriError as fault:
        yield Damage(str(fault), RESTORE)


def _payloads(data_dir: Path) -> Iterator[Damage]:
    payloads = Payloads(data_dir)
    for checksum in payloads.checksums():
        try:
            for _ in payloads.lines(checksum):
                pass
        except LibriError as fault:
            yield Damage(str(fault), RESTORE)


def _generations(data_dir: Path) -> Iterator[Damage]:
    generations = Generations(data_dir)
    current = generations.current_number()
    if current is None:
        yield Damage("there is no current generation", REBUILD)
    for number in generations.numbers():
        remedy = REBUILD if number == current else f"remove {generations.folder(number)}, which is not current"
        try:
            for path in generations.damaged_files(number):
                yield Damage(f"{path} does not hold what was written", remedy)
        except LibriError as fault:
            yield Damage(str(fault), remedy)


def _dumps(data_dir: Path) -> Iterator[Damage]:
    generations = Generations(data_dir)
    for number in generations.numbers():
        folder = generations.folder(number) / dumps.FOLDER
        try:
            found = dumps.damaged(folder)
        except (OSError, ValueError, TypeError):
            found = [folder / dumps.INDEX]
        for path in found:
            yield Damage(f"{path} does not hold what was written", f"remove {folder}; it is made again")


def _small(data_dir: Path) -> Iterator[Damage]:
    try:
        instance.read_instance(data_dir)
    except LibriError as fault:
        yield Damage(str(fault), RESTORE)
    path = data_dir / tokens.NAME
    if path.exists():
        try:
            with contextlib.closing(sqlite3.connect(path)) as database:
                sound = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            tokens.Tokens(data_dir).all()
        except (sqlite3.DatabaseError, ValueError, LibriError):
            sound = False
        if not sound:
            yield Damage(f"{path} is damaged", f"remove it and make new tokens, or {RESTORE}")


def _agreement(data_dir: Path) -> Iterator[Damage]:
    """Replay the journal in memory and compare with the current generation, by canonical form."""
    generations = Generations(data_dir)
    with Journal.reading(data_dir) as journal:
        if journal is None:
            return
        current = generations.open_current()
        replayed = Store()
        replay(journal.events(until=current.generation), replayed, Payloads(data_dir))
    plain = instance.read_instance(data_dir).plain
    if canonical_hash(replayed, plain=plain) != canonical_hash(current.raw, plain=plain):
        yield Damage(f"generation {current.generation} is not what the journal says", REBUILD)


def canonical_hash(store: Store, *, plain: bool = False) -> str:
    """Return a checksum of the named graphs, and of the default graph where `plain`, whatever blank nodes are called.

    Source: RDFC-1.0.
    """
    dataset = Dataset(quad for quad in store if plain or not isinstance(quad.graph_name, DefaultGraph))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = (pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b"").splitlines()
    return hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()
