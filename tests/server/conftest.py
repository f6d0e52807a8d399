"""The pages over the real data in memory."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient

from libri_graph.ingest.folder import read_knowledge
from libri_graph.settings import read_settings
from libri_graph.store import view
from libri_graph.store.embedded import EmbeddedStore
from server.app import create_app
from server.current import CurrentStore


class InMemory(CurrentStore):
    """A current store that never changes."""

    def __init__(self, store: EmbeddedStore, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._fixed = store

    def get(self) -> EmbeddedStore:
        return self._fixed


@pytest.fixture(scope="session")
def store(knowledge: Path) -> EmbeddedStore:
    found = EmbeddedStore.in_memory((quad for source in read_knowledge(knowledge) for quad in source.quads()), 7)
    view.rebuild(found.raw)
    return found


@pytest.fixture(scope="session")
def app(store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    def run(query: str) -> tuple[bytes, bool]:
        answer = store.raw.query(query)
        if isinstance(answer, pyoxigraph.QueryTriples):
            return answer.serialize(format=pyoxigraph.RdfFormat.TURTLE) or b"", False
        return answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or json.dumps({}).encode(), True

    current = InMemory(store, tmp_path_factory.mktemp("pages"))
    return create_app(read_settings({}), current, run, "http://libri.example.org/")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
