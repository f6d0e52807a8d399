"""Triples as sorted lines, whatever their number: sorted piece by piece, merged from disk."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

PIECE: Final = 100_000
"""Triples that are sorted in memory at once; about 40 MB."""


def write_sorted(triples: Iterable[Triple], target: Path, piece: int = PIECE) -> None:
    """Write `triples` to `target` as N-Triples, a line each, sorted by bytes. Memory is that of one piece."""
    parts: list[Path] = []
    remaining = iter(triples)
    while lines := _lines(list(islice(remaining, piece))):
        part = target.with_name(f"{target.name}.{len(parts)}")
        part.write_bytes(b"".join(lines))
        parts.append(part)
    if len(parts) == 1:
        parts[0].rename(target)
        return
    with ExitStack() as stack:
        out = stack.enter_context(target.open("wb"))
        out.writelines(merge(stack.enter_context(part.open("rb")) for part in parts))
    for part in parts:
        part.unlink()


def merge(parts: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """Yield the lines of sorted `parts`, sorted."""
    return iter(heapq.merge(*parts))


def _lines(triples: list[Triple]) -> list[bytes]:
    text = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return sorted(text.splitlines(keepends=True))
