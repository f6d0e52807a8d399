"""A state of the data is kept for ever for whoever shows a token, and a form comes back to its query."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.http.conftest import Running

FORM = {"Accept": "text/html,application/xhtml+xml"}
ASK = "ASK {}"


@pytest.fixture(scope="module")
def number(writable: Running) -> str:
    return httpx.get(writable.url + "sparql", params={"query": ASK}).headers["libri-generation"]


def pin(writable: Running, number: str, **more: object) -> httpx.Response:
    return httpx.post(f"{writable.url}generations/{number}/pin", **more)


def test_a_reviewer_may_pin(writable: Running, number: str) -> None:
    answer = pin(writable, number, headers=writable.may(writable.reviewer))
    assert answer.json() == {"generation": int(number), "pinned": True}
    page = httpx.get(writable.url + "sparql", params={"query": ASK, "lang": "en"}, headers=FORM).text
    assert f"State {number} is kept for ever." in page


def test_nobody_pins_without_a_token(writable: Running, number: str) -> None:
    assert pin(writable, number).status_code == 401
    assert pin(writable, number, headers=writable.may("libri_00000000_" + "a" * 43)).status_code == 401
    assert httpx.get(f"{writable.url}generations/{number}/pin").status_code == 405
    evil = writable.may(writable.reviewer, Origin="https://evil.example")
    assert pin(writable, number, headers=evil).status_code == 403


def test_a_form_comes_back_to_its_query_on_that_state(writable: Running, number: str) -> None:
    good = pin(writable, number, data={"token": writable.reviewer, "query": ASK, "lang": "lv"}, headers=FORM)
    assert good.status_code == 303
    place = urlsplit(good.headers["location"])
    assert place.path == "/sparql"
    assert parse_qs(place.query) == {"query": [ASK], "lang": ["lv"], "generation": [number]}
    bad = pin(writable, number, data={"token": "wrong", "query": ASK}, headers=FORM)
    assert bad.status_code == 303
    assert parse_qs(urlsplit(bad.headers["location"]).query)["pin"] == ["refused"]


def test_a_state_that_is_gone_cannot_be_pinned(writable: Running) -> None:
    answer = pin(writable, "999999999", headers=writable.may(writable.reviewer))
    assert answer.status_code == 410


def test_a_long_question_reaches_the_page_by_post(writable: Running) -> None:
    long = ASK + "\n# long" * 2000
    page = httpx.post(writable.url + "sparql", data={"query": long, "lang": "en"}, headers=FORM)
    assert page.headers["content-type"].startswith("text/html")
    assert '<p class="lead">yes</p>' in page.text
    program = httpx.post(writable.url + "sparql", data={"query": long})
    assert program.json()["boolean"] is True
    file = httpx.post(writable.url + "sparql?format=csv", data={"query": long}, headers=FORM)
    assert file.headers["content-type"].startswith("text/csv")


def test_a_spreadsheet_program_gets_its_letters_and_no_formula(writable: Running) -> None:
    query = 'SELECT ?x ?y { VALUES (?x ?y) { ("=1+1" "Rēzekne") (-5 "a;b") } }'
    answer = httpx.get(writable.url + "sparql", params={"query": query, "format": "excel"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content == '\ufeffx;y\r\n\'=1+1;Rēzekne\r\n-5;"a;b"\r\n'.encode()
