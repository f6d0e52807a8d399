"""Keeping a state of the data for ever: `POST /generations/{N}/pin`."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Final
from urllib.parse import urlencode

from libri_graph.errors import MethodUnsupported, ResourceNotFound, TokenMissing
from libri_graph.store.generations import Generations
from server.access import Access
from server.protocol import FORM
from server.reply import Reply, head_of
from server.request import Request, pairs

METHODS: Final = "POST, OPTIONS"
PATH: Final = re.compile(r"/generations/(?P<number>[0-9]{1,18})/pin")
MOST_BYTES: Final = 64 << 10
LONGEST_ADDRESS: Final = 8000
"""Characters of a query that goes into the address of the page that a form returns to."""


class Pins:
    """Pins generations for those who show a token."""

    def __init__(self, access: Access, generations: Generations) -> None:
        self._access = access
        self._generations = generations

    async def respond(self, request: Request, reply: Reply) -> None:
        """Pin a generation for whoever shows a token of any scope: as bearer, or in the field ``token`` of a form.

        A form is sent back to its query, also without a good token; a program gets JSON.
        Raises `GenerationGone`, `TokenMissing`, `TooManyRequests`, `MethodUnsupported`, `ResourceNotFound`.
        """
        place = PATH.fullmatch(request.path)
        if place is None:
            raise ResourceNotFound("there is /generations/{number}/pin")
        if request.method == "OPTIONS":
            await reply.answer(204, head_of([("Allow", METHODS)]))
            return
        if request.method != "POST":
            raise MethodUnsupported("a generation is pinned by POST", METHODS)
        fields = await _fields(request)
        number, is_form = int(place["number"]), "text/html" in request.header("accept")
        try:
            self._access.demand_token(request, fields.get("token", ""))
        except TokenMissing:
            if not is_form:
                raise
            await _send_back(reply, fields, number, pin="refused")
            return
        await asyncio.to_thread(self._generations.pin, number)
        if is_form:
            await _send_back(reply, fields, number)
            return
        body = json.dumps({"generation": number, "pinned": True}).encode()
        await reply.answer(200, head_of([("Content-Type", "application/json"), ("Cache-Control", "no-store")]), body)


async def _fields(request: Request) -> dict[str, str]:
    kind = request.header("content-type").partition(";")[0].strip().lower()
    body = await request.body(MOST_BYTES)
    return dict(pairs(body)) if kind == FORM else {}


async def _send_back(reply: Reply, fields: dict[str, str], number: int, **more: str) -> None:
    """Send a reader to the page that shows the query of her form on generation `number`."""
    kept = {name: fields[name] for name in ("query", "lang") if fields.get(name)}
    if len(kept.get("query", "")) > LONGEST_ADDRESS:
        del kept["query"]
    address = "/sparql?" + urlencode({**kept, "generation": number, **more})
    await reply.answer(303, head_of([("Location", address), ("Cache-Control", "no-store")]))
