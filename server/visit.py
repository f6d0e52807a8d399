"""One request on its way through the server: what every answer says, and what the log and the metrics hear of it."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import Final

from server import logs
from server.asgi import Message, Request, Send
from server.gateway import PATH as GATEWAY

SECURITY: Final = (
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
)
"""Headers of every answer."""


@dataclass(slots=True)
class Visit:
    """What became of a request."""

    request: Request
    to: Send
    status: int = 0
    """0 until an answer has begun."""
    outcome: str = "ok"
    """``ok``, ``gone`` or the name of a problem."""
    sent: int = 0
    """Bytes of the body."""
    seconds: float = 0.0
    """How long it took, once it is over."""
    ended: float = 0.0
    """When it was over, in seconds of the epoch."""
    _began: float = field(default_factory=time.perf_counter)

    def end(self) -> None:
        """Note that it is over."""
        self.seconds = time.perf_counter() - self._began
        self.ended = time.time()

    async def send(self, message: Message) -> None:
        """Send a message on, with what every answer says for safety, and remember what it says."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *SECURITY]
        else:
            self.sent += len(message.get("body", b""))
        await self.to(message)

    def told(self, client: str, level: int) -> dict[str, object]:
        """Return the line for the log; the query itself only where `level` is debug."""
        request = self.request
        line: dict[str, object] = {
            "method": logs.short(request.method),
            "path": logs.short(_shown(request.path)),
            "status": self.status,
            "outcome": self.outcome,
            "ms": round(self.seconds * 1000, 1),
            "bytes": self.sent,
            "client": client,
            "agent": logs.short(request.header("user-agent")),
        }
        query = request.notes.get("query")
        if query is not None:
            line["query"] = logs.query_hash(query)
            if level <= logging.DEBUG:
                line["text"] = query
        return line


def _shown(path: str) -> str:
    """Return a path without the secret that the address of the gateway is."""
    return GATEWAY + "..." if path.startswith(GATEWAY) else path
