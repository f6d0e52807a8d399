"""The index follows each write, and heals whatever happened between publishing and indexing."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from libri_graph.changes import indexing
from libri_graph.changes.house import House
from libri_graph.changes.publish import open_house, publish
from libri_graph.changes.writer import Writer
from libri_graph.changes.writes import AddToGraph, Policy, ReplaceGraph
from libri_graph.errors import IndexMissing
from libri_graph.index import standing, tables, writing
from libri_graph.index.audit import differences
from libri_graph.index.filters import Filters
from libri_graph.index.gather import View
from libri_graph.index.reading import Index
from libri_graph.index.tables import State
from libri_graph.namespaces import EU_COUNTRY, GRAPHS, IDS, term
from libri_graph.operations import verify as verifying
from libri_graph.store.generations import Generations

GRAPH: Final = NamedNode(GRAPHS + "one")
SHOWN: Final = Quad(GRAPH, term("libri:entersView"), Literal(True), GRAPH)
LATVIA: Final = NamedNode(EU_COUNTRY + "LVA")


class AnyData:
    """Rules that everything keeps."""

    def demand(self, *_: object) -> None:
        return


def house_in(data_dir: Path, keep: int = 8) -> House:
    house = House(data_dir, keep, data_dir / "shapes")
    house.__dict__["rules"] = AnyData()
    return house


def initiative(name: str) -> list[Quad]:
    thing = NamedNode(f"{IDS}initiative/{name}")
    return [
        Quad(thing, term("rdf:type"), term("libri:Initiative"), GRAPH),
        Quad(thing, term("skos:prefLabel"), Literal(name, language="en"), GRAPH),
        Quad(thing, term("libri:country"), LATVIA, GRAPH),
    ]


def write(house: House, *names: str) -> int:
    quads = [SHOWN, *(quad for name in names for quad in initiative(name))]
    return publish(house, [AddToGraph("test", GRAPH, quads)])[0].generation


def listed(data_dir: Path) -> tuple[int, set[str]]:
    """Return the generation that the index is of, and what it lists; read from the store of that generation too."""
    index = Index(data_dir)
    with index.reading() as reading:
        found = {card.labels[0].text for card in reading.list(Filters("initiatives"), limit=100).cards}
        store = Generations(data_dir).open(reading.generation)
        rows = {quad.object.value for quad in store.quads(predicate=term("skos:prefLabel"), graph=GRAPH)}
    index.close()
    assert rows == found, "index and generation say different things"
    return reading.generation, found


def agrees(data_dir: Path) -> bool:
    generations = Generations(data_dir)
    current = generations.current()
    assert current is not None
    assert standing.state_of(data_dir) == State(current.epoch, current.number)
    return differences(data_dir, lambda state: View(generations.open(state.generation).raw)) == []


def test_a_write_is_listed_when_it_is_acknowledged(tmp_path: Path) -> None:
    house = house_in(tmp_path)
    assert listed_after(house, "cafe") == {"cafe"}
    assert listed_after(house, "club") == {"cafe", "club"}
    publish(house, [ReplaceGraph("test", GRAPH, [SHOWN, *initiative("club")])])
    assert listed(tmp_path)[1] == {"club"}
    assert agrees(tmp_path)


def listed_after(house: House, name: str) -> set[str]:
    number = write(house, name)
    generation, found = listed(house.data_dir)
    assert generation == number
    return found


def test_a_source_that_leaves_the_view_leaves_the_lists(tmp_path: Path) -> None:
    house = house_in(tmp_path)
    write(house, "cafe")
    publish(house, [ReplaceGraph("test", GRAPH, initiative("cafe"))])
    with Index(tmp_path).reading() as reading:
        assert reading.list(Filters("initiatives")).total == 0
    assert agrees(tmp_path)


def test_only_what_a_write_touches_is_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = house_in(tmp_path)
    write(house, "cafe", "club", "walk")
    before = tables.current_path(tmp_path)
    renewed: list[set[str]] = []
    update = writing.update
    monkeypatch.setattr(writing, "update", lambda *given: renewed.append(update(*given)))
    write(house, "choir")
    assert renewed == [{f"{IDS}initiative/choir"}]
    assert tables.current_path(tmp_path) == before


def test_readers_are_behind_with_an_index_that_is_behind_until_the_next_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = house_in(tmp_path)
    first = write(house, "cafe")
    with monkeypatch.context() as broken:
        broken.setattr(indexing, "keep_in_step", lambda *_args, **_options: None)
        write(house, "club")
        write(house, "walk")
    assert listed(tmp_path) == (first, {"cafe"})
    last = write(house, "choir")
    assert listed(tmp_path) == (last, {"cafe", "club", "walk", "choir"})
    assert agrees(tmp_path)


DIES: Final = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.libri_graph.changes import test_indexing as here
here.indexing.keep_in_step = lambda *_args, **_options: os._exit(9)
here.write(here.house_in(Path(sys.argv[1])), "club")
"""


