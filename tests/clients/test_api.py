"""Readers of JSON-LD and TypeScript that none of us wrote understand what the API gives as it is meant."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyld import jsonld
from pyoxigraph import RdfFormat

from libri_graph.namespaces import term
from libri_graph.publish.levels import SLUGS, Level
from tests.server.api.records import RECORDS
from tests.server.conftest import app, store

HERE = Path(__file__).parent
WEB = HERE.parents[1] / "web"
CONTEXT = "http://libri.example.org/context/1.jsonld"
WORKED_OUT = {term(name).value for name in ("foaf:page", "dcterms:abstract", "libri:country")}
"""What a card says that may not be so in the graph: its page, a beginning of a text, the country of its evidence."""

__all__ = ["app", "store"]
pytestmark = [pytest.mark.foreign, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def answers(app: Flask) -> Mapping[str, Any]:
    """What jsonld.js makes of a record of every kind at every level, beside what we gave it."""
    client = app.test_client()
    cases = [case(client, plural, level) for plural in RECORDS for level in Level]
    context = {"url": CONTEXT, "document": client.get("/context/1.jsonld").get_json()}
    run = subprocess.run(
        ["node", "jsonld.mjs"],
        cwd=HERE,
        input=json.dumps({"context": context, "cases": cases}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    return {one["name"]: {**one, **found[one["name"]], "context": context} for one in cases}


def case(client: FlaskClient, plural: str, level: Level) -> dict[str, Any]:
    slug = RECORDS[plural]
    return {
        "name": f"{plural} {level}",
        "document": client.get(f"/api/{plural}/{slug}?view={level}").get_json(),
        "rdf": client.get(f"/doc/{SLUGS[plural]}/{slug}.nt").text,
        "turtle": client.get(f"/doc/{SLUGS[plural]}/{slug}.ttl").text,
        "frame": client.get(f"/frame/{SLUGS[plural]}/1.jsonld").get_json(),
    }


def lines(text: str, form: RdfFormat) -> set[str]:
    return {f"{quad.triple} ." for quad in pyoxigraph.parse(text, format=form)}


def said(answer: Mapping[str, Any]) -> set[str]:
    return lines("\n".join(answer["said"]), RdfFormat.N_QUADS)


@pytest.mark.parametrize("plural", RECORDS)
def test_to_jsonld_js_a_full_record_says_just_what_its_turtle_says(answers: Mapping[str, Any], plural: str) -> None:
    answer = answers[f"{plural} full"]
    assert answer["expanded"] == 1
    assert said(answer) == lines(answer["turtle"], RdfFormat.TURTLE)


@pytest.mark.parametrize("plural", RECORDS)
def test_to_jsonld_js_a_page_says_all_of_it_and_more(answers: Mapping[str, Any], plural: str) -> None:
    assert said(answers[f"{plural} page"]) > lines(answers[f"{plural} page"]["turtle"], RdfFormat.TURTLE)


@pytest.mark.parametrize("plural", RECORDS)
def test_to_jsonld_js_a_card_says_of_the_record_nothing_else(answers: Mapping[str, Any], plural: str) -> None:
    answer = answers[f"{plural} card"]
    about = f"<{answer['document']['id']}> "
    own = {
        line for line in said(answer) if line.startswith(about) and line.split("> <")[1].split(">")[0] not in WORKED_OUT
    }
    assert own
    assert own - lines(answer["turtle"], RdfFormat.TURTLE) == set()


@pytest.mark.parametrize("plural", RECORDS)
def test_jsonld_js_frames_the_graph_into_just_our_json(answers: Mapping[str, Any], plural: str) -> None:
    answer = answers[f"{plural} full"]
    assert ordered(answer["framed"]) == ordered(answer["document"])


def ordered(value: Any) -> Any:
    """Return JSON in one of the ways that mean the same.

    Arrays are sorted; a key without definition has an array; the datatype of a literal is ``@type``, as we write it, so
    that ``type``, its other name, is always an array.
    """
    if isinstance(value, dict):
        named = {"@type" if name == "type" and "@value" in value else name: ordered(one) for name, one in value.items()}
        return {name: [one] if ":" in name and not isinstance(one, list) else one for name, one in named.items()}
    if isinstance(value, list):
        return sorted(map(ordered, value), key=json.dumps)
    return value


@pytest.mark.parametrize("plural", RECORDS)
def test_to_pyld_a_full_record_says_just_what_its_turtle_says(answers: Mapping[str, Any], plural: str) -> None:
    answer = answers[f"{plural} full"]
    loaded = {"contextUrl": None, "documentUrl": CONTEXT, "document": answer["context"]["document"]}
    options = {"format": "application/n-quads", "documentLoader": lambda _url, _options: loaded}
    found = jsonld.to_rdf(answer["document"], options)
    assert lines(found, RdfFormat.N_QUADS) == lines(answer["turtle"], RdfFormat.TURTLE)


def test_typescript_compiles_a_client_against_the_generated_types(app: Flask, tmp_path: Path) -> None:
    for file in ("client.ts", "check.ts"):
        shutil.copy(WEB / "client" / file, tmp_path / file)
    (tmp_path / "types.d.ts").write_text(app.test_client().get("/api/types/1.d.ts").text, encoding="utf-8")
    options = json.loads((WEB / "tsconfig.json").read_text(encoding="utf-8"))["compilerOptions"]
    (tmp_path / "tsconfig.json").write_text(
        json.dumps({"compilerOptions": {**options, "types": []}, "include": ["*.ts"]}), encoding="utf-8"
    )
    command = [str(WEB / "node_modules" / ".bin" / "tsc"), "-p", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
