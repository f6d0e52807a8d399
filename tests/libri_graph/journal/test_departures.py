"""What is gone is known: with an event of its own, with its source, or with a payload that speaks of it no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from libri_graph.journal.departures import gone
from libri_graph.journal.events import Entry, Kind
from libri_graph.journal.journal import Journal
from libri_graph.journal.payloads import Payloads
from libri_graph.namespaces import GRAPHS
from tests.libri_graph.journal.test_history import ENTERS, SOURCE, THING, says

HIDDEN = GRAPHS + "hidden"


@pytest.fixture
def payloads(tmp_path: Path) -> Payloads:
    return Payloads(tmp_path)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path) as found:
        found.append([("import", [Entry(SOURCE, SOURCE, Kind.create, ENTERS), created(THING)])])
        yield found


def created(entity: str, graph: str = SOURCE) -> Entry:
    return Entry(graph, entity, Kind.create, says("New", entity))


def replaced(journal: Journal, payloads: Payloads, *lines: str, graph: str = SOURCE) -> int:
    """Replace a source as a whole; return the sequence."""
    checksum = payloads.keep(line.encode() for line in lines)
    return journal.append([("import", [Entry(graph, "", Kind.update, file=checksum)])])


def test_what_went_is_known_with_the_time_and_what_was_said_last(journal: Journal, payloads: Payloads) -> None:
    journal.append([("editor", [Entry(SOURCE, THING, Kind.delete, "", "", says("New"))])])
    found = gone(journal, payloads, THING)
    assert found is not None
    assert (found.change, found.actor, found.time) == (3, "editor", journal.time_of(3))
    assert [triple.object.value for triple in found.said] == ["New"]


def test_what_never_was_is_not_gone_nor_what_was_not_there_yet(journal: Journal, payloads: Payloads) -> None:
    assert gone(journal, payloads, THING + "c") is None
    assert gone(journal, payloads, THING, until=1) is None


def test_what_was_never_published_is_not_gone(journal: Journal, payloads: Payloads) -> None:
    journal.append([("draft", [Entry(HIDDEN, THING + "c", Kind.create, says("x", THING + "c"))])])
    assert gone(journal, payloads, THING + "c") is None


def test_what_left_the_view_with_its_source_went_when_the_source_did(journal: Journal, payloads: Payloads) -> None:
    journal.append([("editor", [Entry(SOURCE, SOURCE, Kind.update, "", "", ENTERS)])])
    found = gone(journal, payloads, THING)
    assert found is not None
    assert (found.change, found.actor) == (3, "editor")


def test_what_goes_between_two_payloads_went_with_the_second(journal: Journal, payloads: Payloads) -> None:
    first = replaced(journal, payloads, ENTERS, says("Old", f"{THING}c"), says("x"))
    assert gone(journal, payloads, f"{THING}d") is None
    second = replaced(journal, payloads, ENTERS, says("x"))
    replaced(journal, payloads, ENTERS, says("y"))
    found = gone(journal, payloads, f"{THING}c")
    assert found is not None
    assert (found.change, found.actor, found.time) == (second, "import", journal.time_of(second))
    assert gone(journal, payloads, f"{THING}d") is None
    assert gone(journal, payloads, f"{THING}c", until=first - 1) is None


def test_what_was_written_here_goes_with_a_payload_too_and_comes_back_with_one(
    journal: Journal, payloads: Payloads
) -> None:
    number = replaced(journal, payloads, ENTERS)
    found = gone(journal, payloads, THING)
    assert found is not None
    assert (found.change, [triple.object.value for triple in found.said]) == (number, ["New"])
    replaced(journal, payloads, ENTERS, says("Back"))
    last = journal.append([("editor", [Entry(SOURCE, THING, Kind.delete, "", "", says("Back"))])])
    found = gone(journal, payloads, THING)
    assert found is not None
    assert (found.change, found.actor) == (last, "editor")


def test_what_only_a_payload_that_was_never_published_spoke_of_is_not_gone(
    journal: Journal, payloads: Payloads
) -> None:
    for words in ("Old", "New"):
        replaced(journal, payloads, says(words, f"{THING}{words}"), graph=HIDDEN)
    assert gone(journal, payloads, f"{THING}Old") is None


def test_what_left_the_view_with_a_source_that_came_as_a_payload_is_gone(journal: Journal, payloads: Payloads) -> None:
    graph = GRAPHS + "register"
    enters = ENTERS.replace(SOURCE, graph)
    replaced(journal, payloads, enters, says("Old", f"{THING}c"), graph=graph)
    last = journal.append([("editor", [Entry(graph, graph, Kind.update, "", "", enters)])])
    found = gone(journal, payloads, f"{THING}c")
    assert found is not None
    assert (found.change, found.actor, found.said) == (last, "editor", ())
