"""The synthetic graph is the same for everybody, as large as asked for, and keeps every rule of real records."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pyoxigraph
import pytest

from benchmarks import synthetic
from libri_graph.changes.rules import Rules
from libri_graph.knowledge import knowledge_dir
from libri_graph.store import view

SMALL = 3000
"""Triples."""


def quads(triples: int, seed: int = synthetic.SEED) -> bytes:
    target = io.BytesIO()
    synthetic.write_quads(target, triples, seed)
    return target.getvalue()


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    filled = pyoxigraph.Store()
    filled.load(quads(SMALL), format=pyoxigraph.RdfFormat.N_QUADS)
    view.rebuild(filled)
    return filled


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others() -> None:
    assert quads(SMALL) == quads(SMALL)
    assert quads(SMALL) != quads(SMALL, seed=1)


def test_a_larger_graph_begins_as_a_smaller_one_in_each_source() -> None:
    for name in synthetic.SOURCES:
        small, large = (list(synthetic.source(name, triples)) for triples in (SMALL, 4 * SMALL))
        assert large[: len(small)] == small


@pytest.mark.parametrize("triples", [20_000, 100_000])
def test_there_are_about_as_many_triples_as_asked_for(triples: int) -> None:
    made = sum(1 for name in synthetic.SOURCES for _ in synthetic.source(name, triples))
    assert made == pytest.approx(triples, rel=0.03)


def test_it_keeps_every_rule_of_real_records(store: pyoxigraph.Store) -> None:
    assert len(list(store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()))) > SMALL / 2
    Rules.read(knowledge_dir() / "shapes").demand(store, None)


def test_a_record_without_its_name_would_not_keep_them(store: pyoxigraph.Store) -> None:
    spoilt = pyoxigraph.Store()
    label = pyoxigraph.NamedNode(synthetic.SKOS + "prefLabel")
    one = pyoxigraph.NamedNode(synthetic.IDS + "initiative/synthetic-1")
    spoilt.extend(quad for quad in store if (quad.subject, quad.predicate) != (one, label))
    with pytest.raises(Exception, match="mandatory rules"):
        Rules.read(knowledge_dir() / "shapes").demand(spoilt, None)


def test_it_has_the_kinds_of_thing_that_ours_has(store: pyoxigraph.Store) -> None:
    kinds = {quad.object for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(synthetic.A), None, None)}
    ours = ("Initiative", "Organisation", "Place", "Practice", "Source")
    assert {pyoxigraph.NamedNode(synthetic.LIBRI + kind) for kind in ours} <= kinds


def test_a_compressed_file_is_the_same_wherever_it_is_written(tmp_path: Path) -> None:
    for name in ("one.nq.gz", "two.nq.gz"):
        synthetic.main(["--triples", "1000", "-o", str(tmp_path / name)])
    assert (tmp_path / "one.nq.gz").read_bytes() == (tmp_path / "two.nq.gz").read_bytes()
    assert gzip.decompress((tmp_path / "one.nq.gz").read_bytes()) == quads(1000)
