"""Validate files as if they were published: against everything else that is known, changing nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from libri_graph import validation
from libri_graph.ingest.folder import Source, from_files, read_knowledge, read_sources
from libri_graph.namespaces import term
from libri_graph.store import view
from libri_graph.validation import ValidationReport
from libri_graph.validation.locate import Files
from libri_graph.validation.names import NamesInStore

LOOSE = "examined"
"""Name of the source that files without a source folder are put in."""


@dataclass(frozen=True, slots=True)
class Examination:
    """A report, with what is needed to tell it to people."""

    report: ValidationReport
    names: NamesInStore
    places: Files


def examine(paths: Sequence[Path], knowledge: Path) -> Examination:
    """Return the report on the records in `paths`, beside all that `knowledge` holds.

    A path is a source folder (which then stands for the source of that name), a folder of such folders,
    or RDF files. Raises `SyntaxInvalid` or `SourceInvalid`; breaking a rule is a finding, not an error.
    """
    examined = {source.name: source for path in paths for source in _sources(path)}
    known = {source.name: source for source in read_knowledge(knowledge)}
    written = [quad for source in (known | examined).values() for quad in source.quads()]
    store = pyoxigraph.Store()
    store.bulk_extend([*written, Quad(_graph(LOOSE), term("libri:entersView"), Literal(True), _graph(LOOSE))])
    view.rebuild(store)
    focus = {q.subject for q in written if q.graph_name in {source.graph for source in examined.values()}}
    report = validation.validate(
        store, validation.load_shapes(knowledge / "shapes"), focus or None, [quad.triple for quad in written]
    )
    mine = ValidationReport.of(result for result in report.results if result.focus_node in focus)
    return Examination(mine, NamesInStore(store), Files(paths))


def _graph(name: str) -> NamedNode:
    return Source(name, (), "").graph


def _sources(path: Path) -> list[Source]:
    return read_sources(path) or [from_files(LOOSE, path)]
