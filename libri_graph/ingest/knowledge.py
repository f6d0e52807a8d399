"""Import what the checkout knows, whenever it differs from what is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph
from pyoxigraph import Quad

from libri_graph import validation
from libri_graph.changes.publish import Outcome, publish
from libri_graph.ingest.folder import Source, read_knowledge

Tell = Callable[[str], None]


def import_knowledge(folder: Path, data_dir: Path, *, keep: int, tell: Tell = lambda _text: None) -> Outcome:
    """Publish the ontology, the shapes and every source of `folder` in one generation; nothing when all is there.

    Raises `SyntaxInvalid`, `SourceInvalid` or `RulesBroken`; then the current generation goes on as before.
    """
    return import_sources(read_knowledge(folder), folder / "shapes", data_dir, keep=keep, tell=tell)


def import_sources(
    sources: Sequence[Source], shapes: Path, data_dir: Path, *, keep: int, tell: Tell = lambda _text: None
) -> Outcome:
    """Publish `sources` in one generation whose view keeps the mandatory rules of the folder `shapes`."""

    def check(store: pyoxigraph.Store, written: Sequence[Quad]) -> validation.ValidationReport:
        return validation.validate(store, validation.load_shapes(shapes), written=[quad.triple for quad in written])

    return publish(data_dir, sources, keep=keep, check=check, tell=tell)
