"""What the tests run on: pyoxigraph in this process, or a server over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any, Protocol, Self

import httpx
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from .answers import GRAPH_TYPES, RESULTS, Answer, Graphs, Table, read_graph, read_results

SECONDS = 60
NAMES = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


class Blame(Enum):
    """What a refusal is put down to."""

    SYNTAX = "how the request is written"
    RUN = "what happened when it ran, or a rule of the house"
    ITSELF = "a fault of the target's own"


class Refused(Exception):
    """The target did not do what was asked; `blame` says why, as far as it tells."""

    def __init__(self, message: str, blame: Blame) -> None:
        super().__init__(message)
        self.blame = blame


class NotFound(Refused):
    """There is no such graph."""


class Target(Protocol):
    """A SPARQL 1.1 store."""

    def load(self, graphs: Graphs) -> None: ...

    def query(self, text: str, base: str | None, wanted: str) -> Answer: ...

    def update(self, text: str, base: str | None) -> None: ...

    def graphs(self) -> Graphs: ...


class InProcess:
    """pyoxigraph, without any server."""

    def __init__(self) -> None:
        self.store = Store()

    def load(self, graphs: Graphs) -> None:
        self.store = Store()
        for name, triples in graphs.items():
            graph = DefaultGraph() if name is None else NamedNode(name)
            if name is not None:
                self.store.add_graph(graph)
            self.store.extend(Quad(s, p, o, graph) for s, p, o in triples)

    def query(self, text: str, base: str | None, wanted: str) -> Answer:
        try:
            return self.answer(self.store.query(text, base_iri=base), wanted)
        except SyntaxError as error:
            raise Refused(first_line(str(error)), Blame.SYNTAX) from error
        except (OSError, ValueError, RuntimeError) as error:
            raise Refused(first_line(str(error)), Blame.RUN) from error

    @staticmethod
    def answer(results: QueryBoolean | QuerySolutions | QueryTriples, wanted: str) -> Answer:
        if isinstance(results, QueryTriples):
            return list(results)
        written = wanted if wanted in RESULTS else "srx"
        return read_results(results.serialize(format=RESULTS[written][1]) or b"", written)

    def update(self, text: str, base: str | None) -> None:
        try:
            self.store.update(text, base_iri=base)
        except SyntaxError as error:
            raise Refused(first_line(str(error)), Blame.SYNTAX) from error
        except (OSError, ValueError, RuntimeError) as error:
            raise Refused(first_line(str(error)), Blame.RUN) from error

    def graphs(self) -> Graphs:
        graphs: Graphs = {None: []}
        for quad in self.store:
            name = None if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
            graphs.setdefault(name, []).append(quad.triple)
        return graphs


@dataclass(frozen=True)
class Addresses:
    """Where a server answers, and the token for its writes."""

    query: str
    update: str
    graphs: str
    token: str | None = None

    @property
    def write_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


class OverHttp:
    """A server reached by SPARQL 1.1 Protocol and Graph Store Protocol."""

    def __init__(self, addresses: Addresses, *, ours: bool = False) -> None:
        self.addresses = addresses
        self.ours = ours
        """Ours knows the stubs by the names in the tests, and never answers 500."""
        self.client = new_client()
        self.held: Graphs | None = None
        """What the server holds; None where an update or a failure made us lose track."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.client.close()

    def load(self, graphs: Graphs) -> None:
        """Make the server hold exactly these graphs, with as few writes as that takes."""
        if self.held is None:
            self.update("DROP ALL", None)
        held, self.held = self.held or {None: []}, None
        for name in held.keys() - graphs.keys():
            self.write("DELETE", name)
        for name, triples in graphs.items():
            if held.get(name) != triples:
                content = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
                self.write("PUT", name, content, {"Content-Type": "application/n-triples"})
        self.held = graphs

    def write(self, method: str, name: str | None, content: bytes = b"", headers: dict[str, str] | None = None) -> None:
        headers = {**(headers or {}), **self.addresses.write_headers}
        self.send(method, self.addresses.graphs, params=graph_parameter(name), content=content, headers=headers)

    def query(self, text: str, base: str | None, wanted: str) -> Answer:
        accept = RESULTS[wanted][0] if wanted in RESULTS else f"{RESULTS['srx'][0]}, application/n-triples;q=0.9"
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        return read_answer(self.send("POST", self.addresses.query, content=based(text, base).encode(), headers=headers))

    def update(self, text: str, base: str | None) -> None:
        self.held = None
        headers = {"Content-Type": "application/sparql-update", **self.addresses.write_headers}
        self.send("POST", self.addresses.update, content=based(text, base).encode(), headers=headers)

    def graphs(self) -> Graphs:
        """Fetch every graph back, one by one."""
        found = self.query(NAMES, None, "srj")
        rows = found.rows if isinstance(found, Table) else ()
        names = sorted(name.value for (name,) in rows if isinstance(name, NamedNode))
        return {name: self.fetched(name) for name in (None, *names)}

    def fetched(self, name: str | None) -> list[Triple]:
        headers = {"Accept": "application/n-triples"}
        try:
            answer = self.send("GET", self.addresses.graphs, params=graph_parameter(name), headers=headers)
        except NotFound:
            return []
        return read_graph(answer.content, RdfFormat.N_TRIPLES)

    def send(self, method: str, address: str, **parts: Any) -> httpx.Response:
        """Return a successful answer, or raise with what the server blames."""
        try:
            answer = self.client.request(method, address, **parts)
        except httpx.HTTPError as error:
            raise Refused(f"{method} {address}: {type(error).__name__} {error}", Blame.ITSELF) from error
        if answer.is_success:
            return answer
        message = f"{method} {answer.request.url.path}: {answer.status_code} {first_line(answer.text)}"
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFound(message, Blame.RUN)
        raise Refused(message, self.blamed(answer))

    def blamed(self, answer: httpx.Response) -> Blame:
        """Return what an error is put down to: 400 is for bad syntax, unless a problem document says otherwise."""
        if answer.status_code == httpx.codes.BAD_REQUEST:
            documented = answer.headers.get("content-type", "").startswith("application/problem+json")
            other = documented and "syntax" not in answer.json().get("type", "")
            return Blame.RUN if other else Blame.SYNTAX
        fault = self.ours and answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR
        return Blame.ITSELF if fault else Blame.RUN


def new_client() -> httpx.Client:
    """Return a client that heeds no proxy: everything here is on loopback or an address that was asked for."""
    return httpx.Client(timeout=SECONDS, trust_env=False)


def graph_parameter(name: str | None) -> dict[str, str]:
    return {"default": ""} if name is None else {"graph": name}


def based(text: str, base: str | None) -> str:
    """Say the base IRI in the request itself: the protocol has no other place for it."""
    return text if base is None else f"BASE <{base}>\n{text}"


def read_answer(answer: httpx.Response) -> Answer:
    """Read a body by its media type."""
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip()
    try:
        for wanted, (known, _) in RESULTS.items():
            if known == media_type:
                return read_results(answer.content, wanted)
        if media_type in GRAPH_TYPES:
            return read_graph(answer.content, GRAPH_TYPES[media_type], str(answer.url))
    except (SyntaxError, ValueError) as error:
        raise Refused(f"unreadable {media_type}: {error}", Blame.RUN) from error
    raise Refused(f"the answer came as {media_type or 'nothing we know'}", Blame.RUN)


def first_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:200]
