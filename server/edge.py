"""What answers all requests: SPARQL, graphs, health and static files itself, hands everything else to Flask."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Final

from libri_graph.access.tokens import Tokens
from libri_graph.errors import CallerGone, LibriError, MethodUnsupported, ResourceNotFound, StoreMissing
from libri_graph.instance import read_instance
from libri_graph.journal.journal import Journal
from libri_graph.knowledge import knowledge_dir
from libri_graph.namespaces import GRAPHS
from libri_graph.settings import Settings
from libri_graph.workers.job import Job
from libri_graph.workers.link import Nursery
from libri_graph.workers.pool import Pool
from libri_graph.workers.precheck import checked
from server import logs
from server.access import Access
from server.api.kept import KeptAnswers
from server.asgi import receiver, scope_of, sender
from server.clients import Proxies
from server.current import CurrentStore
from server.formats import prefers_page
from server.gateway import PATH as GATEWAY
from server.gateway import Gateway
from server.graphs import Graphs
from server.guestbook import Guestbook
from server.keeper import Keeper
from server.page_queries import PageQueries
from server.pins import Pins
from server.problems import UNEXPECTED_PROBLEM as UNEXPECTED
from server.problems import problem_of
from server.protocol import FORM
from server.reply import AnswerBroken, Reply, head_of
from server.request import ClientGone, Request
from server.sharing import READING, preflight
from server.sparql import Endpoint
from server.static_files import PATH as STATIC
from server.static_files import StaticFiles
from server.update import Updates
from server.visit import Visit
from server.writing import Writing
from server.wsgi import Pages

log = logging.getLogger(__name__)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "QUERY", "OPTIONS"})
WRITING: Final = ("/sparql/update", "/graphs")
ONLY_READ: Final = ("/health/", "/metrics", STATIC)
"""Begin addresses that nobody writes to."""


class Edge:
    """One instance serves one data directory; it owns the query pool and the process that writes."""

    def __init__(self, settings: Settings, nursery: Nursery) -> None:
        self._settings = settings
        logs.set_up(settings.log_level)
        public_url = settings.public_url or "http://127.0.0.1:8000/"
        plain = read_instance(settings.data_dir).plain
        self._proxies = Proxies.of(settings.trusted_proxies)
        self._guestbook = Guestbook()
        self._pool = Pool(settings.query_workers, nursery, self._guestbook.wait)
        self._current = CurrentStore(settings.data_dir)
        self._writing = Writing(settings, knowledge_dir() / "shapes")
        self._gateway = Gateway(settings, settings.own_url or public_url)
        self._endpoint = Endpoint(
            settings, self._pool, self._current.generations, public_url, self._gateway, plain=plain
        )
        access = Access(Tokens(settings.data_dir), public_url)
        self._updates = Updates(settings, self._writing, access, public_url)
        self._graphs = Graphs(settings, self._endpoint, self._writing, access, self._current, public_url, plain=plain)
        self._static = StaticFiles(Path(__file__).parent / "static")
        self._keeper = Keeper(settings.data_dir, self._current.generations)
        self._pins = Pins(access, self._current.generations)
        self._queries = PageQueries(
            settings, self._pool, self._current.generations, self._gateway, None if plain else GRAPHS
        )
        self._pages = Pages(settings, self._current, self._queries.run, public_url)
        self._kept = KeptAnswers(self._current, self._pages)

    async def start(self) -> None:
        """Get ready to answer."""
        self._queries.start()
        await self._pool.start()
        self._writing.start_soon()
        self._keeper.start()
        self._pages.start()

    async def finish_writing(self) -> None:
        """Take no more writes, and finish those that have come."""
        await self._writing.stop()

    async def stop(self) -> None:
        """End all that `start` began."""
        await self._pages.stop()
        await self._keeper.stop()
        self._current.dump_maker.stop()
        await self._writing.stop()
        await self._pool.stop()
        self._guestbook.tell()

    async def __call__(self, request: Request, reply: Reply) -> None:
        """Answer one request. Raises `AnswerBroken` when the answer has begun and cannot be finished."""
        request.client = self._proxies.client(request.addresses[1][0], request.header("x-forwarded-for"))
        visit = Visit(request, reply)
        try:
            await self._route(request, reply)
        except (ClientGone, CallerGone):
            visit.outcome = "gone"
        except asyncio.CancelledError:
            visit.outcome = "stopped"
            raise
        except LibriError as error:
            problem = problem_of(error)
            visit.outcome = problem.slug
            if reply.status:
                raise AnswerBroken from error
            await reply.answer_problem(problem, shared=_is_shared(request))
        except Exception as error:
            visit.outcome = "internal"
            log.exception("unexpected error")
            if reply.status:
                raise AnswerBroken from error
            await reply.answer_problem(UNEXPECTED, shared=_is_shared(request))
        finally:
            self._guestbook.enter(visit)

    async def _route(self, request: Request, reply: Reply) -> None:
        path = request.path
        if request.method not in METHODS:
            raise MethodUnsupported(f"{request.method} is answered nowhere here", ", ".join(sorted(METHODS)))
        if path in ("/sparql", "/sparql/") and not _wants_page(request):
            await self._endpoint.respond(request, reply)
        elif min(path, default=" ") < " ":
            raise ResourceNotFound("nothing can be called like this address")
        elif path == "/sparql/update":
            await self._updates.respond(request, reply)
        elif path == "/graphs" or path.startswith("/graphs/"):
            await self._graphs.respond(request, reply)
        elif path.startswith(ONLY_READ):
            await self._read_only(request, reply)
        elif path.startswith(GATEWAY):
            await self._gateway.respond(request, reply)
        elif path.startswith("/generations/"):
            await self._pins.respond(request, reply)
        elif KeptAnswers.takes(request):
            await self._kept.respond(request, reply)
        else:
            await self._pages(scope_of(request), await receiver(request), sender(reply))

    async def _read_only(self, request: Request, reply: Reply) -> None:
        if request.method == "OPTIONS":
            await reply.answer(204, head_of(preflight(READING)))
        elif request.method not in ("GET", "HEAD"):
            raise MethodUnsupported("this is only read", READING)
        elif request.path.startswith("/health/"):
            await self._health(request, reply)
        elif request.path == "/metrics":
            kind = head_of([("Content-Type", self._guestbook.metrics.media_type)])
            await reply.answer(200, kind, self._metrics_text())
        else:
            await self._static.respond(request, reply)

    def _metrics_text(self) -> bytes:
        self._guestbook.tell()
        with Journal.reading(self._settings.data_dir) as journal:
            last = journal.last if journal else 0
        tally, cache = self._pool.tally, self._endpoint.cache
        return self._guestbook.metrics.text(
            generation=self._current.generations.current_number() or 0,
            journal_sequence=last,
            heavy_queries=tally.heavy,
            waiting_queries=self._pool.waiting,
            worker_restarts=tally.restarts,
            promoted_queries=tally.promoted,
            cache_hits=cache.hits,
            cache_misses=cache.misses,
        )

    async def _health(self, request: Request, reply: Reply) -> None:
        if request.path == "/health/live":
            await _tell(reply, 200, {"status": "live"})
        elif request.path == "/health/ready":
            await self._ready(reply)
        else:
            raise ResourceNotFound("there are /health/live and /health/ready")

    async def _ready(self, reply: Reply) -> None:
        try:
            number = self._current.get().generation
            await self._ask("ASK { ?s ?p ?o }")  # reads the store, where ASK {} would not
        except (LibriError, OSError) as error:
            await _tell(reply, 503, {"status": "not ready", "reason": str(error)})
            return
        await _tell(reply, 200, {"status": "ready", "generation": number})

    async def _ask(self, query: str) -> tuple[bytes, bool]:
        number = self._current.generations.current_number()
        if number is None:
            raise StoreMissing("nothing has been loaded yet")
        store = self._current.generations.store_path(number)
        async with await self._pool.run(Job(str(store), checked(query).text, self._settings.query_seconds)) as found:
            return await found.body(), found.kind != "triples"


async def _tell(reply: Reply, status: int, body: dict[str, object]) -> None:
    head = head_of([("Content-Type", "application/json"), ("Cache-Control", "no-store")])
    await reply.answer(status, head, json.dumps(body).encode())


def _wants_page(request: Request) -> bool:
    """Whether a browser asks: it likes HTML best, sends no more than a form, and names no format."""
    if request.method not in ("GET", "HEAD", "POST") or not prefers_page(request.header("accept")):
        return False
    if request.method == "POST" and not request.header("content-type").startswith(FORM):
        return False
    return not any(name == "format" and value for name, value in request.arguments())


def _is_shared(request: Request) -> bool:
    """Whether pages of other sites may read the answer: not where something is written."""
    return request.method in ("GET", "HEAD") or not request.path.startswith(WRITING)
