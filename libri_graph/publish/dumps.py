"""Files to take home: each source, the view, and everything with its graphs, for one generation."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from libri_graph.namespaces import term
from libri_graph.publish.void import WHOLE
from libri_graph.store.generations import Generations

INDEX = "index.json"
FOLDER = "dumps"
SUMS = "SHA256SUMS"
INDEX_SUM = "index.sha256"
"""Of the index itself, which is not among the sums since nobody takes it home."""


@dataclass(frozen=True, slots=True)
class Dump:
    """One file and what it holds."""

    name: str
    media_type: str
    """Of the content inside the gzip."""
    graph: str
    """IRI of the source's graph; ``view`` for the deduplicated view, ``all`` for everything with its graphs."""
    size: int
    """Bytes of the file."""
    sha256: str


def write(store: Store, number: int, folder: Path) -> list[Dump]:
    """Write the dumps of generation `number` into `folder`, with ``SHA256SUMS`` and an index; return them.

    The same data give the same bytes: lines are sorted and the gzip header carries no time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dumps = [_file(folder, *plan) for plan in _plans(store, number)]
    (folder / SUMS).write_text(_sums(dumps), encoding="utf-8")
    index = json.dumps([asdict(dump) for dump in dumps], indent=1)
    (folder / INDEX).write_text(index, encoding="utf-8")
    (folder / INDEX_SUM).write_text(hashlib.sha256(index.encode()).hexdigest(), encoding="utf-8")
    return dumps


def refresh(generations: Generations, number: int | None = None) -> None:
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
        write(store.raw, wanted, fresh)
        fresh.rename(generations.folder(wanted) / FOLDER)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


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
    return [folder / dump.name for dump in read_index(folder) if not _sound(folder / dump.name, dump.sha256)]


def _sums(dumps: Sequence[Dump]) -> str:
    return "".join(f"{dump.sha256}  {dump.name}\n" for dump in dumps)


def _sound(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def read_index(folder: Path) -> list[Dump]:
    """Return the dumps that `write` left in `folder`; none when there are none yet."""
    index = folder / INDEX
    return [Dump(**entry) for entry in json.loads(index.read_text(encoding="utf-8"))] if index.exists() else []


def _plans(store: Store, number: int) -> Iterator[tuple[str, str, str, bytes]]:
    yield f"{WHOLE}{number}.nq.gz", "application/n-quads", "all", _lines(store, RdfFormat.N_QUADS, None)
    yield (
        f"{WHOLE}{number}-view.nt.gz",
        "application/n-triples",
        "view",
        _lines(store, RdfFormat.N_TRIPLES, DefaultGraph()),
    )
    for graph in sorted(_source_graphs(store), key=str):
        name = graph.value.rsplit("/", 1)[-1]
        yield f"{name}-g{number}.nt.gz", "application/n-triples", graph.value, _lines(store, RdfFormat.N_TRIPLES, graph)


def _source_graphs(store: Store) -> set[NamedNode]:
    described = store.quads_for_pattern(None, term("rdf:type"), term("libri:Source"), None)
    return {quad.graph_name for quad in described if isinstance(quad.graph_name, NamedNode)}


def _lines(store: Store, rdf_format: RdfFormat, graph: NamedNode | DefaultGraph | None) -> bytes:
    if graph is None:
        quads = (quad for quad in store if quad.graph_name != DefaultGraph())
        text = pyoxigraph.serialize(quads, format=rdf_format) or b""
    else:
        text = store.dump(format=rdf_format, from_graph=graph) or b""
    return b"".join(sorted(text.splitlines(keepends=True)))


def _file(folder: Path, name: str, media_type: str, graph: str, content: bytes) -> Dump:
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    (folder / name).write_bytes(packed)
    return Dump(name, media_type, graph, len(packed), hashlib.sha256(packed).hexdigest())
