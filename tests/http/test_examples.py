"""The examples of docs/sparql.md do what the page says, with clients that others wrote: curl and SPARQLWrapper."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.http.conftest import Running

PAGE = Path(__file__).parents[2] / "docs" / "sparql.md"
LOCAL = "http://127.0.0.1:8000/"
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STRICT = 'set -eu; curl() { command curl --silent --show-error --fail-with-body "$@"; }\n'
BLOCKS = [(kind, text) for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if "libri token" not in text]
NOTEBOOK = "https://w3id.org/libri/graph/notebook"


def run(running: Running, kind: str, text: str) -> subprocess.CompletedProcess[str]:
    text = text.replace(LOCAL, running.url)
    command = ["bash", "-c", STRICT + text] if kind == "sh" else [sys.executable, "-W", "ignore", "-c", text]
    environment = {**os.environ, "TOKEN": running.editor, "NO_PROXY": "127.0.0.1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_page_has_examples() -> None:
    assert len([kind for kind, _ in BLOCKS if kind == "sh"]) >= 5
    assert len([kind for kind, _ in BLOCKS if kind == "python"]) == 2


@pytest.mark.parametrize(("kind", "text"), BLOCKS, ids=[f"{kind}-{number}" for number, (kind, _) in enumerate(BLOCKS)])
def test_an_example_works_as_it_stands(kind: str, text: str, writable: Running) -> None:
    if kind == "sh" and shutil.which("curl") is None:
        pytest.skip("curl is not on this machine; the examples need it")
    done = run(writable, kind, text)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_foreign_client_writes_what_it_then_reads(writable: Running) -> None:
    update = next(text for kind, text in BLOCKS if kind == "python" and "setMethod(POST)" in text)
    assert run(writable, "python", update).returncode == 0
    assert writable.ask(f'ASK {{ GRAPH <{NOTEBOOK}> {{ ?s ?p "sveiki"@lv }} }}')
    query = next(text for kind, text in BLOCKS if kind == "python" and "setReturnFormat" in text)
    query = query.replace("?s a <https://w3id.org/libri/ontology#Source>", f"GRAPH <{NOTEBOOK}> {{ ?s ?p ?o }}")
    assert "https://example.org/riga" in run(writable, "python", query + "\nprint(rows)").stdout


def test_a_foreign_client_without_a_token_writes_nothing(writable: Running) -> None:
    update = next(text for kind, text in BLOCKS if kind == "python" and "setMethod(POST)" in text)
    refused = run(writable, "python", update.replace("sveiki", "never").replace("Bearer ", "Bearer x"))
    assert refused.returncode != 0
    assert "401" in refused.stderr
    assert not writable.ask(f'ASK {{ GRAPH <{NOTEBOOK}> {{ ?s ?p "never"@lv }} }}')


def test_the_forms_of_the_page_are_those_that_there_are(writable: Running) -> None:
    table = re.findall(r"^\| (`[^|]+`) \| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    forms = {name: media for names, media in table for name in re.findall(r"`([^`]+)`", names)}
    assert len(forms) == 12
    for name, media in forms.items():
        query = (
            "SELECT * { ?s ?p ?o } LIMIT 1"
            if "tab" in media or "csv" in media or "results" in media
            else ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1")
        )
        answer = httpx.get(writable.url + "sparql", params={"query": query, "format": name})
        assert answer.headers["Content-Type"].partition(";")[0] == media
