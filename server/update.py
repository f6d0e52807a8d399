"""SPARQL 1.1 Protocol, the update half: with a token, never by GET, never by another site's form."""

from __future__ import annotations

from typing import Final

from libri_graph.namespaces import GRAPHS
from libri_graph.settings import Settings
from server import negotiation
from server.access import Access
from server.protocol import read_update
from server.reply import Reply, head_of
from server.request import Request
from server.writing import Writing

METHODS: Final = "POST, OPTIONS"


class Updates:
    """Answers `/sparql/update`."""

    def __init__(self, settings: Settings, writing: Writing, access: Access, public_url: str) -> None:
        self._most_bytes = settings.write_mb << 20
        self._writing = writing
        self._access = access
        self._base = public_url + "sparql/update"

    async def respond(self, request: Request, reply: Reply) -> None:
        """Carry out one request. Raises a `LibriError` when nothing was done."""
        if request.method == "OPTIONS":
            await reply.answer(204, head_of([("Allow", METHODS)]))
            return
        if request.method == "POST":
            token = self._access.demand_writer(request)
        wanted = await read_update(request, self._most_bytes)
        head = {
            "kind": "update",
            "actor": token.name,
            "only": GRAPHS + token.source if token.source else "",
            "using": wanted.using,
            "using_named": wanted.using_named,
            "base": self._base,
            "language": negotiation.language(None, request.header("accept-language")),
        }
        written = await self._writing.write(head, wanted.update.encode())
        await reply.answer(204, head_of([("Libri-Generation", str(written.generation))]))
