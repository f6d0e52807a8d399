"""Without a server: load, ask and validate the real data with our library and with rdflib and pySHACL."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, cast

import pyoxigraph
import pyshacl
from pyoxigraph import QuerySolutions
from rdflib import Graph

from libri_graph.changes.house import House
from libri_graph.ingest.folder import Source, read_knowledge
from libri_graph.ingest.knowledge import import_knowledge
from libri_graph.knowledge import knowledge_dir
from libri_graph.store import view
from libri_graph.validation import Validator, load_shapes

PRACTICES: Final = """
PREFIX libri: <https://w3id.org/libri/ontology#>
SELECT ?practice (COUNT(DISTINCT ?country) AS ?countries) WHERE {
  ?practice libri:evidencedBy ?initiative . ?initiative libri:country ?country
} GROUP BY ?practice ORDER BY DESC(?countries)"""
TIMES: Final = 3


def lines() -> Iterator[str]:
    """Yield a table of seconds."""
    folder = knowledge_dir()
    sources = [source for source in read_knowledge(folder) if source.name != "shapes"]
    store, graph = _with_oxigraph(sources), _with_rdflib(sources)
    validator, shapes = Validator.of(load_shapes(folder / "shapes")), Graph()
    for file in sorted((folder / "shapes").rglob("*.ttl")):
        shapes.parse(file)
    yield f"{'the real data, library alone':<47}{'ours, s':>10}{'peer, s':>17}{'ratio':>8}  (peer: rdflib, pySHACL)"
    yield _line("load everything, with the view", lambda: _with_oxigraph(sources), lambda: _with_rdflib(sources))
    yield _line(
        "practices by number of countries",
        lambda: list(cast("QuerySolutions", store.query(PRACTICES))),
        lambda: list(graph.query(PRACTICES)),
    )
    yield _line(
        "validate everything", lambda: validator.validate(store), lambda: pyshacl.validate(graph, shacl_graph=shapes)
    )
    yield from _first_and_second(folder)


def _first_and_second(folder: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as data_dir:
        house = House.of(Path(data_dir), 2, folder / "shapes")
        first = _seconds(lambda: import_knowledge(house, folder))
        second = _seconds(lambda: import_knowledge(house, folder))
    yield f"first load on disk with validation {first:.2f} s, the next start finds nothing changed in {second:.2f} s"


def _line(name: str, ours: Callable[[], object], peer: Callable[[], object]) -> str:
    mine, other = min(_seconds(ours) for _ in range(TIMES)), _seconds(peer)
    return f"{name:<47}{mine:>10.3f}{other:>17.3f}{mine / other:>7.3f}x"


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _with_oxigraph(sources: list[Source]) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_extend(quad for source in sources for quad in source.quads())
    view.rebuild(store)
    return store


def _with_rdflib(sources: list[Source]) -> Graph:
    graph = Graph()
    for source in sources:
        for file in source.files:
            graph.parse(file)
    return graph
