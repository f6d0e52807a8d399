"""The log: one JSON object a line, without addresses of readers and without what they asked."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from server.asgi import AnswerBroken

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
        line = _line(record.created, record.levelname.lower(), record.getMessage())
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return _encoded(line)


def _encoded(line: Mapping[str, object]) -> str:
    """Return JSON whose characters are all printable ASCII, so that it is one line wherever it is shown."""
    try:
        text = msgspec.json.encode(line).decode()
        if text.isascii() and text.isprintable():
            return text
    except UnicodeEncodeError:  # half a character, as of a file's name
        pass
    return json.dumps(line).replace("\x7f", "\\u007f")


def _line(moment: float, level: str, event: str) -> dict[str, object]:
    return {
        "time": datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds"),
        "level": level,
        "event": event,
    }


def line_of(moment: float, told: Mapping[str, object]) -> str:
    """Return the line of one request. There is one for each, so it goes past the loggers, which take twice as long."""
    return _encoded({**_line(moment, "info", "request"), **told}) + "\n"


def set_up(level: str) -> None:
    """Send the log to standard error, from `level` on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(_is_news)
    for name, lowest in (("server", LEVELS[level]), ("libri_graph", LEVELS[level]), ("uvicorn", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(lowest)
        logger.propagate = False


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether nobody has told of it yet: why an answer is broken off was told before."""
    fault = record.exc_info[1] if record.exc_info else None
    return not (record.name.startswith("uvicorn") and isinstance(fault, AnswerBroken | asyncio.CancelledError))


def query_hash(query: str) -> str:
    """Return what stands for a query in the log."""
    return hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()[:12]


def short(text: str) -> str:
    """Return the beginning of what a client sent."""
    return text[:MOST_CHARACTERS]
