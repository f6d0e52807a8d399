"""SPARQL 1.1 Graph Store HTTP Protocol: graphs as wholes, by direct and indirect addresses.

Reading is open. Writing takes a token, and in a plain store reaches every graph, else those of sources.
"""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import quote, urljoin

from pyoxigraph import DefaultGraph, NamedNode

from libri_graph.errors import (
    GraphRefused,
    MethodUnsupported,
    PreconditionFailed,
    RequestInvalid,
    ResourceNotFound,
)
from libri_graph.namespaces import GRAPHS
from libri_graph.settings import Settings
from libri_graph.workers.job import Job
from server import negotiation
from server.access import Access
from server.compression import unpacked
from server.current import CurrentStore
from server.formats import GRAPH_TYPES, graph_form
from server.multipart import parts_of
from server.protocol import generation_of, values
from server.reply import Reply, head_of
from server.request import Request
from server.sparql import Endpoint, matches
from server.writing import Writing

PATH: Final = "/graphs"
READING: Final = frozenset({"GET", "HEAD"})
METHODS: Final = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
PLAIN: Final = "/:@!$&'()*+,;=~-._"
"""Characters that stand in the path of an address as they are. Source: RFC 3986, section 3.3."""
COPY: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
COPY_NAMED: Final = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"


class Graphs:
    """Answers `/graphs` and everything below."""

    def __init__(
        self,
        settings: Settings,
        endpoint: Endpoint,
        writing: Writing,
        access: Access,
        current: CurrentStore,
        public_url: str,
        *,
        plain: bool,
    ) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._writing = writing
        self._access = access
        self._current = current
        self._public_url = public_url
        self._plain = plain

    async def respond(self, request: Request, reply: Reply) -> None:
        """Answer one request. Raises a `LibriError` while no byte has been sent."""
        if request.method == "OPTIONS":
            await reply.answer(204, head_of([("Allow", METHODS)]))
        elif request.method in READING:
            await self._read(request, reply)
        elif request.method in ("PUT", "POST", "DELETE"):
            await self._write(request, reply)
        else:
            raise MethodUnsupported(f"{request.method} is not allowed here; use one of {METHODS}", METHODS)

    async def _read(self, request: Request, reply: Reply) -> None:
        graph = self._graph(request)
        if graph is None:
            raise RequestInvalid("name a graph: ?graph=IRI or ?default")
        number = generation_of(request.arguments())
        store = self._current.at(number)
        if isinstance(graph, NamedNode) and not store.raw.contains_named_graph(graph):
            raise ResourceNotFound(f"there is no graph {graph.value}")
        form = next(iter(values(request.arguments(), "format")), "")
        media_type = graph_form(form, request.header("accept"))
        job = Job(
            store=str(self._current.generations.store_path(store.generation)),
            query=_copying(graph),
            seconds=self._settings.query_seconds,
            triples=media_type,
            client=request.client,
        )
        await self._endpoint.answer_job(request, lambda: job, _what(graph, media_type), store.generation, reply)

    async def _write(self, request: Request, reply: Reply) -> None:
        token = self._access.demand_writer(request)
        graph = self._graph(request)
        made = graph is None
        if graph is None:
            if request.method != "POST":
                raise RequestInvalid("name a graph: ?graph=IRI or ?default")
            graph = self._new_graph()
        before = self._exists(graph)
        if request.method == "DELETE" and not before:
            raise ResourceNotFound(f"there is no graph {graph.value if isinstance(graph, NamedNode) else ''}".rstrip())
        head: dict[str, object] = {
            "kind": request.method.lower(),
            "actor": token.name,
            "only": GRAPHS + token.source if token.source else "",
            "graph": graph.value if isinstance(graph, NamedNode) else "",
            "base": graph.value if isinstance(graph, NamedNode) else self._own_address(request),
            "language": negotiation.language(None, request.header("accept-language")),
        }
        head |= self._condition(request, graph)
        body = b""
        if request.method != "DELETE":
            parts = await self._parts(request)
            head["parts"] = [(len(part), media_type) for part, media_type in parts]
            body = b"".join(part for part, _ in parts)
        written = await self._writing.write(head, body)
        headers = [("Libri-Generation", str(written.generation))]
        if made or (request.method != "DELETE" and not before):
            location = self._address(graph) if isinstance(graph, NamedNode) else self._own_address(request)
            await reply.answer(201, head_of([*headers, ("Location", location)]))
        else:
            await reply.answer(204, head_of(headers))

    def _condition(self, request: Request, graph: NamedNode | DefaultGraph) -> dict[str, object]:
        """Return what the writing process shall demand of the graph; see `changes.writes.Condition`.

        Raises `PreconditionFailed` for a tag that no state of the graph has which is kept.
        Source: RFC 9110, section 13.1.
        """
        if request.header("content-range"):
            raise RequestInvalid("a graph is written as a whole, and not a range of it")
        matching = request.header("if-match")
        if matching and matching != "*":
            return {"since": self._state_of(graph, matching)}
        if matching:
            return {"there": True}
        return {"there": False} if request.header("if-none-match") == "*" else {}

    def _state_of(self, graph: NamedNode | DefaultGraph, tags: str) -> int:
        """Return the last generation in which the graph, in any form, had one of `tags`."""
        for number in reversed(self._current.generations.numbers()):
            for media_type in GRAPH_TYPES:
                if matches(tags, self._endpoint.tag(number, _what(graph, media_type))):
                    return number
        raise PreconditionFailed("no state of the graph that is kept has this tag; fetch the graph again")

    def _exists(self, graph: NamedNode | DefaultGraph) -> bool:
        return isinstance(graph, DefaultGraph) or self._current.get().raw.contains_named_graph(graph)

    def _graph(self, request: Request) -> NamedNode | DefaultGraph | None:
        """Return the graph that a request names; `None` for the store as a whole. Raises `RequestInvalid`."""
        arguments = request.arguments()
        named, below = values(arguments, "graph"), request.path.removeprefix(PATH).strip("/")
        default = any(name == "default" for name, _ in arguments)
        if len(named) + default + bool(below) > 1:
            raise RequestInvalid("name one graph")
        if default:
            return DefaultGraph()
        if below:
            return _node(self._own_address(request) if self._plain else GRAPHS + below)
        if named:
            return _node(named[0], self._public_url if self._plain else "")
        return None

    def _new_graph(self) -> NamedNode:
        name = secrets.token_hex(8)
        return NamedNode(f"{self._public_url}graphs/{name}" if self._plain else GRAPHS + name)

    def _own_address(self, request: Request) -> str:
        return self._public_url.rstrip("/") + quote(request.path, safe=PLAIN)

    def _address(self, graph: NamedNode) -> str:
        """Return where a graph can be had."""
        if (
            self._plain
            and graph.value.startswith(self._public_url)
            and quote(graph.value, safe=f"{PLAIN}%") == graph.value
        ):
            return graph.value
        if not self._plain and graph.value.startswith(GRAPHS):
            return f"{self._public_url}graphs/{quote(graph.value.removeprefix(GRAPHS), safe=PLAIN)}"
        return f"{self._public_url}graphs?graph={quote(graph.value, safe='')}"

    async def _parts(self, request: Request) -> list[tuple[bytes, str]]:
        """Return the RDF bodies of a request with their media types."""
        most = self._settings.write_mb << 20
        body = unpacked(await request.body(most), request.header("content-encoding"), most)
        kind = request.header("content-type")
        if not kind.lower().startswith("multipart/"):
            return [(body, kind)]
        return parts_of(body, kind)


def _copying(graph: NamedNode | DefaultGraph) -> str:
    return COPY if isinstance(graph, DefaultGraph) else COPY_NAMED.format(graph=graph)


def _what(graph: NamedNode | DefaultGraph, media_type: str) -> str:
    """Return what tells a graph in one form from all other answers."""
    return f"{_copying(graph)}\0{media_type}"


def _node(iri: str, base: str = "") -> NamedNode:
    try:
        node = NamedNode(urljoin(base, iri) if base else iri)
    except ValueError as fault:
        raise RequestInvalid(f"{iri!r} is no IRI") from fault
    if not node.value.startswith(("http://", "https://", "urn:")):
        raise GraphRefused(f"a graph is called by an http address, not {iri}")
    return node
