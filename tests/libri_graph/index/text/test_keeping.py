"""The text index stands beside the generation that it is of, and follows what is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from libri_graph.errors import IndexMissing
from libri_graph.index.text import keeping
from libri_graph.index.text.gather import Gatherer, kind_of
from libri_graph.namespaces import GRAPHS, LIBRI, term

DRAFTS = NamedNode(GRAPHS + "drafts")


def thing(number: int) -> NamedNode:
    return NamedNode(f"https://example.org/initiative/{number}")


def said(number: int, title: str) -> list[Quad]:
    return [
        Quad(thing(number), term("rdf:type"), NamedNode(LIBRI + "Initiative"), DefaultGraph()),
        Quad(thing(number), term("skos:prefLabel"), Literal(title, language="lv"), DefaultGraph()),
    ]


@pytest.fixture
def store() -> Store:
    found = Store()
    for number, title in enumerate(("Pasaku stunda", "Grāmatu plaukts", "Sarunu klubs")):
        found.extend(said(number, title))
    return found


def numbers(folder: Path, generation: int, words: str) -> list[str]:
    hits = keeping.TextIndexes(folder).at("epoch", generation).search(words, ("lv",)).hits
    return [hit.iri.rsplit("/", 1)[-1] for hit in hits]


def test_a_written_generation_is_found_and_the_one_before_still_reads_as_it_was(tmp_path: Path, store: Store) -> None:
    keeping.keep(tmp_path, store, "epoch", 1)
    store.extend(said(7, "Ceļojošā kaste"))
    for quad in said(0, "Pasaku stunda"):
        store.remove(quad)
    keeping.keep(tmp_path, store, "epoch", 2, before=1, touched=[thing(0).value, thing(7).value])
    assert numbers(tmp_path, 2, "kastes") == ["7"]
    assert numbers(tmp_path, 2, "pasakas") == []
    assert (numbers(tmp_path, 1, "kastes"), numbers(tmp_path, 1, "pasakas")) == ([], ["0"])


def test_an_index_is_made_anew_where_the_one_before_is_missing(tmp_path: Path, store: Store) -> None:
    keeping.keep(tmp_path, store, "epoch", 5, before=4, touched=[])
    assert numbers(tmp_path, 5, "sarunas") == ["2"]


def test_an_index_of_the_same_generation_takes_the_place_of_the_other(tmp_path: Path, store: Store) -> None:
    keeping.keep(tmp_path, Store(), "epoch", 5)
    reader = keeping.TextIndexes(tmp_path)
    assert reader.at("epoch", 5).size == 0
    keeping.keep(tmp_path, store, "epoch", 5)
    assert reader.at("epoch", 5).size == 3


def test_only_the_last_ones_are_kept_and_what_died_is_removed(tmp_path: Path, store: Store) -> None:
    (tmp_path / "text" / "building-1").mkdir(parents=True)
    for generation in range(1, 6):
        keeping.keep(tmp_path, store, "epoch", generation, before=generation - 1, touched=[])
    assert sorted(path.name.split("-")[1] for path in (tmp_path / "text").iterdir()) == ["3", "4", "5"]
    with pytest.raises(IndexMissing):
        keeping.TextIndexes(tmp_path).at("epoch", 1)


def test_a_text_is_a_draft_where_a_machine_made_it(store: Store) -> None:
    label = Literal("Story hour", language="en")
    store.add(Quad(DRAFTS, term("libri:machineMade"), Literal(True), DRAFTS))
    store.extend(Quad(thing(0), term("libri:gloss"), label, graph) for graph in (DRAFTS, DefaultGraph()))
    (document,) = Gatherer(store).documents([thing(0).value])
    assert {(words.text, words.draft) for words in document.words} == {("Pasaku stunda", False), ("Story hour", True)}


def test_a_thing_is_found_by_the_most_special_of_its_classes() -> None:
    assert kind_of([NamedNode(LIBRI + "Organisation"), NamedNode(LIBRI + "Library")]) == "Library"
    assert kind_of([term("skos:Concept"), term("dcterms:Location")]) == "dcterms:Location"
    assert kind_of([term("sh:NodeShape")]) == ""
