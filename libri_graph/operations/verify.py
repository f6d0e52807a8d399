"""Look whether everything in a data directory is what was written, and say what to do where it is not."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, Store

from libri_graph import instance
from libri_graph.access import tokens
from libri_graph.changes.catch_up import demand_none_lost
from libri_graph.errors import JournalDamaged, LibriError
from libri_graph.index.audit import differences
from libri_graph.index.gather import View
from libri_graph.index.standing import state_of
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.replay import replay
from libri_graph.publish import dumps
from libri_graph.store import view
from libri_graph.store.generations import CURRENT, Generations
from libri_graph.store.hold import hold

REBUILD: Final = "run: libri rebuild"
RESTORE: Final = "restore a backup: libri restore"
ALLOW: Final = "let whoever runs libri read it (chown, chmod), then look again"
MISSING: Final = "there is no journal"
PATIENCE_SECONDS: Final = 3.0
"""After which an index that is behind is not just about to follow a write."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not what was written."""

    where: str
    remedy: str


def verify(data_dir: Path, tell: Callable[[str], None] = lambda _text: None) -> list[Damage]:
    """Return all damage found in `data_dir`: journal, payloads, generations, index, dumps, tokens, decisions.

    Reads only; others may go on writing.
    """
    tell("reading the journal")
    found = list(_allowed(_journal(data_dir)))
    if any(damage.where == MISSING or damage.remedy == ALLOW for damage in found):
        return found
    for check in (_payloads, _instance, _tokens):
        found += _allowed(check(data_dir))
    tell("reading the generations")
    for check in (_link, _generations):
        found += _allowed(check(data_dir))
    found = list(dict.fromkeys(found))
    if not found:
        tell("comparing the generation with the journal")
        found += _agreement(data_dir)
        tell("comparing the index with the generation")
        found += _index(data_dir)
    return found


def _allowed(found: Iterator[Damage]) -> Iterator[Damage]:
    """Yield what is found, and at last what may not be read."""
    try:
        yield from found
    except PermissionError as fault:
        yield _forbidden(fault)


def _forbidden(fault: PermissionError) -> Damage:
    return Damage(f"{fault.filename} may not be read", ALLOW)


def _journal(data_dir: Path) -> Iterator[Damage]:
    try:
        with Journal.reading(data_dir) as journal:
            if journal is None:
                yield Damage(MISSING, RESTORE)
            else:
                journal.demand_whole()
    except LibriError as fault:
        yield Damage(str(fault), RESTORE)


def _payloads(data_dir: Path) -> Iterator[Damage]:
    payloads = Payloads(data_dir)
    there = set(payloads.checksums())
    wanted = _wanted_payloads(data_dir, there)
    for checksum in sorted(there | wanted):
        try:
            for _ in payloads.pieces(checksum):
                pass
        except PermissionError as fault:
            yield _forbidden(fault)
            continue
        except LibriError as fault:
            needless = f"remove {payloads.path(checksum)}, at which no event points"
            yield Damage(str(fault), RESTORE if checksum in wanted else needless)
            continue
        if not payloads.knows_subjects(checksum):
            yield Damage(f"{payloads.subjects(checksum)} does not hold what was written", REBUILD)


def _wanted_payloads(data_dir: Path, otherwise: set[str]) -> set[str]:
    """Return the payloads that the journal points at; `otherwise` where it cannot be read, which is told elsewhere."""
    try:
        with Journal.reading(data_dir) as journal:
            return journal.files() if journal else otherwise
    except LibriError:
        return otherwise


def _instance(data_dir: Path) -> Iterator[Damage]:
    try:
        instance.read_instance(data_dir)
    except LibriError as fault:
        yield Damage(str(fault), RESTORE)


def _tokens(data_dir: Path) -> Iterator[Damage]:
    path = data_dir / tokens.NAME
    if not path.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(path)) as database:
            sound = database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        tokens.Tokens(data_dir).all()
    except (sqlite3.DatabaseError, ValueError, LibriError):
        sound = False
    if not sound:
        yield Damage(f"{path} is damaged", f"remove it and make new tokens, or {RESTORE}")


