"""A write publishes all of it or nothing, and readers never see half."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from libri_graph.changes.lock import writer_lock
from libri_graph.changes.publish import RulesBroken, publish
from libri_graph.errors import StoreBusy, StoreMissing
from libri_graph.namespaces import GRAPHS, term
from libri_graph.store.generations import BUILDING, FOLDER, Generations
from libri_graph.validation import ValidationReport
from libri_graph.validation.results import Result
from libri_graph.validation.shapes import VIOLATION


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
        yield Quad(NamedNode("https://example.org/thing"), term("skos:note"), Literal(self.words), self.graph)
        if self.fails:
            raise RuntimeError("cut off")


def words_in(data_dir: Path) -> set[str]:
    store = Generations(data_dir).open_current()
    return {quad.object.value for quad in store.quads(predicate=term("skos:note"))}


def test_before_the_first_write_there_is_nothing_to_open(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="libri init"):
        Generations(tmp_path).open_current()


def test_a_write_makes_the_next_generation_current(tmp_path: Path) -> None:
    assert publish(tmp_path, [Given("one", "first")], keep=3).generation.number == 1
    outcome = publish(tmp_path, [Given("one", "second"), Given("two", "other")], keep=3)
    assert (outcome.generation.number, outcome.replaced) == (2, ("one", "two"))
    assert words_in(tmp_path) == {"second", "other"}


def test_a_write_that_changes_nothing_makes_no_generation(tmp_path: Path) -> None:
    publish(tmp_path, [Given("one", "first")], keep=3)
    outcome = publish(tmp_path, [Given("one", "first")], keep=3)
    assert (outcome.generation.number, outcome.replaced) == (1, ())


def test_a_failed_write_leaves_the_state_before_and_no_leftovers(tmp_path: Path) -> None:
    publish(tmp_path, [Given("one", "first")], keep=3)
    with pytest.raises(RuntimeError):
        publish(tmp_path, [Given("one", "second", fails=True)], keep=3)
    assert words_in(tmp_path) == {"first"}
    assert not list((tmp_path / FOLDER).glob(f"{BUILDING}*"))


def test_a_broken_rule_publishes_nothing(tmp_path: Path) -> None:
    fault = Result(NamedNode("https://example.org/x"), None, None, VIOLATION, term("sh:x"), term("sh:y"))
    with pytest.raises(RulesBroken):
        publish(tmp_path, [Given("one", "bad")], keep=3, check=lambda _store, _written: ValidationReport.of([fault]))
    assert Generations(tmp_path).current() is None


def test_a_reader_keeps_its_generation_while_others_are_published_and_pruned(tmp_path: Path) -> None:
    for name in "abcdefgh":  # each write adds files, and the engine opens few of them before they are needed
        publish(tmp_path, [Given(name, "first")], keep=1)
    reader = Generations(tmp_path).open_current()
    for words in ("second", "third"):
        publish(tmp_path, [Given("a", words)], keep=1)
    assert Generations(tmp_path).numbers() == [8, 10]
    assert {quad.object.value for quad in reader.quads(predicate=term("skos:note"))} == {"first"}


def test_a_generation_goes_once_nobody_reads_it(tmp_path: Path) -> None:
    publish(tmp_path, [Given("one", "first")], keep=1)
    reader = Generations(tmp_path).open_current()
    publish(tmp_path, [Given("one", "second")], keep=1)
    del reader
    publish(tmp_path, [Given("one", "third")], keep=1)
    assert Generations(tmp_path).numbers() == [3]


def test_a_source_taken_out_of_the_knowledge_leaves_the_graph(tmp_path: Path) -> None:
    publish(tmp_path, [Given("partner", "stays")], keep=2)
    publish(tmp_path, [Given("one", "stays"), Given("two", "goes")], keep=2, complete=True)
    outcome = publish(tmp_path, [Given("one", "stays")], keep=2, complete=True)
    assert (outcome.replaced, outcome.withdrawn) == ((), ("two",))
    assert words_in(tmp_path) == {"stays"}
    assert sorted(outcome.generation.sources) == ["one", "partner"]


def test_what_goes_with_a_generation_is_there_when_it_is_published(tmp_path: Path) -> None:
    def beside(store: Store, number: int, folder: Path) -> None:
        (folder / "note").write_text(f"{number}: {len(store)}", encoding="utf-8")

    outcome = publish(tmp_path, [Given("one", "first")], keep=1, beside=beside)
    generations = Generations(tmp_path)
    assert (generations.folder(outcome.generation.number) / "note").read_text(encoding="utf-8") == "1: 4"


def test_a_fault_in_what_goes_with_a_generation_publishes_nothing(tmp_path: Path) -> None:
    def beside(_store: Store, _number: int, _folder: Path) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path, [Given("one", "first")], keep=1, beside=beside)
    assert Generations(tmp_path).current() is None
    assert not list((tmp_path / FOLDER).iterdir())


def test_nothing_to_do_waits_for_no_writer(tmp_path: Path) -> None:
    publish(tmp_path, [Given("one", "first")], keep=1)
    with writer_lock(tmp_path, 1):
        assert publish(tmp_path, [Given("one", "first")], keep=1).replaced == ()


def test_a_refused_write_still_names_what_it_was_about(tmp_path: Path) -> None:
    thing = NamedNode("https://example.org/thing")
    fault = Result(thing, None, None, VIOLATION, term("sh:x"), term("sh:y"))
    with pytest.raises(RulesBroken) as caught:
        publish(tmp_path, [Given("one", "bad")], keep=3, check=lambda _store, _written: ValidationReport.of([fault]))
    assert [quad.object.value for quad in caught.value.named.quads_for_pattern(thing, None, None)] == ["bad"]


def test_a_second_writer_hears_who_holds_the_lock(tmp_path: Path) -> None:
    heard: list[str] = []
    with writer_lock(tmp_path, 1), pytest.raises(StoreBusy, match=f"process {os.getpid()}"):  # noqa: SIM117
        with writer_lock(tmp_path, 0.2, heard.append):
            pass
    assert heard == [heard[0]]
    assert f"process {os.getpid()}" in heard[0]


def _write_for_ever(data_dir: str) -> None:
    for number in range(10_000):
        publish(Path(data_dir), [Given("one", f"w{number}"), Given("two", f"w{number}")], keep=2)


def test_kill_at_any_moment_leaves_a_whole_generation(tmp_path: Path) -> None:
    publish(tmp_path, [Given("one", "start"), Given("two", "start")], keep=2)
    generations = Generations(tmp_path)
    context = multiprocessing.get_context("spawn")
    moments = random.Random(20240501)  # noqa: S311  # moments, not secrets
    for _round in range(4):
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
        assert len(words_in(tmp_path)) == 1, "both sources are of the same write"
    publish(tmp_path, [Given("one", "end"), Given("two", "end")], keep=2)
    assert words_in(tmp_path) == {"end"}
    assert generations.numbers()[-1] == generations.current_number()
    assert not list((tmp_path / FOLDER).glob(f"{BUILDING}*"))


def test_another_process_may_read_while_this_one_writes(tmp_path: Path) -> None:
    publish(tmp_path, [Given("one", "first")], keep=2)
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
        publish(tmp_path, [Given("one", "second")], keep=1)
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "2\n"
