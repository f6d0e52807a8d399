"""Clients that none of us wrote ask the 25 questions over HTTP, and get what the graph holds."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import httpx
import pytest
from rdflib import VOID, Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from signposting import find_signposting_http
from SPARQLWrapper import JSON, TURTLE, SPARQLWrapper

HERE = Path(__file__).parent
QUESTIONS = Path(__file__).parents[2] / "ontology" / "questions"
WAITING = {"cq02.rq", "cq09.rq", "cq11.rq", "cq19.rq"}
"""Questions that wait for data, so they may return nothing."""

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(300)]


def texts() -> dict[str, str]:
    found = {path.name: path.read_text(encoding="utf-8") for path in sorted(QUESTIONS.glob("*.rq"))}
    assert len(found) == 25
    return found


def form(text: str) -> str:
    lines = [line for line in text.splitlines() if not line.startswith(("#", "PREFIX"))]
    return next(word for word in " ".join(lines).upper().split() if word in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


@pytest.fixture(scope="module")
def by_wrapper(site: str) -> dict[str, int]:
    """Rows or triples that SPARQLWrapper gets for each question."""
    counts = {}
    for name, text in texts().items():
        client = SPARQLWrapper(site + "sparql")
        client.setQuery(text)
        if form(text) == "SELECT":
            client.setReturnFormat(JSON)
            counts[name] = len(client.query().convert()["results"]["bindings"])
        else:
            client.setReturnFormat(TURTLE)
            counts[name] = len(Graph().parse(client.query().convert(), format="turtle"))
    return counts


def test_sparqlwrapper_gets_rows_for_every_question_that_the_data_can_answer(by_wrapper: dict[str, int]) -> None:
    empty = {name for name, rows in by_wrapper.items() if rows == 0}
    assert empty <= WAITING


def test_rdflib_gets_the_same_number_of_rows(site: str, by_wrapper: dict[str, int]) -> None:
    graph = Graph(SPARQLStore(site + "sparql"))
    counts = {name: len(list(graph.query(text))) for name, text in texts().items()}
    assert counts == by_wrapper


def test_comunica_gets_the_same_number_of_rows(site: str, by_wrapper: dict[str, int]) -> None:
    run = subprocess.run(
        ["node", "questions.mjs", site + "sparql", str(QUESTIONS)],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == by_wrapper


def test_comunica_finds_the_endpoint_from_its_plain_address(site: str) -> None:
    command = [
        "node_modules/.bin/comunica-sparql",
        site + "sparql",
        "ASK { ?s a <https://w3id.org/libri/ontology#Practice> }",
    ]
    run = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "true", run.stderr


@pytest.mark.parametrize("start", ["void", "", ".well-known/void"])
def test_comunica_finds_the_endpoint_from_the_description_of_the_data_and_from_home(site: str, start: str) -> None:
    command = [
        "node_modules/.bin/comunica-sparql",
        site + start,
        "SELECT (COUNT(*) AS ?count) WHERE { ?s a <https://w3id.org/libri/ontology#Practice> }",
    ]
    run = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert int(json.loads(run.stdout)[0]["count"].split('"')[1]) > 10, run.stdout + run.stderr


def test_the_links_of_a_page_lead_to_the_description_and_from_there_to_the_endpoint(site: str) -> None:
    found = find_signposting_http(site)
    (void, catalogue) = sorted(found.describedBy, key=lambda link: link.target, reverse=True)
    assert (void.target, catalogue.target) == (site + "void", site + "catalog")
    named = Graph().parse(data=httpx.get(void.target, headers={"Accept": str(void.type)}).text, format="turtle")
    assert {str(endpoint) for endpoint in named.objects(None, VOID.sparqlEndpoint)} == {site + "sparql"}
