"""The log: one JSON object a line, without addresses of readers and without what they asked."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
MOST_CHARACTERS: Final = 300


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON; whatever is in it, it stays one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line |= getattr(record, "told", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


def set_up(level: str) -> None:
    """Send the log to standard error, from `level` on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("server", "libri_graph"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(LEVELS[level])
        logger.propagate = False


def query_hash(query: str) -> str:
    """Return what stands for a query in the log."""
    return hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()[:12]


def short(text: str) -> str:
    """Return the beginning of what a client sent."""
    return text[:MOST_CHARACTERS]
