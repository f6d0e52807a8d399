"""The generation is what the journal says: at once, after a crash, after damage, after a restore."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, Quad

from libri_graph.changes.catch_up import catch_up, in_step, rebuild
from libri_graph.changes.house import House
from libri_graph.changes.publish import open_house, publish
from libri_graph.changes.writes import AddToGraph
from libri_graph.errors import GenerationGone, JournalDamaged
from libri_graph.instance import Instance, write_instance
from libri_graph.journal.events import Entry, Kind
from libri_graph.journal.journal import Journal
from libri_graph.operations.verify import RESTORE, verify
from libri_graph.store.generations import Generations
from tests.libri_graph.changes.graphs import GRAPH, PREDICATES, THINGS


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path, 8)
    for number in range(3):
        publish(made, [AddToGraph("somebody", GRAPH, [said(number)])])
    return made


def said(number: int) -> Quad:
    return Quad(THINGS[0], PREDICATES[0], Literal(str(number)), GRAPH)


def there(house: House) -> set[Quad]:
    return set(Generations(house.data_dir).open_current().raw)


def ahead(house: House, number: int) -> None:
    """Let the journal know of a write whose generation was never published, as after a crash."""
    line = f'{THINGS[0]} {PREDICATES[0]} "{number}" .\n'
    with Journal.open(house.data_dir) as journal:
        journal.append([("somebody", [Entry(GRAPH.value, THINGS[0].value, Kind.update, added=line)])])


def test_a_generation_in_step_is_left_alone(house: House) -> None:
    with Journal.open(house.data_dir) as journal:
        before = Generations(house.data_dir).current()
        assert in_step(house.data_dir, journal) == before
        assert catch_up(house.data_dir, journal, keep=8, plain=True) == before


def test_a_generation_behind_takes_what_it_lacks(house: House) -> None:
    ahead(house, 9)
    told: list[str] = []
    with Journal.open(house.data_dir) as journal:
        assert in_step(house.data_dir, journal) is None
        made = catch_up(house.data_dir, journal, keep=8, plain=True, tell=told.append)
        assert (made.number, made.epoch) == (journal.last, journal.epoch)
    assert there(house) == {said(number) for number in (0, 1, 2, 9)}
    assert told == ["applying what the journal has more"]


def test_a_lost_generation_is_made_from_the_first_event(house: House) -> None:
    before = there(house)
    shutil.rmtree(house.data_dir / "generations", ignore_errors=True)
    Generations(house.data_dir).forget_all()
    with Journal.open(house.data_dir) as journal:
        catch_up(house.data_dir, journal, keep=8, plain=True)
    assert there(house) == before


def test_rebuilding_gives_what_was_there(house: House) -> None:
    before, number = there(house), Generations(house.data_dir).current_number()
    with Journal.open(house.data_dir) as journal:
        made = rebuild(house.data_dir, journal, keep=8, plain=True)
    assert (there(house), made.number) == (before, number)


def test_states_of_another_epoch_cannot_be_cited_any_more(house: House) -> None:
    before = there(house)
    old = Generations(house.data_dir).numbers()
    with Journal.open(house.data_dir) as journal:
        journal.begin_epoch()
        made = catch_up(house.data_dir, journal, keep=8, plain=True)
        assert made.epoch == journal.epoch
    assert there(house) == before
    for number in old[:-1]:
        with pytest.raises(GenerationGone):
            Generations(house.data_dir).open(number)


def test_an_empty_journal_makes_an_empty_generation(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        made = catch_up(tmp_path, journal, keep=8, plain=True)
    assert (made.number, set(Generations(tmp_path).open_current().raw)) == (0, set())


@pytest.mark.parametrize("epoch", ["another", "the same"])
def test_a_journal_that_has_lost_everything_leaves_what_is_shown(house: House, epoch: str) -> None:
    if epoch == "another":
        for path in house.data_dir.glob("journal.sqlite*"):
            path.unlink()
    else:
        with Journal.open(house.data_dir) as journal:
            journal._connection.execute("DELETE FROM event")
    house.sound = None
    with pytest.raises(JournalDamaged, match="restore a backup"):
        open_house(house)
    with pytest.raises(JournalDamaged, match="restore a backup"):
        publish(house, [AddToGraph("somebody", GRAPH, [said(9)])])
    with Journal.open(house.data_dir) as journal, pytest.raises(JournalDamaged, match="another directory"):
        rebuild(house.data_dir, journal, keep=8, plain=True)
    assert there(house) == {said(number) for number in range(3)}
    write_instance(house.data_dir, Instance(plain=True))
    assert {damage.remedy for damage in verify(house.data_dir)} == {RESTORE}
