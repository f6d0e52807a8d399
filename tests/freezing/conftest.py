"""A small edition, made once, and a plain server of files over it."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Literal

from libri_graph.changes.house import House
from libri_graph.changes.publish import publish
from libri_graph.ingest.knowledge import import_knowledge
from libri_graph.namespaces import IDS
from libri_graph.settings import Settings, read_settings
from server.freezing.freeze import Frozen, Wish, freeze
from tests.browser.conftest import browser
from tests.freezing.small import write_small
from tests.server.lived import Exchange, quad

__all__ = ["browser"]
LANGUAGES = ("en", "ar")
KEPT = f"{IDS}practice/ask-staff-and-write-faq"
MERGED, LOST = f"{IDS}practice/ask", f"{IDS}guide/lost"


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition, and what it was made of."""

    folder: Path
    found: Frozen
    settings: Settings
    address: str
    """Where it is served, ending in a slash."""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """The server of `python -m http.server`, without its log; it is told what suffixes mean, as hosts can be."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, knowledge: Path) -> Settings:
    """A data directory with a small piece of the real knowledge, in which a thing was merged and one has gone."""
    room = tmp_path_factory.mktemp("small")
    write_small(knowledge, room)
    settings = read_settings({"LIBRI_DATA_DIR": str(room / "libri")})
    house = House.of(settings.data_dir, settings.generations, knowledge / "shapes")
    import_knowledge(house, room)
    merged, lost = (
        quad(MERGED, "dcterms:isReplacedBy", KEPT),
        quad(LOST, "skos:prefLabel", Literal("Lost", language="en")),
    )
    publish(house, [Exchange("editor", added=[merged, lost])])
    publish(house, [Exchange("editor", removed=[lost])])
    return settings


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory, small: Settings) -> Iterator[Edition]:
    room = tmp_path_factory.mktemp("frozen")
    folder = room / "site"
    folder.mkdir()
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        found = freeze(small, folder, Wish(address, LANGUAGES, histories=False), lambda _: None)
        types = json.loads((folder / "hosting" / "content-types.json").read_text(encoding="utf-8"))
        Quiet.extensions_map = {f".{suffix}": media for suffix, media in types.items()}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Edition(folder, found, small, address)
        server.shutdown()
