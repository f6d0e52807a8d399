"""SPARQL endpoints on loopback that stand in for the `example.org` addresses of the `service` tests."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QueryTriples, RdfFormat, Store, Triple

from .answers import Answer, Graphs, Table, Term, read_source
from .targets import Target

HOSTS = ("example.org", "example1.org", "example2.org", "invalid.endpoint.org")
"""The last never has data and so answers 404: nothing leaves this machine, not even a question for its name."""


class Stubs:
    """Serves `http://HOST/sparql` as `http://127.0.0.1:PORT/HOST/sparql`."""

    def __init__(self) -> None:
        self.stores: dict[str, Store] = {}
        self.server = StubServer(("127.0.0.1", 0), Handler)
        self.server.stubs = self
        port = self.server.server_address[1]
        self.targets = {f"http://{host}/sparql": f"http://127.0.0.1:{port}/{host}/sparql" for host in HOSTS}

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()

    def hold(self, services: Sequence[tuple[str, Path]], root: Path) -> None:
        """Give each endpoint of one test its data and take it from the others."""
        self.stores = {}
        for endpoint, path in services:
            store = Store()
            store.extend(Quad(*triple) for triple in read_source(path, root))
            self.stores[urlsplit(endpoint).netloc] = store

    def allowed(self) -> str:
        """Write the addresses as `LIBRI_SERVICE_ALLOW` has them."""
        return ",".join(f"{address}={target}" for address, target in self.targets.items())

    def towards(self, text: str) -> str:
        """Name the stubs in a text instead of the hosts they stand for."""
        for address, target in self.targets.items():
            text = text.replace(address, target)
        return text

    def back(self, text: str) -> str:
        for address, target in self.targets.items():
            text = text.replace(target, address)
        return text


class StubServer(ThreadingHTTPServer):
    """Hands the stubs to those who answer."""

    daemon_threads = True
    stubs: Stubs


class Handler(BaseHTTPRequestHandler):
    """SPARQL Protocol, as much as a SERVICE clause needs."""

    server: StubServer

    def do_GET(self) -> None:
        self.answer(parse_qs(urlsplit(self.path).query).get("query", [""])[0])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        direct = self.headers.get_content_type() == "application/sparql-query"
        self.answer(body if direct else parse_qs(body).get("query", [""])[0])

    def answer(self, query: str) -> None:
        stubs = self.server.stubs
        store = stubs.stores.get(urlsplit(self.path).path.split("/")[1])
        if store is None:
            self.reply(HTTPStatus.NOT_FOUND, "text/plain", b"no such endpoint")
            return
        try:
            results = store.query(stubs.towards(query))
            if isinstance(results, QueryTriples):
                self.reply(HTTPStatus.OK, "application/n-triples", results.serialize(format=RdfFormat.N_TRIPLES))
                return
            as_json = "json" in self.headers.get("Accept", "json")
            written = QueryResultsFormat.JSON if as_json else QueryResultsFormat.XML
            self.reply(HTTPStatus.OK, written.media_type, results.serialize(format=written))
        except (SyntaxError, OSError, ValueError, RuntimeError) as error:
            self.reply(HTTPStatus.BAD_REQUEST, "text/plain", str(error).encode())

    def reply(self, status: HTTPStatus, media_type: str, content: bytes | None) -> None:
        content = content or b""
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep the report's page clean."""


class Rewriting:
    """A target without an allow-list of its own: it is given the stubs' addresses, and the answer is turned back."""

    def __init__(self, target: Target, stubs: Stubs) -> None:
        self.target, self.stubs = target, stubs

    def load(self, graphs: Graphs) -> None:
        self.target.load({name: [Triple(s, p, self.towards(o)) for s, p, o in graphs[name]] for name in graphs})

    def query(self, text: str, base: str | None, wanted: str) -> Answer:
        answer = self.target.query(self.stubs.towards(text), base, wanted)
        if not isinstance(answer, Table):
            return answer
        rows = tuple(tuple(self.back(cell) for cell in row) for row in answer.rows)
        return Table(answer.variables, rows, answer.plain)

    def update(self, text: str, base: str | None) -> None:
        self.target.update(self.stubs.towards(text), base)

    def graphs(self) -> Graphs:
        return self.target.graphs()

    def towards(self, term: Term) -> Term:
        return NamedNode(self.stubs.towards(term.value)) if isinstance(term, NamedNode) else term

    def back(self, term: Term | None) -> Term | None:
        return NamedNode(self.stubs.back(term.value)) if isinstance(term, NamedNode) else term
