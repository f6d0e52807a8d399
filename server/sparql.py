"""SPARQL 1.1 Protocol, the query half: every way to ask, every format to answer in."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass
from typing import Final

from libri_graph.errors import LibriError, MediaTypeUnsupported, MethodUnsupported, RequestInvalid
from libri_graph.settings import Settings
from libri_graph.store.generations import Generations
from libri_graph.workers.pool import Answer, Job, Pool
from libri_graph.workers.precheck import checked
from server import negotiation
from server.asgi import ClientGone, Request, Send, answer, pairs, start
from server.description import describe_service

RESULTS: Final = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
TRIPLES: Final = {
    "ttl": "text/turtle",
    "turtle": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "json-ld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
ALSO_CALLED: Final = {
    "application/json": RESULTS["json"],
    "application/xml": RESULTS["xml"],
    "text/xml": RESULTS["xml"],
    "text/tsv": RESULTS["tsv"],
    "application/x-turtle": TRIPLES["ttl"],
    "text/rdf+n3": TRIPLES["ttl"],
    "text/n3": TRIPLES["ttl"],
}
METHODS: Final = "GET, HEAD, POST, QUERY, OPTIONS"
CORS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Libri-Generation, Link"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A protocol request, read."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    form: str = ""
    seconds: float | None = None


class Endpoint:
    """Answers `/sparql` out of the query pool."""

    def __init__(self, settings: Settings, pool: Pool, generations: Generations, public_url: str) -> None:
        self._settings = settings
        self._pool = pool
        self._generations = generations
        self._public_url = public_url

    async def respond(self, request: Request, send: Send) -> None:
        """Answer one request. Raises a `LibriError` while no byte has been sent."""
        if request.method == "OPTIONS":
            await answer(send, 204, [*CORS, *_preflight()])
            return
        asked = await _read(request)
        if asked.query is None:
            await self._describe(request, send)
            return
        await self._answer(request, asked, asked.query, send)

    async def _answer(self, request: Request, asked: Asked, query: str, send: Send) -> None:
        number = self._generations.current_number() or 0
        job = self._job(request, asked, checked(query), number)
        tag = f'"{_digest(number, job)}"'
        if tag in request.header("if-none-match"):
            await answer(send, 304, [*CORS, ("ETag", tag), ("Libri-Generation", str(number))])
            return
        async with self._pool.run(job) as found:
            headers = [
                *CORS,
                ("Content-Type", _content_type(found.media_type)),
                ("ETag", tag),
                ("Vary", "Accept"),
                ("Cache-Control", "no-cache"),
                ("Libri-Generation", str(number)),
            ]
            await start(send, 200, headers)
            if request.method == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return
            await _stream(request, found, send)

    def _job(self, request: Request, asked: Asked, query: str, number: int) -> Job:
        results, triples = _forms(asked.form, request.header("accept"))
        limit = self._settings.query_seconds
        return Job(
            store=self._generations.folder(number) / "store",
            query=query,
            seconds=min(asked.seconds or limit, limit),
            results=results,
            triples=triples,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
        )

    async def _describe(self, request: Request, send: Send) -> None:
        media_type = negotiation.media_type(request.header("accept") or None, tuple(dict.fromkeys(TRIPLES.values())))
        body = describe_service(self._public_url + "sparql", media_type)
        headers = [*CORS, ("Content-Type", _content_type(media_type)), ("Vary", "Accept")]
        await answer(send, 200, headers, body, head=request.method == "HEAD")


async def _stream(request: Request, found: Answer, send: Send) -> None:
    """Send the body as it comes. A failure on the way is raised, so that the transfer breaks off."""
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        async for chunk in found.chunks:
            if gone.done():
                raise ClientGone
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _read(request: Request) -> Asked:
    arguments = request.arguments()
    if request.method in ("GET", "HEAD"):
        return _asked(arguments)
    if request.method not in ("POST", "QUERY"):
        raise MethodUnsupported(f"{request.method} is not allowed here; use one of {METHODS}")
    kind = request.header("content-type").split(";")[0].strip().lower()
    body = await request.body()
    if kind == "application/x-www-form-urlencoded":
        return _asked([*arguments, *pairs(body)])
    if kind == "application/sparql-query":
        return _asked([*arguments, ("query", _decoded(body))])
    raise MediaTypeUnsupported(
        "send the query as application/sparql-query or as a form (application/x-www-form-urlencoded)"
    )


def _asked(arguments: list[tuple[str, str]]) -> Asked:
    queries = [value for name, value in arguments if name == "query"]
    if any(name == "update" for name, _ in arguments):
        raise RequestInvalid("this address only answers questions; it takes no update")
    if len(queries) > 1:
        raise RequestInvalid("send one query at a time")
    form = next((value for name, value in arguments if name == "format"), "")
    return Asked(
        query=queries[0] if queries else None,
        default_graphs=tuple(value for name, value in arguments if name == "default-graph-uri"),
        named_graphs=tuple(value for name, value in arguments if name == "named-graph-uri"),
        form=form,
        seconds=_seconds(next((value for name, value in arguments if name == "timeout"), None)),
    )


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError as fault:
        raise RequestInvalid(f"timeout is a number of seconds, not {text!r}") from fault
    if not seconds > 0:
        raise RequestInvalid("timeout must be more than 0 seconds")
    return seconds


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise RequestInvalid("the query is not valid UTF-8") from fault


def _forms(form: str, accept: str) -> tuple[str, str]:
    """Return the media types for a table and for a graph; `format=` wins over Accept."""
    if form:
        named = {**RESULTS, **TRIPLES, **{media: media for media in (*RESULTS.values(), *TRIPLES.values())}}
        named |= ALSO_CALLED
        if form not in named:
            raise RequestInvalid(f"there is no format {form!r}; there are {', '.join([*RESULTS, *TRIPLES])}")
        chosen = named[form]
        return (chosen, TRIPLES["ttl"]) if chosen in RESULTS.values() else (RESULTS["json"], chosen)
    tables, graphs = tuple(RESULTS.values()), tuple(dict.fromkeys(TRIPLES.values()))
    names = (*tables, *graphs, *ALSO_CALLED)
    negotiation.media_type(accept or None, names)
    return _first(accept, tables), _first(accept, graphs)


def _first(accept: str, offered: tuple[str, ...]) -> str:
    synonyms = tuple(name for name, meant in ALSO_CALLED.items() if meant in offered)
    try:
        chosen = negotiation.media_type(accept or None, (*offered, *synonyms))
    except LibriError:
        return offered[0]
    return ALSO_CALLED.get(chosen, chosen)


def _digest(number: int, job: Job) -> str:
    made_of = "\0".join([str(number), job.query, job.results, job.triples, *job.default_graphs, "", *job.named_graphs])
    return hashlib.sha256(made_of.encode()).hexdigest()[:32]


def _content_type(media_type: str) -> str:
    return media_type if media_type.endswith("json") else f"{media_type}; charset=utf-8"


def _preflight() -> list[tuple[str, str]]:
    return [
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", "Accept, Content-Type, If-None-Match"),
        ("Access-Control-Max-Age", "86400"),
        ("Allow", METHODS),
    ]
