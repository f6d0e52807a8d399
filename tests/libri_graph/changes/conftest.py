"""Stores as generations are: on disk, where quads come in the order of their keys."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

import pytest
from pyoxigraph import NamedNode, Quad, Store

KeptStore = Callable[..., Store]


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptStore:
    """Make a store on disk that holds some quads and graphs."""
    folder, numbers = tmp_path_factory.mktemp("stores"), itertools.count()

    def make(found: Iterable[Quad] = (), graphs: Iterable[object] = ()) -> Store:
        store = Store(str(folder / str(next(numbers))))
        store.extend(found)
        for graph in graphs:
            if isinstance(graph, NamedNode):
                store.add_graph(graph)
        return store

    return make
