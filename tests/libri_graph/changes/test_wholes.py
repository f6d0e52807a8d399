"""The history of an entity tells what the replacement of its source as a whole did to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from libri_graph.changes import imports, wholes
from libri_graph.changes.house import House
from libri_graph.journal import history
from libri_graph.journal.events import Kind
from libri_graph.journal.history import Step
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.store.generations import Generations
from tests.libri_graph.changes.graphs import GRAPH, THINGS
from tests.libri_graph.changes.test_imports import P, imported, says, written

A, B, C = THINGS
FILLING = says(C, "1", "2", "3")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return a house in which a source of four quads is large, and every change of it."""
    monkeypatch.setattr(imports, "LARGE", 3)
    monkeypatch.setattr(imports, "LITTLE", 0)
    return House(tmp_path, 20)


def steps(house: House, thing: NamedNode = A, before: int | None = None, limit: int = 20) -> list[Step]:
    store = Generations(house.data_dir).open_current().raw
    with Journal.reading(house.data_dir) as journal:
        assert journal is not None
        own = history.of_entity(journal, thing.value, before, limit)
        return list(wholes.with_wholes(journal, house.data_dir, store, thing.value, own, before).found)


def told(found: list[Step]) -> list[tuple[str, str, str]]:
    """Return kind, words that went and words that came of each."""

    def words(triples: tuple[object, ...]) -> str:
        return " ".join(t.object.value for t in triples if isinstance(t.object, Literal))

    return [(step.kind.value, words(step.removed), words(step.added)) for step in found]


def test_each_replacement_that_changed_it_is_told_with_what_it_changed(house: House) -> None:
    for word in ("one", "two", "two"):
        imported(house, *says(A, word), *FILLING)
    imported(house, *says(A, "two"), *says(B, "new"), *FILLING)
    found = steps(house)
    assert told(found) == [("update", "one", "two"), ("create", "", "one")]
    assert all(step.whole and step.told and step.graph == GRAPH.value for step in found)
    assert told(steps(house, B)) == [("create", "", "new")]


def test_what_two_replacements_brought_and_took_is_told(house: House) -> None:
    imported(house, *says(A, "one"), *FILLING)
    imported(house, *says(B, "two"), *FILLING)
    imported(house, *says(B, "three"), *FILLING)
    assert told(steps(house)) == [("delete", "one", ""), ("create", "", "one")]


def test_what_was_written_between_is_told_in_its_place(house: House) -> None:
    imported(house, *says(A, "one"), *FILLING)
    written(house, *says(A, "mine"), *FILLING)
    imported(house, *says(A, "theirs"), *FILLING)
    written(house, *FILLING)
    assert told(steps(house)) == [("delete", "mine", ""), ("update", "one", "mine"), ("create", "", "one")]
    assert [step.whole for step in steps(house)] == [False, False, True]


def test_a_page_tells_the_replacements_of_its_time(house: House) -> None:
    imported(house, *says(A, "0"), *FILLING)
    for word in "123":
        written(house, *says(A, word), *FILLING)
    first = steps(house, limit=2)
    assert told(first) == [("update", "2", "3"), ("update", "1", "2")]
    assert told(steps(house, before=first[-1].sequence)) == [("update", "0", "1"), ("create", "", "0")]


def test_blank_nodes_below_it_are_compared_with_it(house: House) -> None:
    def address(word: str) -> list[Quad]:
        node = BlankNode("address")
        return [Quad(A, P, node, GRAPH), Quad(node, P, Literal(word), GRAPH)]

    for word in ("one", "two", "three"):
        imported(house, *address(word), *FILLING)
    assert told(steps(house)) == [("update", "two", "three"), ("update", "one", "two"), ("create", "", "one")]


def test_what_cannot_be_compared_is_told_as_such(house: House) -> None:
    for word in ("one", "two"):
        imported(house, *says(A, word), *FILLING)
    for checksum in Payloads(house.data_dir).checksums():
        Payloads(house.data_dir).path(checksum).unlink()
    assert [(step.kind, step.told) for step in steps(house)] == [(Kind.update, False)] * 2


def test_no_more_is_read_for_one_page_than_it_may(house: House) -> None:
    imported(house, *says(A, "one"), *FILLING)
    (checksum,) = Payloads(house.data_dir).checksums()
    size = Payloads(house.data_dir).path(checksum).stat().st_size
    assert wholes._Reader(house.data_dir, size).said(checksum, A.value, GRAPH) == set(says(A, "one"))
    assert wholes._Reader(house.data_dir, size - 1).said(checksum, A.value, GRAPH) is None


def test_nothing_is_read_of_what_is_in_no_such_source(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("one", "two"):
        imported(house, *says(A, word), *FILLING)
    monkeypatch.setattr(Payloads, "about", None)
    assert steps(house, B) == []
