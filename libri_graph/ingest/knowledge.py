"""Import what the checkout knows, whenever it differs from what is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph
from pyoxigraph import Quad

from libri_graph import validation
from libri_graph.changes.publish import Beside, Check, Outcome, publish
from libri_graph.ingest.folder import Source, read_knowledge

Tell = Callable[[str], None]


def import_knowledge(
    folder: Path, data_dir: Path, *, keep: int, beside: Beside | None = None, tell: Tell = lambda _text: None
) -> Outcome:
    """Publish the ontology, the shapes and every source of `folder` in one generation; nothing when all is there.

    A source whose folder was taken away leaves the graph. `beside` is called as in `changes.publish`.
    Raises `SyntaxInvalid`, `SourceInvalid` or `RulesBroken`; then the current generation goes on as before.
    """
    sources = read_knowledge(folder)
    check = _check(folder / "shapes")
    return publish(data_dir, sources, keep=keep, complete=True, check=check, beside=beside, tell=tell)


def import_sources(
    sources: Sequence[Source],
    shapes: Path,
    data_dir: Path,
    *,
    keep: int,
    beside: Beside | None = None,
    tell: Tell = lambda _text: None,
) -> Outcome:
    """Publish `sources` in one generation whose view keeps the mandatory rules of the folder `shapes`."""
    return publish(data_dir, sources, keep=keep, check=_check(shapes), beside=beside, tell=tell)


def _check(shapes: Path) -> Check:
    def check(store: pyoxigraph.Store, written: Sequence[Quad]) -> validation.ValidationReport:
        return validation.validate(store, validation.load_shapes(shapes), written=[quad.triple for quad in written])

    return check
