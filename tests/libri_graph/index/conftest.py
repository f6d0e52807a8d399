"""The index of the real data, and a small house whose data can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from libri_graph.index import writing
from libri_graph.index.gather import View
from libri_graph.index.reading import Index, Reading
from libri_graph.index.tables import State
from libri_graph.ingest.folder import read_knowledge
from libri_graph.store import view
from libri_graph.store.embedded import EmbeddedStore


@pytest.fixture(scope="session")
def store(knowledge: Path) -> EmbeddedStore:
    """The real data in memory, with their view."""
    found = EmbeddedStore.in_memory((quad for source in read_knowledge(knowledge) for quad in source.quads()), 7)
    view.rebuild(found.raw)
    return found


@pytest.fixture(scope="session")
def indexed(store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the index of the real data."""
    folder = tmp_path_factory.mktemp("index")
    writing.rebuild(folder, View(store.raw), State("epoch", 7))
    return folder


@pytest.fixture
def reading(indexed: Path) -> Iterator[Reading]:
    index = Index(indexed)
    with index.reading() as found:
        yield found
    index.close()
