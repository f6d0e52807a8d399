"""Everything in one file, as dumps hold it: its graphs as the sources that they were."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, TextIO

from pyoxigraph import NamedNode, Quad

from libri_graph.errors import SourceInvalid
from libri_graph.ingest import files
from libri_graph.ingest.folder import NAME, Source, from_files
from libri_graph.namespaces import GRAPHS

SUFFIXES: Final = (".nq", ".trig")
"""Of files that say in which graph each statement stands."""
NO_GRAPH: Final = "view"
"""The name of what is made of the others."""


def holds_graphs(path: Path) -> bool:
    """Return whether `path` is a file that says in which graph each statement stands."""
    return path.name.removesuffix(".gz").endswith(SUFFIXES) and path.is_file()


@contextmanager
def graphs_of(path: Path) -> Iterator[list[Source]]:
    """Give the graphs in a file as sources, ontology and shapes among them, for the length of the block.

    The disk holds all of it once more, unpacked, for that time; memory does not grow with it.
    Raises `SourceInvalid` for a statement in no graph or in one that is not named as ours are, `SyntaxInvalid`.
    """
    with tempfile.TemporaryDirectory(prefix="libri-") as room:
        parts = _parted(path, Path(room))
        if not parts:
            raise SourceInvalid(f"{path} holds nothing")
        yield [from_files(name, part) for name, part in sorted(parts.items())]


def _parted(path: Path, room: Path) -> dict[str, Path]:
    """Write each graph of `path` to a file of its own in `room`; return its name -> that file."""
    found: dict[str, TextIO] = {}
    with ExitStack() as stack:
        for quad in files.quads(path):
            name = _name(path, quad)
            if name not in found:
                found[name] = stack.enter_context((room / f"{name}.nt").open("w", encoding="utf-8"))
            found[name].write(f"{quad.triple} .\n")
    return {name: room / f"{name}.nt" for name in found}


def _name(path: Path, quad: Quad) -> str:
    graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
    name = graph.removeprefix(GRAPHS)
    if name in (graph, NO_GRAPH) or not NAME.fullmatch(name):
        told = f"the graph {graph}" if graph else "no graph"
        raise SourceInvalid(f"{path} has a statement in {told}; say with --source ID into which all of it goes")
    return name
