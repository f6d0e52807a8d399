"""The log: one JSON object a line, without addresses of readers and without what they asked."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import msgspec

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
    second = int(moment)
    return {"time": f"{_second(second)}.{int((moment - second) * 1000):03d}+00:00", "level": level, "event": event}


@lru_cache(maxsize=4)
def _second(second: int) -> str:
    """Return a moment as ISO 8601 writes it, without its zone; many lines tell of the same."""
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None).isoformat()


def line_of(moment: float, told: Mapping[str, object]) -> str:
    """Return the line of one request. There is one for each, so it goes past the loggers, which take twice as long."""
    return _encoded({**_line(moment, "info", "request"), **told}) + "\n"


def set_up(level: str) -> None:
    """Send the log to standard error, from `level` on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name, lowest in (("server", LEVELS[level]), ("libri_graph", LEVELS[level])):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(lowest)
        logger.propagate = False


def query_hash(query: str) -> str:
    """Return what stands for a query in the log."""
    return hashlib.blake2b(query.encode("utf-8", "replace"), digest_size=6).hexdigest()


def short(text: str) -> str:
    """Return the beginning of what a client sent."""
    return text[:MOST_CHARACTERS]
