"""HTTP over one kept-alive socket, with so little of our own that the server is what is measured."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_plus

JSON: Final = "application/sparql-results+json"
N_TRIPLES: Final = "application/n-triples"
PIECE: Final = 1 << 18
LAST_CHUNK: Final = b"\r\n0\r\n\r\n"
BODILESS: Final = frozenset({204, 304})


class Refused(Exception):
    """The server answered with a status that the measurement cannot use."""


class Broken(Exception):
    """The server closed the connection in the midst of an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and how long it took."""

    status: int
    head: bytes
    body: bytes
    size: int
    """Bytes of the body, as sent; `body` is empty where it was not kept."""
    first: float
    """Seconds to the first byte of the body, or of the head where there is no body."""
    seconds: float

    def header(self, name: str) -> str:
        """Return the value of a header; empty where it is missing."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return ""


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return a whole request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def asking(path: str, query: str, accept: str = JSON, tag: str = "") -> bytes:
    """Return a GET request that puts `query`; with `tag`, only if the answer is another by now."""
    condition = {"If-None-Match": tag} if tag else {}
    return request("GET", f"{path}?query={quote_plus(query)}", {"Accept": accept, **condition})


class Reader:
    """Finds the end of an answer in what comes in."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep
        self._seen = bytearray()
        self._tail = b""
        self._length: int | None = None
        self.head = b""
        self.status = 0
        self.size = 0

    @property
    def body(self) -> bytes:
        """What was kept of the body, still in chunks where it came so."""
        return bytes(self._seen)

    def feed(self, piece: bytes) -> bool:
        """Take the next bytes; return whether the answer is whole."""
        if not self.head:
            self._seen += piece
            head, found, piece = bytes(self._seen).partition(b"\r\n\r\n")
            if not found:
                return False
            self._begin(head)
        self.size += len(piece)
        if self._keep:
            self._seen += piece
        if self._length is not None:
            return self.size >= self._length
        self._tail = (self._tail + piece)[-len(LAST_CHUNK) :]
        return self._tail.endswith(LAST_CHUNK) or (self.size == len(LAST_CHUNK) - 2 and self._tail == LAST_CHUNK[2:])

    def _begin(self, head: bytes) -> None:
        self.head = head
        self._seen.clear()
        self.status = int(head[9:12])
        lower = head.lower()
        at = lower.find(b"\r\ncontent-length:")
        if self.status in BODILESS:
            self._length = 0
        elif at >= 0:
            self._length = int(lower[at + 17 :].split(b"\r\n", 1)[0])


class Connection:
    """One client."""

    def __init__(self, port: int, source: str = "127.0.0.1", seconds: float = 120) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=seconds, source_address=(source, 0))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, message: bytes, *, keep: bool = False) -> Reply:
        """Send a request and return its answer. Raises `Broken` or `OSError`."""
        started = time.perf_counter()
        self._socket.sendall(message)
        reader, first = Reader(keep=keep), 0.0
        while True:
            piece = self._socket.recv(PIECE)
            if not piece:
                raise Broken("the server closed the connection")
            whole = reader.feed(piece)
            if not first and (reader.size or whole):
                first = time.perf_counter() - started
            if whole:
                seconds = time.perf_counter() - started
                return Reply(reader.status, reader.head, reader.body, reader.size, first, seconds)

    def good(self, message: bytes, *, keep: bool = False) -> Reply:
        """As `send`. Raises `Refused` for an answer that is none."""
        reply = self.send(message, keep=keep)
        if reply.status not in (200, 201, 204, 304):
            raise Refused(f"status {reply.status}")
        return reply

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def __enter__(self) -> Connection:
        """Return the client; leaving the block closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the socket."""
        self.close()
