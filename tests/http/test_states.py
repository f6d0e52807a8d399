"""Over the wire: a state of the data is the same bytes again, for queries, graphs and records; what went is 410."""

from __future__ import annotations

import httpx
import pytest

from tests.http.conftest import GRAPHS, Running

THING = "https://w3id.org/libri/id/guide/kept"
GRAPH = f"{GRAPHS}states"
NOTE = "<http://www.w3.org/2004/02/skos/core#note>"
HTML = {"Accept": "text/html"}


def note(words: str) -> str:
    return f'GRAPH <{GRAPH}> {{ <{THING}> {NOTE} "{words}"@en }}'


@pytest.fixture(scope="module")
def number(writable: Running) -> int:
    """A generation in which the thing says "one", and after which it says "two"."""
    enters = f"GRAPH <{GRAPH}> {{ <{GRAPH}> <https://w3id.org/libri/ontology#entersView> true }}"
    first = writable.update(f"INSERT DATA {{ {enters} {note('one')} }}")
    assert first.status_code == 204
    return int(first.headers["Libri-Generation"])


def places(number: int) -> list[tuple[str, dict[str, str]]]:
    asked = {"generation": str(number)}
    return [
        ("sparql", asked | {"query": f"SELECT ?o {{ <{THING}> {NOTE} ?o }}", "format": "csv"}),
        ("graphs", asked | {"graph": GRAPH, "format": "nt"}),
        ("graphs/states", asked | {"format": "ttl"}),
        ("doc/guide/kept.ttl", asked),
        ("doc/guide/kept.jsonld", asked),
        ("doc/guide/kept", asked),
        ("graph/states.nt", asked),
    ]


def test_each_address_gives_the_same_bytes_after_other_writes(writable: Running, number: int) -> None:
    def read() -> list[bytes]:
        answers = [httpx.get(writable.url + place, params=asked, headers=HTML) for place, asked in places(number)]
        assert {answer.status_code for answer in answers} == {200}
        assert {answer.headers["Libri-Generation"] for answer in answers} == {str(number)}
        return [answer.content for answer in answers]

    before = read()
    assert writable.update(f"DELETE DATA {{ {note('one')} }} ; INSERT DATA {{ {note('two')} }}").status_code == 204
    assert read() == before
    assert b"two" in httpx.get(f"{writable.url}doc/guide/kept.ttl").content


@pytest.mark.usefixtures("number")
def test_what_is_not_kept_is_410_and_names_the_nearest(writable: Running) -> None:
    for place, asked in places(10**9):
        answer = httpx.get(writable.url + place, params=asked, headers={"Accept": "*/*"})
        assert answer.status_code == 410, place
        assert answer.json()["nearest"]


@pytest.mark.usefixtures("number")
def test_a_thing_that_was_written_and_removed_is_gone_with_its_history(writable: Running) -> None:
    iri = "https://w3id.org/libri/id/guide/short-lived"
    said = f'GRAPH <{GRAPH}> {{ <{iri}> {NOTE} "here"@en }}'
    assert httpx.get(f"{writable.url}doc/guide/short-lived").status_code == 404
    writable.update(f"INSERT DATA {{ {said} }}")
    assert httpx.get(f"{writable.url}doc/guide/short-lived.ttl").status_code == 200
    writable.update(f"DELETE DATA {{ {said} }}")
    assert httpx.get(f"{writable.url}doc/guide/short-lived.ttl").status_code == 410
    assert httpx.get(f"{writable.url}id/guide/short-lived").status_code == 410
    history = httpx.get(f"{writable.url}doc/guide/short-lived/history.nt")
    assert history.text.count("prov#Activity") == 2
    assert "changes#by-editor" in history.text
