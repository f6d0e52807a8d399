"""An import replaces what its files say, and leaves what somebody changed here since as it is here, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from libri_graph.changes import imports
from libri_graph.changes.house import House
from libri_graph.changes.imports import ImportSources
from libri_graph.changes.publish import Outcome, publish
from libri_graph.changes.writes import AddToGraph, ReplaceGraph
from libri_graph.errors import LibriError, StoreFull
from libri_graph.ingest.folder import from_files
from libri_graph.journal import departures
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.journal.replay import replay
from libri_graph.namespaces import GRAPHS
from libri_graph.store.generations import Generations
from tests.libri_graph.changes.graphs import GRAPH, OTHER, PREDICATES, THINGS

A, B, C = THINGS
P = PREDICATES[0]


def says(thing: NamedNode, *words: str, graph: NamedNode = GRAPH) -> list[Quad]:
    return [Quad(thing, P, Literal(word), graph) for word in words]


@dataclass(frozen=True)
class Given:
    """A source made in the test."""

    found: tuple[Quad, ...]
    name: str = "one"

    @property
    def graph(self) -> NamedNode:
        return NamedNode(GRAPHS + self.name)

    @property
    def checksum(self) -> str:
        return str(hash(self.found))

    def quads(self) -> Iterator[Quad]:
        return iter(self.found)

    def plain_lines(self) -> int:
        return 0

    def load(self, store: Store) -> None:
        store.bulk_extend(self.found)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, 8)


def imported(house: House, *found: Quad) -> tuple[ImportSources, Outcome]:
    write = ImportSources(house.data_dir, [Given(found)])
    (outcome,) = publish(house, [write], versions=write.versions)
    return write, outcome


def written(house: House, *found: Quad) -> None:
    """Change the graph as somebody with a token does."""
    (outcome,) = publish(house, [ReplaceGraph("portal", GRAPH, found)])
    assert outcome.error is None


def there(house: House, graph: NamedNode = GRAPH) -> set[Quad]:
    return set(Generations(house.data_dir).open_current().raw.quads_for_pattern(None, None, None, graph))


def test_an_import_replaces_the_graph_and_tells_which(house: House) -> None:
    imported(house, *says(A, "old"), *says(B, "same"))
    write, outcome = imported(house, *says(A, "new"), *says(B, "same"))
    assert there(house) == {*says(A, "new"), *says(B, "same")}
    assert (write.replaced, write.held, outcome.events) == (["one"], {}, 1)


def test_an_import_of_the_same_makes_nothing(house: House) -> None:
    _, first = imported(house, *says(A, "same"))
    write, again = imported(house, *says(A, "same"))
    assert (again.generation, again.events, write.replaced) == (first.generation, 0, [])


def test_what_was_changed_here_alone_stays_without_a_word(house: House) -> None:
    imported(house, *says(A, "old"), *says(B, "old"))
    written(house, *says(A, "mine"), *says(B, "old"))
    write, _ = imported(house, *says(A, "old"), *says(B, "new"))
    assert there(house) == {*says(A, "mine"), *says(B, "new")}
    assert write.held == {}


def test_what_was_changed_here_and_in_the_file_stays_and_waits(house: House) -> None:
    imported(house, *says(A, "old"), *says(B, "old"))
    written(house, *says(A, "mine"), *says(B, "old"))
    write, _ = imported(house, *says(A, "theirs"), *says(B, "new"))
    assert there(house) == {*says(A, "mine"), *says(B, "new")}
    assert write.held == {"one": [A.value]}


def test_what_was_changed_to_the_same_here_and_in_the_file_does_not_wait(house: House) -> None:
    imported(house, *says(A, "old"))
    written(house, *says(A, "agreed"))
    write, _ = imported(house, *says(A, "agreed"))
    assert (there(house), write.held) == (set(says(A, "agreed")), {})


def test_what_was_deleted_here_does_not_come_back_by_itself(house: House) -> None:
    imported(house, *says(A, "old"), *says(B, "old"))
    written(house, *says(B, "old"))
    write, _ = imported(house, *says(A, "old"), *says(B, "new"))
    assert (there(house), write.held) == (set(says(B, "new")), {})
    write, _ = imported(house, *says(A, "changed"), *says(B, "new"))
    assert (there(house), write.held) == (set(says(B, "new")), {"one": [A.value]})


def test_what_was_made_here_is_not_swept_away(house: House) -> None:
    imported(house, *says(A, "old"))
    publish(house, [AddToGraph("portal", GRAPH, says(C, "mine"))])
    write, _ = imported(house, *says(A, "new"))
    assert (there(house), write.held) == ({*says(A, "new"), *says(C, "mine")}, {})


def test_what_the_file_takes_away_while_it_was_changed_here_stays_and_waits(house: House) -> None:
    imported(house, *says(A, "old"), *says(B, "old"))
    written(house, *says(A, "mine"), *says(B, "old"))
    write, _ = imported(house, *says(B, "old"))
    assert there(house) == {*says(A, "mine"), *says(B, "old")}
    assert write.held == {"one": [A.value]}


def test_a_description_with_blank_nodes_is_kept_whole(house: House) -> None:
    def address(word: str) -> list[Quad]:
        node = BlankNode()
        return [Quad(A, P, node, GRAPH), *[Quad(node, P, Literal(word), GRAPH)]]

    imported(house, *address("old"), *says(B, "old"))
    written(house, *address("mine"), *says(B, "old"))
    write, _ = imported(house, *address("theirs"), *says(B, "new"))
    assert {quad.object.value for quad in there(house) if isinstance(quad.object, Literal)} == {"mine", "new"}
    assert write.held == {"one": [A.value]}
    assert len(there(house)) == 3


def test_a_source_that_is_withdrawn_leaves_no_graph(house: House) -> None:
    imported(house, *says(A, "old"))
    publish(house, [ImportSources(house.data_dir, [], [GRAPH])])
    assert there(house) == set()
    assert not Generations(house.data_dir).open_current().raw.contains_named_graph(GRAPH)


def test_quads_of_another_graph_are_refused(house: House) -> None:
    with pytest.raises(LibriError, match="another graph"):
        imported(house, *says(A, "x", graph=OTHER))
    assert Generations(house.data_dir).current_number() == 0 or there(house) == set()


def test_a_large_source_that_changes_a_little_is_journalled_by_entity(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LARGE", 3)
    monkeypatch.setattr(imports, "LITTLE", 4)
    imported(house, *says(A, *"12345"), *says(B, "gone"))
    _, outcome = imported(house, *says(A, *"12346"), *says(C, "new"))
    assert there(house) == {*says(A, *"12346"), *says(C, "new")}
    with Journal.reading(house.data_dir) as journal:
        assert journal is not None
        first, *later = journal.events()
        replayed = Store()
        replay(journal.events(), replayed, Payloads(house.data_dir))
    assert (bool(first.entry.file), outcome.events) == (True, 3)
    kinds = {event.entry.entity: event.entry.kind.value for event in later}
    assert kinds == {A.value: "update", B.value: "delete", C.value: "create"}
    assert set(replayed) == there(house)
    _, again = imported(house, *says(A, *"12346"), *says(C, "new"))
    assert again.events == 0
    _, much = imported(house, *says(A, *"67890"))
    assert (much.events, there(house)) == (1, set(says(A, *"67890")))


def payloads(house: House) -> int:
    return len(Payloads(house.data_dir).checksums())


def test_the_payload_of_an_import_that_fails_gives_its_disk_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "LARGE", 3)
    monkeypatch.setattr(imports, "LITTLE", 0)
    imported(house, *says(A, *"12345"))

    def full(*_: object) -> None:
        assert payloads(house) == 2
        raise StoreFull("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", full)
        with pytest.raises(StoreFull):
            imported(house, *says(A, *"6789"))
    assert payloads(house) == 1
    assert there(house) == set(says(A, *"12345"))


def test_the_payload_of_an_import_that_died_goes_with_the_next_write(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LARGE", 3)
    imported(house, *says(A, *"12345"))
    Payloads(house.data_dir).keep([b"<https://example.org/a> <https://example.org/p> <https://example.org/lost> .\n"])
    written(house, *says(B, "x"))
    assert payloads(house) == 1
    with Journal.reading(house.data_dir) as journal:
        assert journal is not None
        assert journal.files() == set(Payloads(house.data_dir).checksums())


def test_a_large_source_is_one_event_that_points_at_a_file(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "LARGE", 3)
    found = says(A, *(str(number) for number in range(10)))
    _, outcome = imported(house, *found)
    assert (outcome.events, there(house)) == (1, set(found))
    with Journal.reading(house.data_dir) as journal:
        assert journal is not None
        (event,) = journal.events()
    assert len(event.entry.file) == 64


def test_a_large_source_that_shrinks_is_not_held_in_memory(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "LARGE", 3)
    monkeypatch.setattr(imports, "LITTLE", 1)
    imported(house, *says(A, *"12345"), *says(B, "gone"))
    _, outcome = imported(house, *says(A, "6"))
    assert (outcome.events, there(house), payloads(house)) == (1, set(says(A, "6")), 2)


def test_a_large_source_that_leaves_is_not_held_in_memory_and_may_come_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LARGE", 3)
    monkeypatch.setattr(departures, "ALWAYS_SHOWN", {GRAPH.value})
    imported(house, *says(A, *"12345"), *says(B, "old"))
    written(house, *says(A, *"12345"), *says(B, "mine"))
    (outcome,) = publish(house, [ImportSources(house.data_dir, [], [GRAPH])])
    store = Generations(house.data_dir).open_current().raw
    assert (outcome.events, set(store), list(store.named_graphs())) == (2, set(), [])
    with Journal.reading(house.data_dir) as journal:
        assert journal is not None
        replayed, payloads = Store(), Payloads(house.data_dir)
        replay(journal.events(), replayed, payloads)
        for thing in (A, B):
            gone = departures.gone(journal, payloads, thing.value)
            assert gone is not None
            assert gone.change == outcome.generation
    assert (set(replayed), list(replayed.named_graphs())) == (set(), [])
    write, _ = imported(house, *says(A, *"12345"), *says(B, "theirs"))
    assert (there(house), write.held) == ({*says(A, *"12345"), *says(B, "theirs")}, {})


def test_a_large_file_without_blank_nodes_goes_past_python_into_graph_and_journal(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(imports, "LARGE", 3)
    path = tmp_path / "many.nt"
    found = says(A, *(str(number) for number in range(10)))
    path.write_text("".join(f"{quad.triple} .\n" for quad in found), encoding="utf-8")
    (outcome,) = publish(house, [ImportSources(house.data_dir, [from_files("one", path)])])
    assert (outcome.events, there(house)) == (1, set(found))
    assert outcome.delta.arrived == {GRAPH}
    with Journal.reading(house.data_dir) as journal:
        assert journal is not None
        again = Store()
        replay(journal.events(), again, Payloads(house.data_dir))
    assert set(again) == set(found)


def test_a_source_that_begins_with_a_file_goes_on_entity_by_entity(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LARGE_AT_FIRST", 3)
    imported(house, *says(A, "one", "two", "three"), *says(B, "same"))
    _, outcome = imported(house, *says(A, "one", "two", "four"), *says(B, "same"))
    with Journal.reading(house.data_dir) as journal:
        assert journal is not None
        first, second = (event.entry for event in journal.events())
    assert (first.entity, bool(first.file), second.entity, second.file) == ("", True, A.value, "")
    assert outcome.events == 1
    assert there(house) == {*says(A, "one", "two", "four"), *says(B, "same")}
