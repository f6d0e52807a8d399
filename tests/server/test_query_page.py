"""The query page without a script: examples, answers, errors, and everything to take away."""

from __future__ import annotations

import html
import json
import re

import pytest
from flask.testing import FlaskClient

from libri_graph.languages import TAGS

HTML = {"Accept": "text/html"}
PRACTICES = "PREFIX libri: <https://w3id.org/libri/ontology#>\nSELECT ?practice WHERE { ?practice a libri:Practice }"


def read(client: FlaskClient, address: str, **query: str) -> str:
    return client.get(address, query_string=query, headers=HTML).get_data(as_text=True)


def answer_in(text: str) -> str:
    return text.partition('<div id="answer"')[2].partition('<nav id="examples"')[0]


@pytest.mark.parametrize("language", TAGS)
def test_an_example_is_answered_when_a_reader_comes(language: str, client: FlaskClient) -> None:
    text = read(client, "/sparql", lang=language)
    assert "practice/volunteer-language-cafe" in answer_in(text)
    assert text.count('aria-current="true"') == 2  # the language, and the example that is shown
    asked = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)[1])
    assert f'(3 "{language}")' in asked


@pytest.mark.parametrize("language", TAGS)
def test_every_question_is_there_with_its_purpose(language: str, client: FlaskClient) -> None:
    text = read(client, "/sparql", lang=language).partition('<nav id="examples"')[2]
    examples = re.findall(r'<li><a href="/sparql\?query=.*?</li>', text, re.DOTALL)
    assert len(examples) == 25
    assert all('<p class="quiet">' in example for example in examples)
    assert not any('class="badge"' in example for example in examples)


def test_a_name_stands_beside_each_iri_in_the_reader_s_language(client: FlaskClient) -> None:
    text = answer_in(read(client, "/sparql", query=PRACTICES, lang="lv"))
    assert "Brīvprātīgo vadīts sarunu klubs" in text
    assert 'title="https://w3id.org/libri/id/practice/volunteer-language-cafe"' in text


def test_an_answer_says_its_rows_time_state_and_limits(client: FlaskClient) -> None:
    text = answer_in(read(client, "/sparql", query=PRACTICES, lang="en"))
    line = re.search(r'facts-line">(.*?)</p>', text)
    assert line
    assert re.fullmatch(r"rows: \d+ · 0\.01 s · state 7 of the data · a question may take 10 s and 2048 MB", line[1])


def test_a_long_answer_says_that_it_is_cut_and_where_the_rest_is(client: FlaskClient) -> None:
    text = answer_in(read(client, "/sparql", query="SELECT * { ?s ?p ?o } LIMIT 600", lang="en"))
    assert "The first 500 of 600 rows" in text
    assert text.count("<tr>") == 501
    forms = re.findall(r"format=([a-z-]+)\"", text)
    assert forms == ["csv", "excel-comma", "json", "xml", "tsv"]


def test_a_long_question_is_sent_by_post_and_downloaded_by_forms(client: FlaskClient) -> None:
    long = PRACTICES + "\n" + "# a long question\n" * 700
    text = client.post("/sparql", data={"query": long, "lang": "en"}, headers=HTML).get_data(as_text=True)
    answer = answer_in(text)
    assert "practice/volunteer-language-cafe" in answer
    assert "too long for a link" in answer
    assert 'formaction="/sparql?generation=7&amp;format=csv"' in answer


def test_an_error_is_told_with_its_line_in_the_reader_s_language(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "SELECT *\nWHEREVER {}", "lang": "lv"}, headers=HTML)
    text = answer_in(response.get_data(as_text=True))
    assert response.status_code == 400
    assert 'data-line="2" data-column="5"' in text
    assert "2. rindas 5. zīmi" in text
    assert "<mark>WHEREVER {}</mark>" in text


def test_a_state_that_is_not_kept_is_a_page_that_says_so(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": PRACTICES, "generation": "3", "lang": "en"}, headers=HTML)
    assert response.status_code == 410
    assert "not kept any more" in response.get_data(as_text=True)
    wrong = client.get("/sparql", query_string={"query": PRACTICES, "generation": "x"}, headers=HTML)
    assert wrong.status_code == 400


def test_yes_and_no_and_graphs_are_answers_too(client: FlaskClient) -> None:
    assert '<p class="lead">no</p>' in answer_in(read(client, "/sparql", query="ASK { <x:a> <x:b> <x:c> }", lang="en"))
    graph = answer_in(read(client, "/sparql", query="CONSTRUCT { <x:a> <x:b> <x:c> } {}", lang="en"))
    assert "&lt;x:b&gt;" in graph


def test_words_of_a_query_cannot_become_markup(client: FlaskClient) -> None:
    evil = 'SELECT ("</textarea><script>alert(1)</script>" AS ?x) {}'
    assert "<script>alert" not in read(client, "/sparql", query=evil, lang="en")


def test_a_script_gets_the_answer_alone(client: FlaskClient) -> None:
    response = client.post("/sparql?part=answer&lang=lv", data={"query": PRACTICES}, headers=HTML)
    text = response.get_data(as_text=True)
    assert "<html" not in text
    assert "Brīvprātīgo vadīts sarunu klubs" in text
    wrong = client.post("/sparql?part=answer&lang=lv", data={"query": "SELECT\n nothing"}, headers=HTML)
    assert wrong.status_code == 200
    assert 'data-line="2"' in wrong.get_data(as_text=True)


def test_completion_is_one_answer_that_can_be_kept(client: FlaskClient) -> None:
    response = client.get("/sparql/completion?lang=lv")
    found = json.loads(response.data)
    assert set(found) == {"prefixes", "classes", "properties", "concepts"}
    again = client.get("/sparql/completion?lang=lv", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/sparql/completion?lang=pl").headers["ETag"] != response.headers["ETag"]
