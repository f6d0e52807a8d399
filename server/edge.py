"""The ASGI application: answers SPARQL, health and static files itself, hands everything else to Flask."""

from __future__ import annotations

import asyncio
import json
import logging
import mimetypes
import os
from pathlib import Path
from typing import Final

from a2wsgi import WSGIMiddleware

from libri_graph.errors import LibriError, ResourceNotFound, StoreMissing
from libri_graph.settings import Settings, read_settings
from libri_graph.workers.pool import Job, Pool
from libri_graph.workers.precheck import checked
from server import negotiation
from server.app import create_app
from server.asgi import ClientGone, Message, Receive, Request, Scope, Send, answer, answer_problem
from server.current import CurrentStore
from server.problems import problem_of
from server.sparql import Endpoint

log = logging.getLogger(__name__)
STATIC: Final = Path(__file__).parent / "static"
SECURITY: Final = (
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "QUERY", "OPTIONS"})
FLASK_THREADS: Final = 8


def create() -> Edge:
    """Return the application, with settings from the environment."""
    return Edge(read_settings(os.environ))


class Edge:
    """One instance serves one data directory; it owns the query pool."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        public_url = settings.public_url or "http://127.0.0.1:8000/"
        self._pool = Pool(settings.query_workers, settings.query_memory_mb)
        self._current = CurrentStore(settings.data_dir)
        self._endpoint = Endpoint(settings, self._pool, self._current.generations, public_url)
        self._loop: asyncio.AbstractEventLoop | None = None
        flask = create_app(settings, self._current, self._run_for_page, public_url)
        self._pages = WSGIMiddleware(flask.wsgi_app, workers=FLASK_THREADS)  # type: ignore[arg-type]  # its own WSGI types

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of the kind that `scope` says."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(Request(scope, receive), _with_security(send))

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._loop = asyncio.get_running_loop()
                await self._pool.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._pool.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _serve(self, request: Request, send: Send) -> None:
        sent = False

        async def watched(message: Message) -> None:
            nonlocal sent
            sent = True
            await send(message)

        try:
            await self._route(request, watched)
        except ClientGone:
            return
        except LibriError as error:
            if sent:
                raise
            await answer_problem(send, problem_of(error), head=request.method == "HEAD")

    async def _route(self, request: Request, send: Send) -> None:
        if request.method not in METHODS:
            await answer(send, 405, [("Allow", ", ".join(sorted(METHODS)))])
        elif request.path == "/sparql" and not _wants_page(request):
            await self._endpoint.respond(request, send)
        elif request.path.startswith("/health/"):
            await self._health(request, send)
        elif request.path.startswith("/static/"):
            await _static(request, send)
        else:
            await self._pages(request.scope, request.receive, send)  # type: ignore[arg-type]  # a2wsgi types ASGI tighter

    async def _health(self, request: Request, send: Send) -> None:
        if request.path == "/health/live":
            await _tell(send, 200, {"status": "live"})
        elif request.path == "/health/ready":
            await self._ready(send)
        else:
            raise ResourceNotFound("there are /health/live and /health/ready")

    async def _ready(self, send: Send) -> None:
        try:
            number = self._current.get().generation
            await self._ask("ASK {}")
        except (LibriError, OSError) as error:
            await _tell(send, 503, {"status": "not ready", "reason": str(error)})
            return
        await _tell(send, 200, {"status": "ready", "generation": number})

    async def _ask(self, query: str) -> tuple[bytes, bool]:
        number = self._current.generations.current_number()
        if number is None:
            raise StoreMissing("nothing has been loaded yet")
        store = self._current.generations.folder(number) / "store"
        async with self._pool.run(Job(store, checked(query), self._settings.query_seconds)) as found:
            body = b"".join([chunk async for chunk in found.chunks])
            return body, found.kind != "triples"

    def _run_for_page(self, query: str) -> tuple[bytes, bool]:
        """Run a query from a thread of the pages."""
        assert self._loop is not None  # noqa: S101  # pages are served only after startup
        return asyncio.run_coroutine_threadsafe(self._ask(query), self._loop).result()


async def _tell(send: Send, status: int, body: dict[str, object]) -> None:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    await answer(send, status, headers, json.dumps(body).encode())


async def _static(request: Request, send: Send) -> None:
    path = (STATIC / request.path.removeprefix("/static/")).resolve()
    if not path.is_relative_to(STATIC) or not path.is_file():
        raise ResourceNotFound("there is no such file")
    body = path.read_bytes()
    tag = f'"{negotiation.etag(body)}"'
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = [
        ("Content-Type", negotiation.content_type(kind)),
        ("ETag", tag),
        ("Cache-Control", "public, max-age=3600"),
    ]
    if tag in request.header("if-none-match"):
        await answer(send, 304, headers)
    else:
        await answer(send, 200, headers, body, head=request.method == "HEAD")


def _wants_page(request: Request) -> bool:
    """Whether a browser asks: it accepts HTML before anything of SPARQL and names no format."""
    accept = request.header("accept")
    if request.method not in ("GET", "HEAD") or "text/html" not in accept:
        return False
    return not any(name == "format" and value for name, value in request.arguments())


def _with_security(send: Send) -> Send:
    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *SECURITY]
        await send(message)

    return secured
