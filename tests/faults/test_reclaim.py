"""The disk that dropped generations had is there again, and a reader keeps the one that it holds."""

from __future__ import annotations

import os
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from libri_graph.changes.house import House
from libri_graph.changes.publish import publish
from libri_graph.changes.writes import ReplaceGraph
from libri_graph.namespaces import GRAPHS
from libri_graph.store.generations import BUILDING, FOLDER, Generations
from tests.faults.ledger import SAYS

GRAPH = NamedNode(GRAPHS + "much")
QUADS = 1500
KEEP = 2
ROUNDS = 8


def used(folder: Path) -> int:
    """Return the bytes on disk, a file with several names once."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            about = (Path(place) / name).lstat()
            found[about.st_ino] = about.st_blocks * 512
    return sum(found.values())


def write(house: House, value: int) -> int:
    things = [NamedNode(f"https://example.org/{value}/{n}") for n in range(QUADS)]
    quads = [Quad(thing, SAYS, Literal(f"{value} {thing.value}"), GRAPH) for thing in things]
    return publish(house, [ReplaceGraph("test", GRAPH, quads)])[0].generation


def test_dropped_generations_give_their_disk_back(tmp_path: Path) -> None:
    house = House(tmp_path, KEEP)
    generations = Generations(tmp_path)
    for value in range(KEEP + 2):
        write(house, value)
    folder = tmp_path / FOLDER
    enough = 1.5 * used(folder)
    held_number = generations.current_number()
    reader = generations.open_current()
    for value in range(ROUNDS):
        write(house, 100 + value)
        assert used(folder) < 2 * enough, "with what a reader holds"
    assert held_number in generations.numbers()
    assert len(list(reader.quads(predicate=SAYS))) == QUADS, "the reader reads on"
    del reader
    write(house, 1000)
    assert held_number not in generations.numbers()
    assert len(generations.numbers()) <= KEEP + 1
    assert used(folder) < enough
    assert not list(folder.glob(f"{BUILDING}*"))
