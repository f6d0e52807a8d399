"""A page makes a fixed number of queries, of the graph and of the side index, whatever its size."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from libri_graph.index.reading import Index
from libri_graph.store.embedded import EmbeddedStore

HTML = {"Accept": "text/html"}
PAIRS = {
    "country": ("/country/MLT", "/country/POL"),
    "list": ("/initiatives?country=MLT", "/initiatives"),
    "organisations": ("/organisations?country=MLT", "/organisations"),
    "map": ("/map?country=MLT", "/map"),
    "organisation": ("/doc/organisation/foggia-library", "/doc/organisation/riga-central-library"),
    "practice": ("/doc/practice/wordless-books", "/doc/practice/volunteer-language-cafe"),
    "concept": ("/concept/service-types/hackathon", "/concept/service-types/language-cafe"),
    "scheme": ("/concept/transferability", "/concept/service-types"),
    "source": ("/graph/libri", "/graph/classification"),
    "module": ("/ontology/guides", "/ontology/practices"),
}
"""A small and a large page of each kind that grows."""
MORE = 9
"""Three questions for each of the sections, at most three here, that only the large page has; never one a thing."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is asked of the graph and of the side index, while the test runs."""
    found: list[str] = []
    for name in ("select", "construct"):
        original = getattr(EmbeddedStore, name)

        def counting(
            self: EmbeddedStore, question: str, /, *args: object, _ask: object = original, **values: object
        ) -> object:
            found.append(question)
            return _ask(self, question, *args, **values)

        monkeypatch.setattr(EmbeddedStore, name, counting)
    open_file = Index._file

    def traced(self: Index) -> object:
        file = open_file(self)
        file.connection.set_trace_callback(found.append)
        traces.append(file.connection)
        return file

    traces: list[sqlite3.Connection] = []
    monkeypatch.setattr(Index, "_file", traced)
    yield found
    for connection in traces:
        connection.set_trace_callback(None)


@pytest.mark.parametrize("kind", PAIRS)
def test_a_large_page_asks_no_more_than_a_small_one(kind: str, client: FlaskClient, asked: list[str]) -> None:
    numbers = []
    for address in PAIRS[kind]:
        client.get(address, headers=HTML)  # what is kept between pages is kept now
        asked.clear()
        answer = client.get(address, headers=HTML)
        assert answer.status_code == 200, address
        numbers.append(len(asked))
    assert numbers[1] <= numbers[0] + MORE
    assert max(numbers) <= 60
