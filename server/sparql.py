"""SPARQL 1.1 Protocol, the query half: every way to ask, every format to answer in."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from libri_graph.errors import ResultTooLarge
from libri_graph.namespaces import GRAPHS
from libri_graph.settings import Settings
from libri_graph.store.generations import Generations
from libri_graph.workers.job import Job
from libri_graph.workers.pool import Pool
from libri_graph.workers.precheck import Allowed, Checked, checked, demand_graph
from libri_graph.workers.run import Answer
from libri_graph.workers.tokens import scan, unescaped
from server import negotiation
from server.cache import AskedBefore, Before, Cache, Kept
from server.compression import Packer, accepts_gzip
from server.description import describe_service
from server.formats import GRAPH_TYPES, content_type, forms
from server.gateway import Gateway
from server.protocol import QUERY_METHODS, Asked, read_query
from server.reply import Reply, head_of
from server.request import Request
from server.sharing import SHARED, preflight

LONG: Final = 8192
"""Characters; looking through a longer query takes so long that others must not wait for it."""
VOLATILE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "SERVICE"})
"""Words of queries that may have another answer next time, though the data stay the same."""
MAYBE_VOLATILE: Final = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|SERVICE)\b", re.IGNORECASE)
IN_VOLATILE: Final = ("now", "rand", "uuid", "service", "\\")
"""One of these is in each of those words, however it is written."""
MIB: Final = 1 << 20
MOST_SERVED: Final = 100
"""Generations of which is kept what answers say of them."""


Likeness = tuple[bytes, str, str, str]


class Served(NamedTuple):
    """What all answers from one generation say of it."""

    epoch: str
    store: str
    """Where it lies."""
    head: bytes
    """What their heads say of it, and of what may be done with them."""


class Told(NamedTuple):
    """What was said in an answer."""

    head: bytes
    """But for what is said of the body."""
    tag: str
    was_kept: bool = False
    """Whether its body was at hand."""


class Endpoint:
    """Answers `/sparql` out of the query pool."""

    def __init__(
        self,
        settings: Settings,
        pool: Pool,
        generations: Generations,
        public_url: str,
        gateway: Gateway,
        *,
        plain: bool,
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._generations = generations
        self._public_url = public_url
        self._gateway = gateway
        self._plain = plain
        self._graphs = None if plain else GRAPHS
        self._allowed = Allowed(self._graphs, gateway.services)
        self._served: dict[int, Served] = {}
        self._asked_before = AskedBefore()
        self.cache: Cache[Kept] = Cache()

    async def respond(self, request: Request, reply: Reply) -> None:
        """Answer one request. Raises a `LibriError` while no byte has been sent."""
        if request.method == "OPTIONS":
            await reply.answer(204, head_of(preflight(QUERY_METHODS)))
            return
        likeness = _likeness(request)
        again = self._asked_before.get(likeness) if likeness else None
        if again is not None and await self._answer_again(request, again, reply):
            return
        asked = await read_query(request)
        request.query = asked.query
        if asked.query is None:
            await self._describe(request, reply)
            return
        number = self._number(asked)
        told = await self._answer(request, asked, asked.query, number, reply)
        if told.was_kept and likeness and asked.generation is None:
            zipped = accepts_gzip(request.header("accept-encoding"))
            self._asked_before.put(likeness, Before(number, told.tag, asked.query, told.head, zipped))

    async def _answer_again(self, request: Request, known: Before, reply: Reply) -> bool:
        """Answer a request that came before just like this, byte for byte, if its answer is at hand; say whether."""
        kept = self.cache.get(known.tag) if known.number == (self._generations.current_number() or 0) else None
        if kept is None:
            return False
        request.query = known.query
        if matches(request.header("if-none-match"), known.tag):
            await reply.answer(304, known.head)
        else:
            await _send_kept(kept, known.head, reply, known.zipped)
        return True

    async def _answer(self, request: Request, asked: Asked, query: str, number: int, reply: Reply) -> Told:
        """Answer a query on generation `number`."""
        types = forms(asked.form, request.header("accept"))

        def job() -> Job:
            return self._job(request, asked, checked(query, self._allowed), number, types)

        what = "\0".join([query, *types, *asked.default_graphs, "", *asked.named_graphs])
        return await self.answer_job(request, job, what, number, reply, lasting=not _is_volatile(query))

    async def answer_job(
        self, request: Request, job: Callable[[], Job], what: str, number: int, reply: Reply, *, lasting: bool = True
    ) -> Told:
        """Answer with what a job gives on generation `number`; `what` tells it from all others on that generation.

        `job` is made only where the answer is not at hand. One that is not `lasting` has another answer next time.
        Raises a `LibriError` while no byte has been sent.
        """
        served = self._of(number)
        tag = _tag(served.epoch, str(number), what) if lasting else ""
        zipped = accepts_gzip(request.header("accept-encoding"))
        head = served.head + _validity(tag, zipped)
        if tag and matches(request.header("if-none-match"), tag):
            await reply.answer(304, head)
            return Told(head, tag)
        kept = self.cache.get(tag) if tag else None
        was_kept = kept is not None
        if kept is None:
            made = job() if len(what) < LONG else await asyncio.to_thread(job)
            kept = await self._run(request, made, tag, head, reply, zipped)
        if kept is not None:
            await _send_kept(kept, head, reply, zipped)
        return Told(head, tag, was_kept)

    def tag(self, number: int, what: str) -> str:
        """Return the tag of the answer that is told from all others on generation `number` by `what`."""
        return _tag(self._of(number).epoch, str(number), what)

    def _number(self, asked: Asked) -> int:
        if asked.generation is not None:
            return self._generations.demand(asked.generation)
        return self._generations.current_number() or 0

    def _of(self, number: int) -> Served:
        found = self._served.get(number)
        if found is None:
            note = self._generations.read_note(number)
            if len(self._served) > MOST_SERVED:
                self._served.clear()
            store = str(self._generations.store_path(number))
            found = self._served[number] = Served(note.epoch, store, _head_of(number, note.created))
        return found

    def _job(self, request: Request, asked: Asked, query: Checked, number: int, types: tuple[str, str]) -> Job:
        for iri in (*asked.default_graphs, *asked.named_graphs):
            demand_graph(iri, self._graphs)
        limit = self._settings.query_seconds
        return Job(
            store=self._of(number).store,
            query=query.text,
            seconds=min(asked.seconds or limit, limit),
            results=types[0],
            triples=types[1],
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            base=self._public_url + "sparql",
            federated=query.federated,
            client=request.client,
        )

    async def _run(self, request: Request, job: Job, tag: str, head: bytes, reply: Reply, zipped: bool) -> Kept | None:
        """Return the answer if it is small, and keep it by `tag`; else send it as it comes and return `None`."""
        with self._gateway.asked(job.federated):
            found = await self._pool.run(job, request.until_gone)
            if found.whole is None:
                async with found:
                    await self._stream(request, found, head, reply, zipped)
                return None
        kept = Kept(found.media_type, found.whole)
        if tag:
            self.cache.put(tag, kept)
        return kept

    async def _stream(self, request: Request, found: Answer, head: bytes, reply: Reply, zipped: bool) -> None:
        """Send the body as it comes. A failure on the way is raised, so that the transfer breaks off."""
        await reply.start(200, head + _kind(found.media_type, zipped))
        if request.method == "HEAD":
            await reply.finish()
            return
        packer = Packer() if zipped else None
        left = self._settings.result_mb * MIB
        async for piece in found.pieces():
            left -= len(piece)
            if left < 0:
                raise ResultTooLarge(f"an answer may have {self._settings.result_mb} MiB; this one has more")
            sent = packer.pack(piece) if packer else piece
            if sent:
                await reply.send(sent)
        await reply.finish(packer.finish() if packer else b"")

    async def _describe(self, request: Request, reply: Reply) -> None:
        media_type = negotiation.media_type(request.header("accept") or None, GRAPH_TYPES)
        body = describe_service(self._public_url, media_type, plain=self._plain)
        await reply.answer(200, head_of([*SHARED, ("Vary", "Accept")]) + _kind(media_type, zipped=False), body)


async def _send_kept(kept: Kept, head: bytes, reply: Reply, zipped: bool) -> None:
    packing = zipped and bool(kept.packed)
    await reply.answer(200, head + _kind(kept.media_type, packing), kept.packed if packing else kept.body)


def _is_volatile(query: str) -> bool:
    """Return whether a query may have another answer next time; a long one that looks like it counts as such."""
    small = query.lower()
    for part in IN_VOLATILE:
        if part in small:
            return _has_volatile_word(unescaped(query))
    return False


def _has_volatile_word(text: str) -> bool:
    if not MAYBE_VOLATILE.search(text):
        return False
    return len(text) > LONG or any(token.kind == "word" and token.text.upper() in VOLATILE for token in scan(text))


def _likeness(request: Request) -> Likeness | None:
    """Return all of a GET request that its answer depends on; `None` for another."""
    if request.method != "GET":
        return None
    return request.query_string, request.path, request.header("accept"), request.header("accept-encoding")


def _tag(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _validity(tag: str, zipped: bool) -> bytes:
    """Return what a head says of how long an answer holds: until the tag changes; without a tag, not at all."""
    if not tag:
        return b"cache-control: no-store\r\n"
    return b'cache-control: no-cache\r\netag: "%b%b"\r\n' % (tag.encode(), b"-gzip" if zipped else b"")


@lru_cache(maxsize=64)
def _kind(media_type: str, zipped: bool) -> bytes:
    """Return what a head says of the body."""
    return head_of([("Content-Type", content_type(media_type)), *([("Content-Encoding", "gzip")] if zipped else [])])


def _head_of(number: int, created: str) -> bytes:
    return head_of(
        [
            *SHARED,
            ("Vary", "Accept, Accept-Encoding"),
            ("Libri-Generation", str(number)),
            ("Last-Modified", negotiation.http_date(created)),
        ]
    )


def matches(header: str, tag: str) -> bool:
    """Return whether a condition (If-None-Match, If-Match) names `tag`, in any coding."""
    if not header:
        return False
    known = {entry.strip().removeprefix("W/").strip('"').removesuffix("-gzip") for entry in header.split(",")}
    return tag in known
