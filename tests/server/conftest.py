"""The pages over the real data in memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient

from libri_graph.changes.rules import Rules
from libri_graph.errors import QueryInvalid
from libri_graph.index import writing
from libri_graph.index.gather import View
from libri_graph.index.tables import State
from libri_graph.ingest.folder import read_knowledge
from libri_graph.settings import read_settings
from libri_graph.store import view
from libri_graph.store.embedded import EmbeddedStore
from server.app import create_app
from server.current import CurrentStore
from server.page_queries import Found
from tests.server.lived import Lived


class InMemory(CurrentStore):
    """A current store that never changes."""

    def __init__(self, store: EmbeddedStore, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._fixed = store

    def get(self) -> EmbeddedStore:
        return self._fixed

    def at(self, number: int | None) -> EmbeddedStore:
        return self._fixed if number in (None, self._fixed.generation) else super().at(number)


@pytest.fixture(scope="session")
def store(knowledge: Path) -> EmbeddedStore:
    found = EmbeddedStore.in_memory((quad for source in read_knowledge(knowledge) for quad in source.quads()), 7)
    view.rebuild(found.raw)
    return found


@pytest.fixture(scope="session")
def app(store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    def run(query: str, _generation: int | None, _client: str) -> Found:
        try:
            answer = store.raw.query(query)
        except SyntaxError as fault:
            raise QueryInvalid(str(fault), line=2, column=5, excerpt=query.splitlines()[1]) from fault
        if isinstance(answer, pyoxigraph.QueryTriples):
            return Found("triples", answer.serialize(format=pyoxigraph.RdfFormat.TURTLE) or b"", True, 0.01)
        kind = "boolean" if isinstance(answer, pyoxigraph.QueryBoolean) else "solutions"
        return Found(kind, answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b"", True, 0.01)

    data_dir = tmp_path_factory.mktemp("pages")
    writing.rebuild(data_dir, View(store.raw), State("epoch", store.generation))
    current = InMemory(store, data_dir)
    return create_app(read_settings({}), current, run, "http://libri.example.org/")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def rules(knowledge: Path) -> Rules:
    return Rules.read(knowledge / "shapes")


@pytest.fixture
def lived(loaded: Path, rules: Rules, tmp_path: Path) -> Iterator[Lived]:
    """A data directory of this test alone, with the real data, which may be written."""
    shutil.copytree(loaded, tmp_path / "libri", symlinks=True)
    found = Lived(tmp_path / "libri", rules)
    yield found
    found.current.dump_maker.stop()
