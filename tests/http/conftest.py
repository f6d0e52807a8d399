"""A server of our own that may be written to: a little data, tokens of every kind, one service that answers."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.w3c.server import CHECKOUT, clean_environment, command, free_port, said, stop, wait_until_ready
from tests.w3c.stub import Stubs

GRAPHS = "https://w3id.org/libri/graph/"
SMALL = f"""
@prefix libri: <https://w3id.org/libri/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{GRAPHS}small> libri:entersView true .
<https://example.org/riga> skos:note "Rīga"@lv , "Riga"@en .
<https://example.org/paris> skos:note "Paris"@fr .
"""


@dataclass(frozen=True)
class Running:
    """Where our server is and what opens it."""

    url: str
    log: Path
    stubs: Stubs
    editor: str
    """A token that may write everything."""
    small: str
    """A token that may write the source `small` only."""
    reviewer: str
    """A token that may review and not write."""

    def may(self, token: str, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}", **more}

    def update(self, text: str, token: str | None = None, **more: str) -> httpx.Response:
        headers = self.may(token or self.editor, **{"Content-Type": "application/sparql-update", **more})
        return httpx.post(self.url + "sparql/update", content=text.encode(), headers=headers, timeout=30)

    def ask(self, query: str, **more: str) -> bool:
        answer = httpx.get(self.url + "sparql", params={"query": query, **more}, timeout=30)
        return bool(answer.json()["boolean"])


@pytest.fixture(scope="session")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("writable")
    place = ("--data-dir", str(folder / "libri"))
    (folder / "small.ttl").write_text(SMALL, encoding="utf-8")
    said("init", "--empty", *place)
    said("load", str(folder / "small.ttl"), "--source", "small", *place)
    made = {
        "editor": said("token", "add", "editor", "--may", "write", *place).strip(),
        "small": said("token", "add", "small", "--may", "write", "--source", "small", *place).strip(),
        "reviewer": said("token", "add", "reviewer", "--may", "review", *place).strip(),
    }
    port, log = free_port(), folder / "server.txt"
    url = f"http://127.0.0.1:{port}/"
    with Stubs() as stubs, log.open("wb") as output:
        environment = {
            **clean_environment(),
            "LIBRI_SERVICE_ALLOW": f"{stubs.allowed()},http://127.0.0.1:9/closed",
            "LIBRI_SERVICE_SECONDS": "2",
            "LIBRI_TRUSTED_PROXIES": "127.0.0.1",
            "LIBRI_QUERY_SECONDS": "3",
            "LIBRI_WRITE_MB": "1",
            "LIBRI_RESULT_MB": "16",
            "LIBRI_QUERY_WORKERS": str(min(2, os.cpu_count() or 1)),
        }
        serve = command("serve", "--port", str(port), *place)
        server = subprocess.Popen(serve, cwd=CHECKOUT, env=environment, stdout=output, stderr=output)
        try:
            wait_until_ready(f"{url}health/ready", server, log)
            yield Running(url, log, stubs, **made)
        finally:
            stop(server)
