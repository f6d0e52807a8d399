"""What the command says on a terminal: what it is doing, what went wrong, and answers as tables."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from libri_graph.errors import SyntaxInvalid

PATIENCE_SECONDS: Final = 1.0
"""Work that takes longer says what it is doing."""
MOST_COLUMNS: Final = 120
"""Characters of a faulty line that are shown."""
UNBOUNDED: Final = 1_000_000
"""Width of a table in a pipe or file, where nothing needs to be wrapped."""


def say(text: str) -> None:
    """Print a line on standard error."""
    sys.stderr.write(f"libri: {text}\n")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a way to say what is going on; it is heard once the work has taken longer than a second."""
    speaker = _Speaker()
    timer = threading.Timer(PATIENCE_SECONDS, speaker.wake)
    timer.daemon = True
    timer.start()
    try:
        yield speaker.tell
    finally:
        timer.cancel()


class _Speaker:
    """Keeps the latest word to itself until it is woken."""

    def __init__(self) -> None:
        self._latest: str | None = None
        self._awake = False
        self._lock = threading.Lock()

    def tell(self, text: str) -> None:
        with self._lock:
            self._latest = text
            if self._awake:
                say(f"{text} …")

    def wake(self) -> None:
        with self._lock:
            self._awake = True
            if self._latest is not None:
                say(f"{self._latest} …")


def explain(problem: Exception) -> None:
    """Print what went wrong; for a fault in a file, where it is, with the line and a mark under the column."""
    if not isinstance(problem, SyntaxInvalid):
        say(str(problem))
        return
    where = ":".join(str(part) for part in (problem.place, problem.line, problem.column) if part)
    say(": ".join(part for part in (where, str(problem)) if part))
    if problem.excerpt:
        for line in pointed(problem.excerpt, problem.column or 1):
            sys.stderr.write(f"{line}\n")


def pointed(line: str, column: int) -> tuple[str, str]:
    """Return `line`, cut to what is near `column` (counted from 1), and a line with a mark under that column.

    >>> print(*pointed('<a> oops <b> .', 5), sep="\\n")
      <a> oops <b> .
          ^
    """
    start = max(0, min(column - MOST_COLUMNS // 2, len(line) - MOST_COLUMNS))
    before, after = ("… " if start else ""), (" …" if start + MOST_COLUMNS < len(line) else "")
    margin = "".join("\t" if sign == "\t" else " " for sign in line[start : column - 1])
    return f"  {before}{line[start : start + MOST_COLUMNS]}{after}", f"  {' ' * len(before)}{margin}^"


def print_table(body: bytes) -> None:
    """Print SPARQL JSON results as a table; whole, however long its values are."""
    from rich.console import Console  # a tenth of a second, for tables alone
    from rich.table import Table
    from rich.text import Text

    found = json.loads(body)
    names = found["head"].get("vars", ["answer"])
    rows = (
        found["results"]["bindings"] if "results" in found else [{"answer": {"value": str(found["boolean"]).lower()}}]
    )
    table = Table(box=None, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(row[name]["value"]) if name in row else "" for name in names))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else UNBOUNDED)
    console.print(table)
