"""A process that evaluates one query at a time on a published generation; its owner may end it at any moment."""

from __future__ import annotations

import ctypes
import io
import json
import re
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, BinaryIO, cast

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
from typing_extensions import Buffer

from libri_graph.workers import frames
from libri_graph.workers.frames import Frame

CHUNK_BYTES = 32768
PR_SET_PDEATHSIG = 1
POSITION = re.compile(r"\bat (\d+):(\d+)")


class Output(io.RawIOBase):
    """Where Oxigraph writes an answer: collects small pieces, sends large ones."""

    def __init__(self, stream: BinaryIO, start: object) -> None:
        super().__init__()
        self._stream = stream
        self._start: object | None = start
        self._buffer = bytearray()

    def write(self, content: Buffer, /) -> int:
        """Take a piece of the answer."""
        self._buffer += content
        if len(self._buffer) >= CHUNK_BYTES:
            self.send()
        return len(memoryview(content))

    def send(self) -> None:
        """Send what has been collected; the first time, say before what kind of answer it is."""
        if self._start is not None:
            frames.write_json(self._stream, Frame.START, self._start)
            self._start = None
        frames.write(self._stream, Frame.CHUNK, bytes(self._buffer))
        self._buffer.clear()


def main() -> None:
    """Answer requests from standard input until it ends. The first argument is the memory for a query in MiB."""
    limit = int(sys.argv[1]) << 20
    _die_with_owner()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    opened: tuple[str, Store] | None = None
    while (frame := frames.read(source)) is not None:
        request = json.loads(frame[1])
        if opened is None or opened[0] != request["store"]:
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            opened = (request["store"], Store.read_only(request["store"]))
            ceiling = _address_space() + limit
            resource.setrlimit(resource.RLIMIT_AS, (ceiling, resource.RLIM_INFINITY))
        _answer(opened[1], request, target)


def _die_with_owner() -> None:
    """Ask the system to end this process when its owner ends, however it does. Source: prctl(2), Linux only."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _address_space() -> int:
    """Return the bytes of address space in use. An open store alone takes about a gibibyte, nearly all untouched."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _answer(store: Store, request: dict[str, object], target: BinaryIO) -> None:
    try:
        default: Sequence[NamedNode | BlankNode | DefaultGraph] = _named(request, "default_graphs")
        named: Sequence[NamedNode | BlankNode] = _named(request, "named_graphs")
        stated = bool(default or named)
        found = store.query(
            str(request["query"]),
            default_graph=list(default) if stated else None,
            named_graphs=list(named) if stated else None,
        )
        if isinstance(found, QuerySolutions | QueryBoolean):
            kind, form = "boolean" if isinstance(found, QueryBoolean) else "solutions", request["results"]
            output = Output(target, {"kind": kind, "media_type": form})
            found.serialize(cast("IO[bytes]", output), format=QueryResultsFormat.from_media_type(str(form)))
        else:
            form = request["triples"]
            output = Output(target, {"kind": "triples", "media_type": form})
            found.serialize(cast("IO[bytes]", output), format=RdfFormat.from_media_type(str(form)))
        output.send()
        frames.write(target, Frame.END)
    except SyntaxError as fault:
        frames.write_json(target, Frame.FAULT, _syntax(str(fault), str(request["query"])))
    except MemoryError:
        frames.write_json(target, Frame.FAULT, {"cause": "memory", "message": "out of memory"})
    except (RuntimeError, ValueError, OSError) as fault:
        frames.write_json(target, Frame.FAULT, {"cause": "failed", "message": str(fault)})


def _named(request: dict[str, object], name: str) -> list[NamedNode]:
    found = request.get(name)
    return [NamedNode(iri) for iri in found] if isinstance(found, list) else []


def _syntax(message: str, query: str) -> dict[str, object]:
    place = POSITION.search(message)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    lines = query.splitlines()
    excerpt = lines[line - 1] if line and line <= len(lines) else ""
    told = f"the query cannot be understood from line {line}, column {column} on" if place else message
    return {"cause": "syntax", "message": told, "line": line, "column": column, "excerpt": excerpt}


if __name__ == "__main__":
    main()
