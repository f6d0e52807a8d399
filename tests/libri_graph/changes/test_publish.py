"""A write publishes all of it or nothing, and readers never see half."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from libri_graph.changes.broken import RulesBroken
from libri_graph.changes.delta import Delta
from libri_graph.changes.house import House
from libri_graph.changes.imports import ImportSources
from libri_graph.changes.lock import writer_lock
from libri_graph.changes.publish import open_house, publish
from libri_graph.changes.writes import ReplaceGraph, Write
from libri_graph.errors import GraphRefused, StoreBusy, StoreMissing
from libri_graph.journal.journal import Journal
from libri_graph.namespaces import GRAPHS, term
from libri_graph.store.generations import BUILDING, FOLDER, Generations
from libri_graph.validation import ValidationReport
from libri_graph.validation.results import Result
from libri_graph.validation.shapes import VIOLATION

THING = NamedNode("https://example.org/thing")


@dataclass(frozen=True)
class Given:
    """A source made in the test."""

    name: str
    words: str
    fails: bool = False

    @property
    def graph(self) -> NamedNode:
        return NamedNode(GRAPHS + self.name)

    @property
    def checksum(self) -> str:
        return self.words

    def quads(self) -> Iterator[Quad]:
        yield Quad(self.graph, term("libri:entersView"), Literal(True), self.graph)
        yield Quad(THING, term("skos:note"), Literal(self.words), self.graph)
        if self.fails:
            raise RuntimeError("cut off")

    def plain_lines(self) -> int:
        return 0

    def load(self, store: Store) -> None:
        store.bulk_extend(self.quads())

    @property
    def write(self) -> ReplaceGraph:
        return ReplaceGraph("test", self.graph, list(self.quads()))


class Refusing:
    """Rules that everything breaks."""

    def demand(self, store: Store, _view: object, _written: Sequence[Quad] = ()) -> None:
        fault = Result(THING, None, None, VIOLATION, term("sh:x"), term("sh:y"))
        extract = Store()
        extract.extend(store.quads_for_pattern(THING, None, None))
        raise RulesBroken(ValidationReport.of([fault]), extract)


class Indulgent:
    """Rules that nothing breaks."""

    def demand(self, *_: object) -> None:
        """Find no fault."""


class Picky(Indulgent):
    """Rules that are broken where anything is said to be bad."""

    def demand(self, store: Store, *_: object) -> None:
        if any(store.quads_for_pattern(None, None, Literal("bad"))):
            Refusing().demand(store, None)


def house_in(data_dir: Path, keep: int = 3, rules: object = None) -> House:
    """Return a house with a view; its rules are simple ones, so that a test needs none of ours."""
    house = House(data_dir, keep, data_dir)
    house.__dict__["rules"] = rules or Indulgent()  # in the place of those that are read when they are first needed
    return house


def put(data_dir: Path, *given: Given, keep: int = 3) -> int:
    """Publish and return the generation."""
    return publish(house_in(data_dir, keep), [one.write for one in given])[-1].generation


def words_in(data_dir: Path) -> set[str]:
    store = Generations(data_dir).open_current()
    return {quad.object.value for quad in store.quads(predicate=term("skos:note"))}


def test_before_the_first_write_there_is_nothing_to_open(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="libri init"):
        Generations(tmp_path).open_current()


def test_a_write_makes_a_generation_that_bears_the_number_of_its_last_event(tmp_path: Path) -> None:
    first = put(tmp_path, Given("one", "first"))
    second = put(tmp_path, Given("one", "second"), Given("two", "other"))
    assert words_in(tmp_path) == {"second", "other"}
    with Journal.reading(tmp_path) as journal:
        assert journal is not None
        assert journal.last == second > first == journal.changes(1, before=first + 1)[0][0]


def test_a_write_that_changes_nothing_makes_no_event_and_no_generation(tmp_path: Path) -> None:
    before = put(tmp_path, Given("one", "first"))
    (outcome,) = publish(house_in(tmp_path), [Given("one", "first").write])
    assert (outcome.generation, outcome.events) == (before, 0)
    assert Generations(tmp_path).numbers()[-1] == before
    with Journal.reading(tmp_path) as journal:
        assert journal is not None
        assert journal.last == before


def test_a_burst_is_grouped_in_one_generation_and_keeps_its_change_sets(tmp_path: Path) -> None:
    start = open_house(house_in(tmp_path)).number
    writes = [Given(name, "words").write for name in "abcdef"]
    outcomes = publish(house_in(tmp_path), writes)
    assert {outcome.generation for outcome in outcomes} == {Generations(tmp_path).current_number()}
    assert Generations(tmp_path).numbers() == [start, outcomes[0].generation]
    with Journal.reading(tmp_path) as journal:
        assert journal is not None
        assert len(journal.changes(100)) == len(writes)


def test_a_failed_write_leaves_the_state_before_and_no_leftovers(tmp_path: Path) -> None:
    put(tmp_path, Given("one", "first"))
    with pytest.raises(RuntimeError):
        publish(house_in(tmp_path), [ImportSources(tmp_path, [Given("one", "second", fails=True)])])
    assert words_in(tmp_path) == {"first"}
    assert not list((tmp_path / FOLDER).glob(f"{BUILDING}*"))


def test_a_refused_write_takes_nothing_from_those_beside_it(tmp_path: Path) -> None:
    foreign = NamedNode("https://example.org/foreign")
    refused = ReplaceGraph("test", foreign, [Quad(THING, term("skos:note"), Literal("no"), foreign)])
    outcomes = publish(house_in(tmp_path), [Given("one", "first").write, refused, Given("two", "second").write])
    assert [isinstance(outcome.error, GraphRefused) for outcome in outcomes] == [False, True, False]
    assert words_in(tmp_path) == {"first", "second"}


def test_what_is_told_of_a_refused_write_does_not_hold_the_store_open(tmp_path: Path) -> None:
    writes = [Given("one", "first").write, Given("two", "bad").write]
    outcomes = publish(house_in(tmp_path, rules=Picky()), writes)
    told = [error for outcome in outcomes for error in (outcome.error, outcome.error and outcome.error.__context__)]
    held = [
        value
        for error in told
        if error
        for frame, _ in walk_tb(error.__traceback__)
        for value in frame.f_locals.values()
    ]
    assert isinstance(outcomes[1].error, RulesBroken)
    assert not any(isinstance(value, Store) for value in held)


def test_a_broken_rule_publishes_nothing_and_names_what_it_was_about(tmp_path: Path) -> None:
    before = open_house(house_in(tmp_path)).number
    (outcome,) = publish(house_in(tmp_path, rules=Refusing()), [Given("one", "bad").write])
    assert isinstance(outcome.error, RulesBroken)
    named = {quad.object.value for quad in outcome.error.named.quads_for_pattern(THING, None, None)}
    assert named == {"bad"}
    assert Generations(tmp_path).current_number() == before
    assert words_in(tmp_path) == set()


def test_a_broken_rule_takes_the_change_of_the_view_back(tmp_path: Path) -> None:
    put(tmp_path, Given("one", "first"))

    house = house_in(tmp_path, rules=Picky())
    outcomes = publish(house, [Given("two", "bad").write, Given("three", "good").write])
    assert [outcome.error is None for outcome in outcomes] == [False, True]
    store = Generations(tmp_path).open_current().raw
    assert not list(store.quads_for_pattern(None, None, Literal("bad")))
    assert words_in(tmp_path) == {"first", "good"}


def test_a_reader_keeps_its_generation_while_others_are_published_and_pruned(tmp_path: Path) -> None:
    for name in "abcdefgh":  # each write adds files, and the engine opens few of them before they are needed
        put(tmp_path, Given(name, "first"), keep=1)
    reader = Generations(tmp_path).open_current()
    for words in ("second", "third"):
        last = put(tmp_path, Given("a", words), keep=1)
    assert Generations(tmp_path).numbers() == [reader.generation, last]
    assert {quad.object.value for quad in reader.quads(predicate=term("skos:note"))} == {"first"}


def test_a_generation_goes_once_nobody_reads_it(tmp_path: Path) -> None:
    put(tmp_path, Given("one", "first"), keep=1)
    reader = Generations(tmp_path).open_current()
    put(tmp_path, Given("one", "second"), keep=1)
    del reader
    last = put(tmp_path, Given("one", "third"), keep=1)
    assert Generations(tmp_path).numbers() == [last]


def test_a_withdrawn_source_leaves_the_graph_and_others_stay(tmp_path: Path) -> None:
    put(tmp_path, Given("partner", "stays"), Given("two", "goes"))
    two = NamedNode(GRAPHS + "two")
    publish(house_in(tmp_path), [ImportSources(tmp_path, [], [two])])
    assert words_in(tmp_path) == {"stays"}
    assert not Generations(tmp_path).open_current().raw.contains_named_graph(two)


def test_an_open_house_waits_for_no_writer_where_journal_and_generation_agree(tmp_path: Path) -> None:
    number = put(tmp_path, Given("one", "first"))
    with writer_lock(tmp_path, 1):
        assert open_house(House(tmp_path, 1)).number == number


def test_a_write_on_a_lost_generation_makes_it_again_first(tmp_path: Path) -> None:
    put(tmp_path, Given("one", "first"))
    (tmp_path / "current").unlink()
    put(tmp_path, Given("two", "second"))
    assert words_in(tmp_path) == {"first", "second"}


def test_a_fault_in_dropping_an_old_generation_fails_no_write(tmp_path: Path) -> None:
    old = put(tmp_path, Given("one", "first"))
    (Generations(tmp_path).folder(old) / "generation.json").write_text("{}", encoding="utf-8")
    (tmp_path / "current").unlink()
    put(tmp_path, Given("one", "second"), keep=1)
    assert words_in(tmp_path) == {"second"}


def test_what_a_write_says_when_all_that_is_left_is_to_journal_it(tmp_path: Path) -> None:
    told: list[str] = []
    publish(
        house_in(tmp_path),
        [Given("one", "first").write],
        begun=lambda number: told.append(f"begun {number}"),
        sealed=lambda: told.append("sealed"),
    )
    assert told == ["begun 0", "sealed"]


def test_a_second_writer_hears_who_holds_the_lock(tmp_path: Path) -> None:
    heard: list[str] = []
    with writer_lock(tmp_path, 1), pytest.raises(StoreBusy, match=f"process {os.getpid()}"):  # noqa: SIM117  # the lock is what is tested
        with writer_lock(tmp_path, 0.2, heard.append):
            pass
    assert heard == [heard[0]]
    assert f"process {os.getpid()}" in heard[0]


def _write_for_ever(data_dir: str) -> None:
    for number in range(10_000):
        put(Path(data_dir), Given("one", f"w{number}"), Given("two", f"w{number}"), keep=2)


def test_kill_at_any_moment_leaves_a_whole_generation(tmp_path: Path) -> None:
    put(tmp_path, Given("one", "start"), Given("two", "start"))
    generations = Generations(tmp_path)
    context = multiprocessing.get_context("spawn")
    moments = random.Random(20240501)  # noqa: S311  # moments, not secrets
    for _round in range(3):
        before = generations.current_number() or 0
        writer = context.Process(target=_write_for_ever, args=(str(tmp_path),))
        writer.start()
        while (generations.current_number() or 0) <= before + 1:
            assert writer.is_alive()
            time.sleep(0.002)
        time.sleep(moments.uniform(0, 0.15))
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        assert len(words_in(tmp_path)) == 1, "both sources are of one generation"
    put(tmp_path, Given("one", "end"), Given("two", "end"), keep=2)
    assert words_in(tmp_path) == {"end"}
    assert generations.numbers()[-1] == generations.current_number()
    assert not list((tmp_path / FOLDER).glob(f"{BUILDING}*"))


def test_another_process_may_read_while_this_one_writes(tmp_path: Path) -> None:
    put(tmp_path, Given("one", "first"))
    program = (
        "import sys, pathlib; from libri_graph.store.generations import Generations;"
        "s = Generations(pathlib.Path(sys.argv[1])).open_current();"
        "print('ready', flush=True); sys.stdin.readline(); print(len(list(s.quads())), flush=True)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdin is not None
        assert reader.stdout.readline() == "ready\n"
        put(tmp_path, Given("one", "second"), keep=1)
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "2\n"


@dataclass(frozen=True)
class Breaking:
    """A write during which the disk fails."""

    error: OSError
    actor: str = "test"
    alone: bool = True

    def apply(self, store: Store, before: Callable[[], Store]) -> Delta:  # noqa: ARG002  # it gets no further
        raise self.error


def test_a_fault_of_the_disk_publishes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    before = put(tmp_path, Given("one", "first"))
    write: Write = Breaking(OSError("IO error: No space left on device"))
    with pytest.raises(Exception, match="the disk is full"):
        publish(house_in(tmp_path), [write])
    assert Generations(tmp_path).current_number() == before
    assert not list((tmp_path / FOLDER).glob(f"{BUILDING}*"))
