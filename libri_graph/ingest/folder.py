"""A source as it lies on disk: a folder with `source.ttl`, or a folder of our own knowledge."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, Store

from libri_graph.errors import SourceInvalid
from libri_graph.ingest import files
from libri_graph.namespaces import GRAPHS, term

DESCRIPTION: Final = "source.ttl"
NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
RESERVED: Final = frozenset({"ontology", "shapes", "view"})
"""Names of graphs that no source may take."""
EDITION: Final = b"1"
"""Raised when the same files come to mean other quads, so that they are imported again."""


@dataclass(frozen=True, slots=True)
class Source:
    """Files that together are one named graph."""

    name: str
    """Last part of the graph's IRI and, for a folder of `data/`, name of the folder."""
    files: tuple[Path, ...]
    """Sorted by path."""
    checksum: str
    """SHA-256 over names and bytes of the files."""

    @property
    def graph(self) -> NamedNode:
        """The named graph that holds this source."""
        return NamedNode(GRAPHS + self.name)

    def quads(self) -> Iterator[Quad]:
        """Yield the quads of this source. Raises `SyntaxInvalid` and says where."""
        for path in self.files:
            yield from files.parse(path, self.graph)

    def plain_lines(self) -> int:
        """Return how many lines its files have that `load` puts into a store without looking at each quad."""
        return sum(files.plain_lines(path) for path in self.files)

    def load(self, store: Store) -> None:
        """Put the quads of this source into `store`, not in one step. Raises `SyntaxInvalid` and says where."""
        for path in self.files:
            files.load(path, self.graph, store)


def read_source(folder: Path) -> Source:
    """Return the source in a folder of `data/`.

    Raises `SourceInvalid` when its description is missing or names another graph.
    """
    description = folder / DESCRIPTION
    if not description.is_file():
        raise SourceInvalid(f"{folder} has no {DESCRIPTION}, which says who publishes it and under which licence")
    source = named_source(folder.resolve().name, folder)
    described = {q.subject for q in files.parse(description, source.graph) if q.predicate == term("libri:entersView")}
    if described != {source.graph}:
        raise SourceInvalid(f"{description} must say libri:entersView of {source.graph}, the graph of this folder")
    return source


def read_sources(path: Path) -> list[Source]:
    """Return the source in the folder `path`, or the sources in its folders; none where neither is there."""
    folders = [path] if (path / DESCRIPTION).is_file() else sorted(path.iterdir()) if path.is_dir() else []
    return [read_source(folder) for folder in folders if (folder / DESCRIPTION).is_file()]


def named_source(name: str, *paths: Path) -> Source:
    """Return the source `name` made of `paths`, under a name that a source may have; see `from_files`."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise SourceInvalid(f"a source may not be called {name!r}; take letters, digits and hyphens")
    return from_files(name, *paths)


def from_files(name: str, *paths: Path) -> Source:
    """Return the graph `name` made of files, and of all RDF files in folders, among `paths`."""
    found = sorted({file for path in paths for file in _rdf_files(path)})
    if not found:
        raise SourceInvalid(f"no RDF file in {', '.join(map(str, paths))}")
    return Source(name, tuple(found), _checksum(found))


def read_knowledge(folder: Path) -> list[Source]:
    """Return everything that a checkout knows: the ontology, the shapes, and each source of `data/`."""
    own = [from_files("ontology", folder / "ontology"), from_files("shapes", folder / "shapes")]
    return own + [read_source(path) for path in sorted((folder / "data").iterdir()) if path.is_dir()]


def _rdf_files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in path.rglob("*") if file.is_file() and files.is_rdf(file))
    elif path.exists():
        yield path
    else:
        raise SourceInvalid(f"there is no file {path}")


def _checksum(paths: list[Path]) -> str:
    digest = hashlib.sha256(EDITION)
    for path in paths:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while piece := file.read(files.PIECE):
                digest.update(piece)
    return digest.hexdigest()
