"""What a worker does: evaluate one query at a time on a published generation; its owner may end it at any moment."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
)

from libri_graph.store.hold import hold
from libri_graph.workers.confine import address_space
from libri_graph.workers.frames import HEADER, Frame, packed, packed_json, read_json

if TYPE_CHECKING:
    from typing_extensions import Buffer
from libri_graph.workers.spreadsheet import DELIMITERS, SpreadsheetCsv

CHUNK_BYTES: Final = 32768
POSITION: Final = re.compile(r"\bat (\d+):(\d+)")
UNLIMITED: Final = resource.RLIM_INFINITY


class Output(io.RawIOBase):
    """Where Oxigraph writes an answer: collects small pieces, sends large ones."""

    def __init__(self, owner: socket.socket, start: bytes) -> None:
        super().__init__()
        self._owner = owner
        self._start = start
        self._started = False
        self._buffer = bytearray()

    def write(self, content: Buffer, /) -> int:
        """Take a piece of the answer."""
        self._buffer += content
        if len(self._buffer) >= CHUNK_BYTES:
            self._send()
        return len(memoryview(content))

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
        self._owner.sendall(packed(Frame.CHUNK, bytes(self._buffer)))
        self._buffer.clear()


class Evaluator:
    """Keeps the generation that it was last asked about open."""

    def __init__(self, owner: socket.socket, memory_bytes: int) -> None:
        self._owner = owner
        self._memory_bytes = memory_bytes
        self._opened: tuple[str, int] = ("", 0)
        self._held: int | None = None
        self._store: Store | None = None

    def serve(self) -> None:
        """Answer requests until the owner closes the socket."""
        stream = self._owner.makefile("rb")
        while len(header := stream.read(HEADER.size)) == HEADER.size:
            _, length = HEADER.unpack(header)
            request = read_json(stream.read(length))
            try:
                store = self._open(request["store"])
            except OSError as fault:
                self._fault("store", str(fault))
                continue
            if request["query"]:
                self._answer(store, request)
            else:
                self._owner.sendall(packed(Frame.END))

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

    def _answer(self, store: Store, request: dict[str, Any]) -> None:
        try:
            self._evaluate(store, request)
        except SyntaxError as fault:
            self._owner.sendall(packed_json(Frame.FAULT, _syntax(str(fault), request["query"])))
        except MemoryError:
            self._fault("memory", "out of memory")
        except (RuntimeError, ValueError, OSError) as fault:
            self._fault("failed", str(fault))

    def _evaluate(self, store: Store, request: dict[str, Any]) -> None:
        default, named = request["default_graphs"], request["named_graphs"]
        stated = bool(default or named)
        found = store.query(
            request["query"],
            base_iri=request["base"] or None,
            default_graph=cast("list[NamedNode | BlankNode | DefaultGraph]", _nodes(default)) if stated else None,
            named_graphs=cast("list[NamedNode | BlankNode]", _nodes(named)) if stated else None,
        )
        if isinstance(found, QuerySolutions | QueryBoolean):
            kind, form = "boolean" if isinstance(found, QueryBoolean) else "solutions", request["results"]
            output = Output(self._owner, _start(kind, form))
            _serialize_table(found, output, form)
        else:
            form = request["triples"]
            output = Output(self._owner, _start("triples", form))
            found.serialize(cast("IO[bytes]", output), format=RdfFormat.from_media_type(form))
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
        found.serialize(target, format=QueryResultsFormat.from_media_type(form))


def _start(kind: str, media_type: str) -> bytes:
    return json.dumps([kind, media_type]).encode()


def _nodes(iris: Sequence[str]) -> list[NamedNode]:
    return [NamedNode(iri) for iri in iris]


def _syntax(message: str, query: str) -> dict[str, object]:
    place = POSITION.search(message)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    lines = query.splitlines()
    excerpt = lines[line - 1] if line and line <= len(lines) else ""
    told = f"the query cannot be understood from line {line}, column {column} on" if place else message
    return {"cause": "syntax", "message": told, "line": line, "column": column, "excerpt": excerpt}