def test_a_process_that_dies_between_publishing_and_indexing_is_healed_at_the_next_start(
    tmp_path: Path, knowledge: Path
) -> None:
    first = write(house_in(tmp_path), "cafe")
    died = subprocess.run([sys.executable, "-c", DIES, tmp_path, knowledge], timeout=60, check=False)
    assert died.returncode == 9
    assert listed(tmp_path) == (first, {"cafe"})
    generation = open_house(house_in(tmp_path))
    assert listed(tmp_path) == (generation.number, {"cafe", "club"})
    assert agrees(tmp_path)


def test_a_missing_damaged_or_foreign_index_is_made_anew_at_the_next_start(tmp_path: Path) -> None:
    house = house_in(tmp_path)
    number = write(house, "cafe")
    generation = Generations(tmp_path).current()
    assert generation is not None
    for harm in ("missing", "damaged", "edition", "epoch"):
        path = tables.current_path(tmp_path)
        assert path is not None
        if harm == "missing":
            (path.parent / tables.CURRENT).unlink()
        elif harm == "damaged":
            path.write_bytes(b"no database")
        else:
            connection = tables.connect(path)
            epoch, edition = ("other", tables.EDITION) if harm == "epoch" else (generation.epoch, "0")
            tables.write_state(connection, State(epoch, number, edition))
            connection.close()
        if harm != "epoch":
            with pytest.raises(IndexMissing), Index(tmp_path).reading():
                pass
        open_house(house_in(tmp_path))
        assert listed(tmp_path) == (number, {"cafe"}), harm
        assert tables.current_path(tmp_path) != path
        assert [other.name for other in path.parent.glob("lists-*.sqlite")] == [tables.current_path(tmp_path).name]


def test_a_disk_fault_while_indexing_does_not_undo_the_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house = house_in(tmp_path)
    first = write(house, "cafe")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(writing, "update", full)
        second = write(house, "club")
    assert second > first
    assert "the index stays at what it was" in caplog.text
    assert listed(tmp_path) == (first, {"cafe"})
    assert listed_after(house, "walk") == {"cafe", "club", "walk"}


def test_who_waits_for_the_rest_of_a_write_hears_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "A_STRETCH", 1)
    house = house_in(tmp_path)
    publish(house, [AddToGraph("test", GRAPH, [SHOWN, *initiative("cafe"), *initiative("club")])], rest=False)
    owner, its = socket.socketpair()
    with owner, its:
        Writer(house, its, offline=True)._do_rest()
        told = owner.recv(1 << 16)
    assert told.count(b'"rest"') == 1 + 1 + 3, "at first, as the index is begun, and for each thing"
    assert agrees(tmp_path)


def test_a_bare_store_has_no_index(tmp_path: Path) -> None:
    house = House(tmp_path, 8)
    publish(house, [AddToGraph("test", GRAPH, initiative("cafe"), Policy(plain=True))])
    assert not tables.folder(tmp_path).exists()


def test_verify_tells_of_an_index_that_is_missing_behind_or_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "PATIENCE_SECONDS", 0.2)
    house = house_in(tmp_path)
    write(house, "cafe")
    assert verifying.verify(tmp_path) == []
    with monkeypatch.context() as broken:
        broken.setattr(indexing, "keep_in_step", lambda *_args, **_options: None)
        write(house, "club")
    assert [damage.where for damage in verifying.verify(tmp_path)] == [
        "the index of lists is of generation 3, not 4",
    ]
    open_house(house_in(tmp_path))
    path = tables.current_path(tmp_path)
    assert path is not None
    connection = tables.connect(path)
    connection.execute("UPDATE card SET body = '{}'")
    connection.close()
    assert "differs from its generation in the table card" in verifying.verify(tmp_path)[0].where
    (path.parent / tables.CURRENT).unlink()
    assert [damage.remedy for damage in verifying.verify(tmp_path)] == ["run: libri rebuild"]
