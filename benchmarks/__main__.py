"""Load, ask and validate the real data with our engine and with rdflib and pySHACL, and print one table."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pyshacl
from rdflib import Graph

from libri_graph.ingest.folder import Source, read_knowledge
from libri_graph.ingest.knowledge import import_knowledge
from libri_graph.knowledge import knowledge_dir
from libri_graph.store import view
from libri_graph.validation import Validator, load_shapes

PRACTICES = """
PREFIX libri: <https://w3id.org/libri/ontology#>
SELECT ?practice (COUNT(DISTINCT ?country) AS ?countries) WHERE {
  ?practice libri:evidencedBy ?initiative . ?initiative libri:country ?country
} GROUP BY ?practice ORDER BY DESC(?countries)"""


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes, in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def load_with_oxigraph(sources: list[Source]) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_extend(quad for source in sources for quad in source.quads())
    view.rebuild(store)
    return store


def load_with_rdflib(sources: list[Source]) -> Graph:
    graph = Graph()
    for source in sources:
        for file in source.files:
            graph.parse(file)
    return graph


def main() -> None:
    folder = knowledge_dir()
    sources = [source for source in read_knowledge(folder) if source.name != "shapes"]
    store, graph = load_with_oxigraph(sources), load_with_rdflib(sources)
    validator = Validator.of(load_shapes(folder / "shapes"))
    shapes = Graph()
    for file in sorted((folder / "shapes").rglob("*.ttl")):
        shapes.parse(file)
    rows = [
        ("load everything, with the view", lambda: load_with_oxigraph(sources), lambda: load_with_rdflib(sources)),
        (
            "practices by number of countries",
            lambda: list(store.query(PRACTICES)),
            lambda: list(graph.query(PRACTICES)),
        ),
        ("validate everything", lambda: validator.validate(store), lambda: pyshacl.validate(graph, shacl_graph=shapes)),
    ]
    print(f"{'what':<36}{'ours, s':>10}{'peer, s':>10}{'ratio':>8}   (peer: rdflib, pySHACL)")
    for name, ours, peer in rows:
        mine, other = min(seconds(ours) for _ in range(3)), seconds(peer)
        print(f"{name:<36}{mine:>10.3f}{other:>10.3f}{other / mine:>7.0f}x")
    with tempfile.TemporaryDirectory() as data_dir:
        first = seconds(lambda: import_knowledge(folder, Path(data_dir), keep=2))
        second = seconds(lambda: import_knowledge(folder, Path(data_dir), keep=2))
    print(f"\nfirst load on disk with validation {first:.2f} s, the next start finds nothing changed in {second:.2f} s")


main()