def _link(data_dir: Path) -> Iterator[Damage]:
    generations = Generations(data_dir)
    current = generations.current_number()
    if current is None:
        yield Damage(f"{data_dir / CURRENT} leads to no generation", REBUILD)
    elif current not in generations.numbers():
        yield Damage(f"{data_dir / CURRENT} leads to generation {current}, which is not there", REBUILD)
    elif current != generations.numbers()[-1] and current == generations.current_number():
        last = generations.numbers()[-1]
        yield Damage(f"{data_dir / CURRENT} leads to generation {current}, but {last} is there", REBUILD)


def _generations(data_dir: Path) -> Iterator[Damage]:
    generations = Generations(data_dir)
    for number in generations.numbers():
        with _held(generations.store_path(number)):
            found = [*_store(generations, number), *_dumps(generations, number)]
        if number in generations.numbers():  # else it was dropped while we looked
            yield from found


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep a generation from being dropped for the length of the block, if it is there."""
    try:
        descriptor = hold(folder)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        os.close(descriptor)


def _store(generations: Generations, number: int) -> Iterator[Damage]:
    current = number == generations.current_number()
    remedy = REBUILD if current else f"remove {generations.folder(number)}, which is not current"
    try:
        for path in generations.damaged_files(number):
            yield Damage(f"{path} does not hold what was written", remedy)
    except PermissionError as fault:
        yield _forbidden(fault)
    except (LibriError, OSError) as fault:
        yield Damage(str(fault), remedy)


def _dumps(generations: Generations, number: int) -> Iterator[Damage]:
    folder = generations.folder(number) / dumps.FOLDER
    if not folder.exists():
        return
    try:
        found = dumps.damaged(folder)
    except (OSError, ValueError, TypeError):
        found = [folder / dumps.INDEX]
    for path in found:
        yield Damage(f"{path} does not hold what was written", f"remove {folder}, then run: libri dump")


def _agreement(data_dir: Path) -> Iterator[Damage]:
    """Replay the journal in memory and compare with the current generation, by canonical form."""
    generations = Generations(data_dir)
    plain = instance.read_instance(data_dir).plain
    try:
        current = generations.open_current()
        with Journal.reading(data_dir) as journal:
            if journal is None:
                return
            note = generations.read_note(current.generation)
            demand_none_lost(note, journal)
            replayed = Store()
            replay(journal.events(until=current.generation), replayed, Payloads(data_dir))
            same_epoch = note.epoch == journal.epoch
        if not plain:
            view.rebuild(replayed)
        if not same_epoch or canonical_hash(replayed, plain=True) != canonical_hash(current.raw, plain=True):
            yield Damage(f"generation {current.generation} is not what the journal says", REBUILD)
    except JournalDamaged as fault:
        yield Damage(str(fault), RESTORE)
    except LibriError as fault:
        yield Damage(str(fault), REBUILD)


def _index(data_dir: Path) -> Iterator[Damage]:
    """Make the index of lists anew in memory and compare; one that stays behind what is published is told too."""
    if instance.read_instance(data_dir).plain:
        return
    generations = Generations(data_dir)
    try:
        current = generations.open_current().generation
        until = time.monotonic() + PATIENCE_SECONDS
        while (state := state_of(data_dir)) and state.generation < current and time.monotonic() < until:
            time.sleep(0.1)
        if state and state.generation < current:
            yield Damage(f"the index of lists is of generation {state.generation}, not {current}", REBUILD)
        for table in differences(data_dir, lambda state: View(generations.open(state.generation).raw)):
            yield Damage(f"the index of lists differs from its generation in the table {table}", REBUILD)
    except LibriError as fault:
        yield Damage(str(fault), REBUILD)


def canonical_hash(store: Store, *, plain: bool = False) -> str:
    """Return a checksum of the named graphs, and of the default graph where `plain`, whatever blank nodes are called.

    Source: RDFC-1.0.
    """
    dataset = Dataset(quad for quad in store if plain or not isinstance(quad.graph_name, DefaultGraph))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = (pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b"").splitlines()
    return hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()
