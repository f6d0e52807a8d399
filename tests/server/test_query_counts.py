"""A page makes a fixed number of queries, of the graph and of the side index, whatever its size."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from libri_graph.index.reading import Index
from libri_graph.store.embedded import EmbeddedStore

HTML = {"Accept": "text/html"}
PAGES = {
    "country": {"/country/MLT": 23, "/country/POL": 23},
    "list": {"/initiatives?country=MLT": 4, "/initiatives": 4},
    "organisations": {"/organisations?country=MLT": 4, "/organisations": 4},
    "map": {"/map?country=MLT": 13, "/map": 13},
    "organisation": {"/doc/organisation/foggia-library": 20, "/doc/organisation/riga-central-library": 23},
    "practice": {"/doc/practice/wordless-books": 12, "/doc/practice/volunteer-language-cafe": 13},
    "concept": {"/concept/service-types/hackathon": 13, "/concept/service-types/language-cafe": 13},
    "scheme": {"/concept/transferability": 13, "/concept/service-types": 13},
    "source": {"/graph/libri": 4, "/graph/classification": 4},
    "module": {"/ontology/guides": 9, "/ontology/practices": 9},
}
"""A small and a large page of each kind that grows, and what each asks.

Where the large one asks more, it has sections that the small one has not: Riga's library is named by five properties,
Foggia's by two, and each such section costs a query, however much is in it.
"""


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


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_asks_a_fixed_number_whatever_its_size(kind: str, client: FlaskClient, asked: list[str]) -> None:
    numbers = {}
    for address in PAGES[kind]:
        client.get(address, headers=HTML)  # what is kept between pages is kept now
        asked.clear()
        answer = client.get(address, headers=HTML)
        assert answer.status_code == 200, address
        numbers[address] = len(asked)
    assert numbers == PAGES[kind]


def test_a_section_costs_one_query_however_much_is_in_it(client: FlaskClient, asked: list[str]) -> None:
    sections = []
    for address in PAGES["organisation"]:
        client.get(address, headers=HTML)
        asked.clear()
        client.get(address, headers=HTML)
        sections.append(asked.count("record/incoming"))
    small, large = PAGES["organisation"].values()
    assert sections == [2, 5]
    assert large - small == sections[1] - sections[0]
