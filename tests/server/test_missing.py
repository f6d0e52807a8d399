"""An address that leads nowhere leads on: words to look for, the nearest lists, and when to come back."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.errors import IndexMissing, QueueFull, StoreMissing, TooManyRequests
from libri_graph.languages import TAGS
from libri_graph.settings import read_settings
from server.app import create_app
from server.current import CurrentStore
from server.missing import lists_near, words_of
from server.page_queries import Found

HTML = {"Accept": "text/html"}


@given(st.text(max_size=80))
def test_any_address_gives_words_and_lists(path: str) -> None:
    assert len(words_of(path).split()) <= 6
    assert len(lists_near(path)) >= 4


@pytest.mark.parametrize("language", TAGS)
def test_the_words_of_the_address_stand_in_the_search_box(language: str, client: FlaskClient) -> None:
    response = client.get(f"/doc/initiative/sarunu-klubs-rezekne?lang={language}", headers=HTML)
    text = response.get_data(as_text=True)
    assert response.status_code == 404
    assert 'value="sarunu klubs rezekne"' in text
    assert 'name="robots" content="noindex"' in text


def test_the_list_that_the_address_names_comes_first(client: FlaskClient) -> None:
    text = client.get("/doc/event/nothing-such", headers=HTML).get_data(as_text=True)
    chips = text.split('<ul class="chips">')[-1]
    assert chips.index('"/events"') < chips.index('"/initiatives"')


def test_words_of_an_address_cannot_leave_the_box(client: FlaskClient) -> None:
    text = client.get('/doc/guide/a"><script>alert(1)</script>', headers=HTML).get_data(as_text=True)
    assert "<script>alert" not in text


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (TooManyRequests("x", wait_seconds=42), 429, "42"),
        (QueueFull("x"), 503, 'class="button"'),
        (StoreMissing("x"), 503, 'class="button"'),
        (IndexMissing("x"), 503, "/doc/project/libri"),
        (RuntimeError("secret"), 500, "<code"),
    ],
    ids=["429", "busy", "empty", "no index", "500"],
)
def test_each_error_says_what_to_do_next(
    error: Exception, status: int, said: str, language: str, tmp_path: Path
) -> None:
    client = failing(tmp_path, error).test_client()
    response = client.get(f"/fails?lang={language}", headers=HTML)
    text = response.get_data(as_text=True)
    assert response.status_code == status
    assert said in text
    assert "secret" not in text
    assert text.count("<h1") == 1
    assert f'<html lang="{language}"' in text


def failing(data_dir: Path, error: Exception) -> Flask:
    def run(_query: str, _generation: int | None, _client: str) -> Found:
        raise error

    app = create_app(read_settings({}), CurrentStore(data_dir), run, "http://libri.example.org/")

    def fails() -> str:
        raise error

    app.add_url_rule("/fails", view_func=fails)
    return app
