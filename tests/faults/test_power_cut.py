"""A power cut at any moment of writing: what was acknowledged is there, what was not is there whole or not at all."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from libri_graph.changes.house import House
from libri_graph.changes.publish import open_house, publish
from libri_graph.changes.writes import ReplaceGraph
from libri_graph.instance import Instance, write_instance
from libri_graph.journal.journal import Journal
from libri_graph.namespaces import GRAPHS, term
from libri_graph.operations.backup import check_backup, write_backup
from libri_graph.store.generations import Generations
from tests.faults.ledger import SAYS, THINGS, demand_sound
from tests.faults.platter import Cut, Platter
from tests.faults.server import CHECKOUT

WRITES = 6
CUTS = 20
SEED = int(os.environ.get("FAULTS_SEED", "20240501"))
GRAPH = NamedNode(GRAPHS + "cut")


def content(value: int) -> list[Quad]:
    things = [NamedNode(f"https://example.org/{n}") for n in range(THINGS)]
    quads = [Quad(thing, SAYS, Literal(value), GRAPH) for thing in things]
    return [*quads, Quad(GRAPH, term("libri:entersView"), Literal(True), GRAPH)]


@pytest.fixture(scope="module")
def platter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platter]:
    """Some writes by a house whose disk is watched; the journal stays open between them, as in a server."""
    platter = Platter(tmp_path_factory.mktemp("disk") / "libri")
    with pytest.MonkeyPatch.context() as patch:
        platter.watch(patch)
        write_instance(platter.root, Instance(knowledge=False))
        house = House.of(platter.root, 2, CHECKOUT / "shapes")
        with Journal.open(platter.root):
            for value in range(1, WRITES + 1):
                platter.begun = value
                publish(house, [ReplaceGraph("test", GRAPH, content(value))])
                platter.acknowledge(value)
    yield platter
    platter.close()


def test_the_cuts_fall_into_every_step_of_a_write(platter: Platter) -> None:
    assert len(platter.cuts) > 10 * WRITES
    assert {cut.begun - cut.acknowledged for cut in platter.cuts} == {0, 1}


def survivors(platter: Platter, cut: Cut, folder: Path, moments: random.Random) -> int:
    """Open what `cut` leaves and return what its graph says."""
    platter.leave(cut, folder, torn=_torn(platter, cut, moments))
    house = House.of(folder, 2, CHECKOUT / "shapes")
    open_house(house)
    demand_sound(folder)
    found = list(Generations(folder).open_current().quads(predicate=SAYS))
    values = {int(quad.object.value) for quad in found if isinstance(quad.object, Literal)}
    assert len(found) == THINGS * len(values), "torn"
    assert len(values) <= 1, "torn"
    return values.pop() if values else 0


@pytest.mark.parametrize("number", range(CUTS))
def test_a_power_cut_loses_nothing_acknowledged(platter: Platter, number: int, tmp_path: Path) -> None:
    moments = random.Random(f"{SEED} {number}")  # noqa: S311  # moments, not secrets
    after_first = [cut for cut in platter.cuts if cut.begun > 0]
    cut = moments.choice(after_first)
    found = survivors(platter, cut, tmp_path / "libri", moments)
    assert cut.acknowledged <= found <= cut.begun, f"repeat with FAULTS_SEED={SEED}"
    house = House.of(tmp_path / "libri", 2, CHECKOUT / "shapes")
    publish(house, [ReplaceGraph("test", GRAPH, content(99))])
    demand_sound(tmp_path / "libri")


def test_what_the_log_has_half_is_not_there(platter: Platter, tmp_path: Path) -> None:
    """The log is cut at many places behind the last commit that has returned."""
    cut = next(cut for cut in platter.cuts if cut.acknowledged == cut.begun == WRITES - 2)
    longer = next(later for later in platter.cuts if len(later.log) > len(cut.log) and later.begun > cut.begun)
    assert longer.log.startswith(cut.log), "the log is appended to"
    tail = longer.log[len(cut.log) :]
    moments = random.Random(SEED)  # noqa: S311  # places, not secrets
    places = [0, 1, 23, 24, 25, len(tail) - 1, *(moments.randrange(len(tail)) for _ in range(40))]
    for number, place in enumerate(places):
        folder = tmp_path / str(number)
        platter.leave(cut, folder, torn=tail[:place])
        with Journal.open(folder) as journal:
            assert journal.last == Generations(folder).current_number()
            journal.demand_whole()


def test_a_backup_that_was_told_of_survives_a_power_cut(platter: Platter, tmp_path: Path) -> None:
    other = Platter(tmp_path / "disk")
    other.root.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", other._fsync)
        write_backup(platter.root, other.root / "backup")
    other.leave(other.cuts[-1], tmp_path / "left", torn=b"")
    other.close()
    check_backup(tmp_path / "left" / "backup")


def _torn(platter: Platter, cut: Cut, moments: random.Random) -> bytes:
    """Return some of what was written into the log next, as it came, or with its last bytes lost."""
    longer = (other.log for other in platter.cuts if other.log.startswith(cut.log) and len(other.log) > len(cut.log))
    tail = next(longer, b"")[len(cut.log) :]
    return tail[: moments.randrange(len(tail))] if tail else b""
