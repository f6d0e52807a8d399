"""The way from a query's SERVICE to another endpoint: our own gateway, which uses the guarded fetcher."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import re
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from libri_graph.errors import LibriError, QueryFailed, ResourceNotFound, ServiceFailed, SourceUnavailable
from libri_graph.settings import Settings
from libri_graph.workers.services import BY_VARIABLE, Services
from server.reply import Reply, head_of
from server.request import Request

if TYPE_CHECKING:
    from libri_graph.fetch.fetcher import Fetched

PATH: Final = "/service-gateway/"
MOST_BYTES: Final = 20 << 20
NOTHING_TYPE: Final = "application/sparql-results+json"
NOTHING: Final = b'{"head":{"vars":[]},"results":{"bindings":[]}}'
PAYLOAD: Final = "with payload:"
"""After it, the engine repeats what it was answered with an error."""
RESULTS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
ASKING_NOBODY: Final = contextlib.nullcontext()


class Gateway:
    """Asks the services that the operator allows, on behalf of our query workers only."""

    def __init__(self, settings: Settings, own_address: str) -> None:
        allowed = [entry.strip() for entry in settings.service_allow.split(",") if entry.strip()]
        self._secret = secrets.token_urlsafe(16)
        self._seconds = settings.service_seconds
        self.services = Services.of(allowed, f"{own_address.rstrip('/')}{PATH}{self._secret}/")

    async def respond(self, request: Request, reply: Reply) -> None:
        """Pass a worker's query on and its answer back. Raises `ResourceNotFound` for everybody else."""
        secret, _, number = request.path.removeprefix(PATH).partition("/")
        by_variable, digits = number.startswith(BY_VARIABLE), number.removeprefix(BY_VARIABLE)
        if not hmac.compare_digest(secret.encode(), self._secret.encode()) or not digits.isdigit():
            raise ResourceNotFound("there is no page at this address")
        target = self.services.target(int(digits))
        body = await request.body()
        kind = request.header("content-type") or "application/sparql-query"
        try:
            found = await asyncio.to_thread(self._ask, target, body, kind)
        except LibriError as fault:
            if by_variable:
                await reply.answer(200, head_of([("Content-Type", NOTHING_TYPE)]), NOTHING)
                return
            await reply.answer(502, head_of([("Content-Type", "text/plain")]), str(fault).encode())
            return
        await reply.answer(200, head_of([("Content-Type", found.media_type)]), found.body)

    def _ask(self, target: str, body: bytes, kind: str) -> Fetched:
        from libri_graph.fetch.fetcher import fetch  # brings an HTTP client, which few servers ever need

        found = fetch(
            target,
            method="POST",
            headers={"Content-Type": kind, "Accept": RESULTS},
            body=body,
            seconds=self._seconds,
            most_bytes=MOST_BYTES,
            named=list(self.services.targets.values()),
        )
        if found.status != 200:
            raise SourceUnavailable(f"{target} answered {found.status}")
        return found

    def asked(self, federated: bool) -> AbstractContextManager[None]:
        """Name the service that failed, where a query fails because one did.

        The engine's own words say which: the address at which it asked, and what it was answered there. So a failure
        is told to the query that met it, however many run, and nobody is told our secret.
        """
        return self._naming() if federated else ASKING_NOBODY

    @contextlib.contextmanager
    def _naming(self) -> Iterator[None]:
        try:
            yield
        except QueryFailed as fault:
            failed = self._failed(str(fault))
            if failed:
                raise ServiceFailed(failed) from fault
            raise

    def _failed(self, words: str) -> str:
        """Return what is to be told of the service that the engine's `words` name; empty where they name none."""
        named = re.search(re.escape(self.services.gateway) + rf"{BY_VARIABLE}?(\d+)", words)
        if named is None:
            return ""
        told = words[named.end() :].partition(PAYLOAD)[2].strip()
        return told or f"what {self.services.target(int(named[1]))} answered cannot be used"
