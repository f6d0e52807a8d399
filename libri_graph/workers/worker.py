"""What a worker does: evaluate one query at a time on a published generation; its owner may end it at any moment."""

from __future__ import annotations

import json
import os
import re
import resource
import socket
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, Final, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
)

from libri_graph.store.hold import hold
from libri_graph.workers.confine import address_space
from libri_graph.workers.frames import HEADER, Frame, packed, packed_json
from libri_graph.workers.job import Job
from libri_graph.workers.spreadsheet import DELIMITERS, SpreadsheetCsv

FIRST_BYTES: Final = 1 << 15
"""After so many a first piece is sent, that the client sees something soon."""
CHUNK_BYTES: Final = 1 << 17
MOST_AT_ONCE: Final = 1 << 16
"""Bytes taken from the owner at a time."""
POSITION: Final = re.compile(r"\bat (\d+):(\d+)")
RELATIVE: Final = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)")
"""What a relative IRI begins with, and nothing else that an IRI does."""
UNLIMITED: Final = resource.RLIM_INFINITY
Graphs = list[NamedNode | BlankNode | DefaultGraph]


class Output:
    """Where Oxigraph writes an answer: collects small pieces, sends large ones.

    It only writes and flushes; what `io` has for files would take as long to make and unmake as a tenth of a lookup.
    """

    __slots__ = ("_buffer", "_owner", "_start", "_started")

    def __init__(self, owner: socket.socket, start: bytes) -> None:
        self._owner = owner
        self._start = start
        self._started = False
        self._buffer = bytearray()

    def write(self, content: bytes, /) -> int:
        """Take a piece of the answer."""
        self._buffer += content
        if len(self._buffer) >= (CHUNK_BYTES if self._started else FIRST_BYTES):
            self._send()
        return len(content)

    def flush(self) -> None:
        """Go on collecting."""

    def finish(self) -> None:
        """Send what is left; a small answer goes as one frame."""
        if not self._started:
            self._owner.sendall(packed(Frame.WHOLE, self._start + b"\n" + self._buffer))
            return
        self._send()
        self._owner.sendall(packed(Frame.END))

    def _send(self) -> None:
        if not self._started:
            self._started = True
            self._owner.sendall(packed(Frame.START, self._start))
        self._owner.sendall(HEADER.pack(Frame.CHUNK, len(self._buffer)))
        self._owner.sendall(self._buffer)
        self._buffer.clear()


class Evaluator:
    """Keeps the generation that it was last asked about open."""

    def __init__(self, owner: socket.socket, memory_bytes: int) -> None:
        self._owner = owner
        self._memory_bytes = memory_bytes
        self._room = memoryview(bytearray(MOST_AT_ONCE))
        self._opened: tuple[str, int] = ("", 0)
        self._held: int | None = None
        self._store: Store | None = None

    def serve(self) -> None:
        """Answer requests until the owner closes the socket."""
        while content := self._next():
            job = Job.read(content)
            try:
                store = self._open(job.store)
            except OSError as fault:
                self._fault("store", str(fault))
                continue
            if job.query:
                self._answer(store, job)
            else:
                self._owner.sendall(packed(Frame.END))

    def _next(self) -> memoryview:
        """Return what the next frame holds, nothing at the end. The owner sends none before it has the last answer."""
        frame = self._room[: self._owner.recv_into(self._room)]
        while frame and (len(frame) < HEADER.size or len(frame) < HEADER.size + HEADER.unpack_from(frame)[1]):
            more = self._owner.recv(MOST_AT_ONCE)
            frame = memoryview(bytes(frame) + more if more else b"")
        return frame[HEADER.size :]

    def _open(self, path: str) -> Store:
        wanted = (path, os.stat(path).st_ino)  # noqa: PTH116  # for each query; one made again lies in another folder of the same name
        if self._store is None or self._opened != wanted:
            self._store = None
            if self._held is not None:
                os.close(self._held)
            resource.setrlimit(resource.RLIMIT_AS, (UNLIMITED, UNLIMITED))
            self._held = None
            self._held = hold(Path(path))
            self._store = Store.read_only(path)
            self._opened = wanted
            resource.setrlimit(resource.RLIMIT_AS, (address_space() + self._memory_bytes, UNLIMITED))
        return self._store

    def _answer(self, store: Store, job: Job) -> None:
        try:
            self._evaluate(store, job)
        except SyntaxError as fault:
            self._owner.sendall(packed_json(Frame.FAULT, _syntax(str(fault), job.query)))
        except MemoryError:
            self._fault("memory", "out of memory")
        except (RuntimeError, ValueError, OSError) as fault:
            self._fault("failed", str(fault))

    def _evaluate(self, store: Store, job: Job) -> None:
        base = job.base or None if _may_be_relative(job.query) else None
        if job.default_graphs or job.named_graphs:
            found = store.query(
                job.query,
                base_iri=base,
                default_graph=cast("Graphs", _nodes(job.default_graphs)),
                named_graphs=cast("list[NamedNode | BlankNode]", _nodes(job.named_graphs)),
            )
        else:
            found = store.query(job.query, base_iri=base) if base else store.query(job.query)
        if isinstance(found, QueryTriples):
            output = Output(self._owner, _start("triples", job.triples))
            found.serialize(cast("IO[bytes]", output), format=RdfFormat.from_media_type(job.triples))
        else:
            kind = "solutions" if isinstance(found, QuerySolutions) else "boolean"
            output = Output(self._owner, _start(kind, job.results))
            _serialize_table(found, output, job.results)
        output.finish()

    def _fault(self, cause: str, message: str) -> None:
        self._owner.sendall(packed_json(Frame.FAULT, {"cause": cause, "message": message}))


def _serialize_table(found: QuerySolutions | QueryBoolean, output: Output, form: str) -> None:
    target = cast("IO[bytes]", output)
    if form in DELIMITERS:
        table = SpreadsheetCsv(target, DELIMITERS[form])
        found.serialize(cast("IO[bytes]", table), format=QueryResultsFormat.CSV)
        table.finish()
    else:
        found.serialize(target, format=_results_format(form))


@lru_cache(maxsize=64)
def _start(kind: str, media_type: str) -> bytes:
    return json.dumps([kind, media_type]).encode()


_results_format = lru_cache(maxsize=16)(QueryResultsFormat.from_media_type)


def _may_be_relative(query: str) -> bool:
    """Return whether a query may have a relative IRI, or the function that makes one; it is read quicker without."""
    small = query.lower()
    return "iri" in small or "uri" in small or RELATIVE.search(query) is not None


def _nodes(iris: Sequence[str]) -> list[NamedNode]:
    return [NamedNode(iri) for iri in iris]


def _syntax(message: str, query: str) -> dict[str, object]:
    place = POSITION.search(message)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    lines = query.splitlines()
    excerpt = lines[line - 1] if line and line <= len(lines) else ""
    told = f"the query cannot be understood from line {line}, column {column} on" if place else message
    return {"cause": "syntax", "message": told, "line": line, "column": column, "excerpt": excerpt}
