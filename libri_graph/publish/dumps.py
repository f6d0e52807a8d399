"""Files to take home: everything with its graphs, the view, each source, and lists as tables, of one generation."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from libri_graph.namespaces import BASE, term
from libri_graph.publish import counts, sheets, sorting, streams
from libri_graph.publish.packing import Dump as Dump
from libri_graph.publish.packing import Packed, sha256_of
from libri_graph.publish.streams import MEDIA_TYPES
from libri_graph.publish.void import WHOLE
from libri_graph.store.embedded import EmbeddedStore
from libri_graph.store.generations import Generations

INDEX = "index.json"
FOLDER = "dumps"
SUMS = "SHA256SUMS"
SCRATCH = "scratch"
VIEW = "view.nt"
QUICK_BYTES: Final = 64_000_000
"""Of a store; the dumps of a larger one take minutes."""
INDEX_SUM = "index.sha256"
"""Of the index itself, which is not among the sums since nobody takes it home."""


def write(store: Store, number: int, folder: Path, base_iri: str = BASE) -> list[Dump]:
    """Write the dumps of generation `number` into `folder`, with ``SHA256SUMS``, an index and counts; return them.

    The same data give the same bytes: all is sorted and the gzip header carries no time. Memory does not grow with
    the graph; the disk has to hold each triple twice more, unpacked, for that time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / SCRATCH
    scratch.mkdir()
    dumps = list(_files(store, number, folder, scratch))
    dumps += sheets.write(store, scratch / VIEW, f"{WHOLE}{number}", folder)
    shutil.rmtree(scratch)
    counts.write(counts.count(EmbeddedStore(store, number), base_iri), base_iri, folder)
    (folder / SUMS).write_text(_sums(dumps), encoding="utf-8")
    index = json.dumps([asdict(dump) for dump in dumps], indent=1)
    (folder / INDEX).write_text(index, encoding="utf-8")
    (folder / INDEX_SUM).write_text(hashlib.sha256(index.encode()).hexdigest(), encoding="utf-8")
    return dumps


def refresh(generations: Generations, base_iri: str, number: int | None = None) -> None:
    """Write the dumps of a generation, of the current one where none is named, unless they are there.

    They appear when they are complete. Raises `GenerationGone` for one that is not kept.
    """
    wanted = generations.current_number() if number is None else generations.demand(number)
    if wanted is None or (generations.folder(wanted) / FOLDER).exists():
        return
    store = generations.open_current() if number is None else generations.open(wanted)
    if store.generation != wanted:
        return
    fresh = generations.folder(wanted) / f"{FOLDER}-{os.getpid()}"
    try:
        write(store.raw, wanted, fresh, base_iri)
        fresh.rename(generations.folder(wanted) / FOLDER)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def are_quick(generations: Generations) -> bool:
    """Return whether the dumps of the current generation are a matter of seconds."""
    number = generations.current_number()
    store = generations.store_path(number) if number is not None else None
    return store is None or sum(path.stat().st_size for path in store.iterdir() if path.is_file()) < QUICK_BYTES


def latest(generations: Generations) -> int | None:
    """Return the number of the last generation that has dumps."""
    with_dumps = (number for number in generations.numbers() if (generations.folder(number) / FOLDER).exists())
    return max(with_dumps, default=None)


def damaged(folder: Path) -> list[Path]:
    """Return the files in `folder` that do not hold what was written."""
    if not _sound(folder / INDEX, (folder / INDEX_SUM).read_text(encoding="utf-8")):
        return [folder / INDEX]
    if (folder / SUMS).read_text(encoding="utf-8") != _sums(read_index(folder)):
        return [folder / SUMS]
    if not counts.sound(folder):
        return [folder / counts.FILE]
    return [folder / dump.name for dump in read_index(folder) if not _sound(folder / dump.name, dump.sha256)]


def _sums(dumps: Sequence[Dump]) -> str:
    return "".join(f"{dump.sha256}  {dump.name}\n" for dump in dumps)


def _sound(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256


def read_index(folder: Path) -> list[Dump]:
    """Return the dumps that `write` left in `folder`; none when there are none yet."""
    index = folder / INDEX
    return [Dump(**entry) for entry in json.loads(index.read_text(encoding="utf-8"))] if index.exists() else []


def _files(store: Store, number: int, folder: Path, scratch: Path) -> Iterator[Dump]:
    """Write everything, the view, and each source, in every format that fits."""

    @contextlib.contextmanager
    def opened(stem: str, graph: str, *suffixes: str) -> Iterator[dict[str, Packed]]:
        names = {suffix: f"{stem}.{suffix}.gz" for suffix in suffixes}
        with ExitStack() as stack:
            files = {s: stack.enter_context(Packed(folder, n, MEDIA_TYPES[s], graph)) for s, n in names.items()}
            streams.begin(files)
            yield files

    graphs = sorted((g for g in store.named_graphs() if isinstance(g, NamedNode)), key=str)
    lines = {graph: scratch / f"{place}.nt" for place, graph in enumerate(graphs)}
    for graph, path in lines.items():
        _sort(store, graph, path)
    sources = _source_graphs(store)
    written: list[Packed] = []
    with opened(f"{WHOLE}{number}", "all", "nq", "trig", "jsonld") as whole:
        streams.write_quads(lines.items(), whole["nq"])
        for place, (graph, path) in enumerate(lines.items()):
            if graph not in sources:
                streams.write_graph(graph, path, [whole], place == 0)
                continue
            stem = f"{graph.value.rsplit('/', 1)[-1]}-g{number}"
            with opened(stem, graph.value, "nt", "nq", "ttl", "trig", "jsonld") as own:
                streams.copy(path, own["nt"])
                streams.write_quads([(graph, path)], own["nq"])
                streams.write_graph(graph, path, [whole, own], place == 0)
                own["jsonld"].write("\n]\n")
            written += own.values()
        whole["jsonld"].write("\n]\n" if lines else "[]\n")
    view = scratch / VIEW
    _sort(store, DefaultGraph(), view)
    with opened(f"{WHOLE}{number}-view", "view", "nt", "ttl", "jsonld") as files:
        streams.copy(view, files["nt"])
        files["jsonld"].write("[")
        streams.write_subjects(view, [files["ttl"]], [files["jsonld"]])
        files["jsonld"].write("\n]\n")
    yield from (file.dump() for file in (*whole.values(), *files.values(), *written))


def _sort(store: Store, graph: NamedNode | DefaultGraph, target: Path) -> None:
    sorting.write_sorted((quad.triple for quad in store.quads_for_pattern(None, None, None, graph)), target)


def _source_graphs(store: Store) -> set[NamedNode]:
    described = store.quads_for_pattern(None, term("rdf:type"), term("libri:Source"), None)
    return {quad.graph_name for quad in described if isinstance(quad.graph_name, NamedNode)}
