"""Tables for spreadsheet programs: CSV that opens with its letters and columns, and no cell of which is a formula."""

from __future__ import annotations

import csv
import io
import re
from typing import IO, Final

SEMICOLON: Final = "text/csv; header=present; delimiter=semicolon"
COMMA: Final = "text/csv; header=present; delimiter=comma"
DELIMITERS: Final = {SEMICOLON: ";", COMMA: ","}
"""Media type of a table for a spreadsheet program -> what stands between its columns.

Programs set to a language that writes 1,5 expect semicolons; those set to English expect commas.
"""
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet program takes for a formula. Source: OWASP, CSV injection."""
NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


class SpreadsheetCsv:
    """Takes CSV as it comes in pieces and passes it on for a spreadsheet program, record by record."""

    def __init__(self, target: IO[bytes], delimiter: str) -> None:
        self._target = target
        self._delimiter = delimiter
        self._waiting = bytearray()
        self._begun = False

    def write(self, content: bytes, /) -> int:
        """Take a piece; pass on the records that are whole."""
        self._waiting += content
        end = _end_of_records(self._waiting)
        if end:
            self._pass_on(bytes(self._waiting[:end]))
            del self._waiting[:end]
        return len(content)

    def flush(self) -> None:
        """Go on collecting."""

    def finish(self) -> None:
        """Pass on what is left."""
        self._pass_on(bytes(self._waiting))
        self._waiting.clear()

    def _pass_on(self, records: bytes) -> None:
        out = io.StringIO()
        if not self._begun:
            out.write("\ufeff")
            self._begun = True
        writer = csv.writer(out, delimiter=self._delimiter)
        for row in csv.reader(io.StringIO(records.decode(), newline="")):
            writer.writerow([harmless(cell) for cell in row])
        self._target.write(out.getvalue().encode())


def harmless(cell: str) -> str:
    """Return a cell that is shown and never run: one that looks like a formula gets an apostrophe before it.

    >>> harmless("=1+1"), harmless("-12.5"), harmless("+371 6")
    ("'=1+1", '-12.5', "'+371 6")
    """
    return f"'{cell}" if cell.startswith(RISKY) and not NUMBER.fullmatch(cell) else cell


def _end_of_records(content: bytearray) -> int:
    """Return where the last whole record ends: after a line end outside quotes; 0 where there is none."""
    end = content.rfind(b"\n") + 1
    while end and content.count(b'"', 0, end) % 2:
        end = content.rfind(b"\n", 0, end - 1) + 1
    return end
