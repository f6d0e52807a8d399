"""A table for a spreadsheet program holds the same words, opens with its letters, and runs nothing."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from libri_graph.workers.spreadsheet import RISKY, SpreadsheetCsv, harmless

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6)


def for_spreadsheet(content: bytes, size: int, delimiter: str = ";") -> bytes:
    out = io.BytesIO()
    table = SpreadsheetCsv(out, delimiter)
    for start in range(0, len(content), size):
        table.write(content[start : start + size])
    table.finish()
    return out.getvalue()


@given(TABLES, st.integers(1, 20))
def test_every_cell_comes_through_whatever_the_pieces(rows: list[list[str]], size: int) -> None:
    plain = io.StringIO()
    csv.writer(plain).writerows(rows)
    found = for_spreadsheet(plain.getvalue().encode(), size)
    assert found.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(found.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert read == [[harmless(cell) for cell in row] for row in rows]


@given(CELLS)
def test_no_cell_begins_like_a_formula_but_numbers(cell: str) -> None:
    found = harmless(cell)
    assert found in (cell, f"'{cell}")
    assert not found.startswith(RISKY) or float(found) is not None


def test_columns_are_parted_as_the_reader_s_program_expects() -> None:
    assert for_spreadsheet(b"a,b\r\n1,=2\r\n", 99, ";") == "\ufeffa;b\r\n1;'=2\r\n".encode()
    assert for_spreadsheet(b"a,b\r\n1,-2\r\n", 99, ",") == "\ufeffa,b\r\n1,-2\r\n".encode()
