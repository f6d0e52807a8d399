"""One request on its way through the server, as the log and the metrics hear of it."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import Protocol

from server import logs
from server.gateway import PATH as GATEWAY
from server.request import Request


class Answered(Protocol):
    """How far an answer has come."""

    status: int
    """0 until it has begun."""
    sent: int
    """Bytes of its body."""


@dataclass(slots=True)
class Visit:
    """What became of a request."""

    request: Request
    answered: Answered
    outcome: str = "ok"
    """``ok``, ``gone`` or the name of a problem."""
    seconds: float = 0.0
    """How long it took, once it is over."""
    ended: float = 0.0
    """When it was over, in seconds of the epoch."""
    _began: float = field(default_factory=time.perf_counter)

    def end(self) -> None:
        """Note that it is over."""
        self.seconds = time.perf_counter() - self._began
        self.ended = time.time()

    @property
    def status(self) -> int:
        """Of the answer; 0 until it has begun."""
        return self.answered.status

    def told(self, client: str, level: int) -> dict[str, object]:
        """Return the line for the log; the query itself only where `level` is debug."""
        request = self.request
        line: dict[str, object] = {
            "method": logs.short(request.method),
            "path": logs.short(_shown(request.path)),
            "status": self.status,
            "outcome": self.outcome,
            "ms": round(self.seconds * 1000, 1),
            "bytes": self.answered.sent,
            "client": client,
            "agent": logs.short(request.header("user-agent")),
        }
        if request.query is not None:
            line["query"] = logs.query_hash(request.query)
            if level <= logging.DEBUG:
                line["text"] = request.query
        return line


def _shown(path: str) -> str:
    """Return a path without the secret that the address of the gateway is."""
    return GATEWAY + "..." if path.startswith(GATEWAY) else path
