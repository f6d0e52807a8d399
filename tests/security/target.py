"""The endpoint under attack: where it is, what may be expected of it, and how to speak with it."""

from __future__ import annotations

import functools
import json
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

MOST_BYTES = 64 << 20
"""Of an answer that is read; the rest is left."""
FOREIGN_SECONDS = 20.0
"""How long another server may take over a query that ours ends at its limit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `status` 0 where nothing did."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    fault: str = ""
    """Why it is not whole, if it is not."""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def kind(self) -> str:
        """The last part of the type of a problem."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return ""
        return str(found.get("type", "")).rpartition("/")[2] if isinstance(found, dict) else ""

    def __str__(self) -> str:
        told = " ".join(part for part in (str(self.status or "no answer"), self.kind, self.fault) if part)
        return f"{told} ({self.seconds:.2f} s)"


@dataclass(frozen=True, slots=True)
class Target:
    """An endpoint by its addresses."""

    query: str
    update: str
    graphs: str
    token: str = ""
    seconds: float = 10.0
    """The longest run of a query that it promises."""
    foreign: bool = False
    """Another server: it must stand the attack, but need not tell it in our words."""
    victim: str = ""
    """Address of a listener that nothing may reach."""
    graph: str = ""
    """The graph that the battery may write; empty for the default graph."""
    seen: list[Answer] = field(default_factory=list)
    """Every answer of the probe under way."""

    @property
    def place(self) -> tuple[str, int]:
        parts = urlsplit(self.query)
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def path(self) -> str:
        return urlsplit(self.query).path or "/"

    @property
    def root(self) -> str:
        """Address of the site, without a slash."""
        parts = urlsplit(self.query)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @property
    def graph_address(self) -> str:
        """Address of the battery's graph in the Graph Store Protocol."""
        return str(httpx.URL(self.graphs, params={"graph": self.graph} if self.graph else {"default": ""}))

    @property
    def beside(self) -> str:
        """What the names of graphs begin with that a probe makes and removes."""
        return self.graph or "https://battery.example/graph"

    def aside(self, name: str) -> str:
        """Return the address of a graph that a probe makes and removes."""
        return str(httpx.URL(self.graphs, params={"graph": f"{self.beside}-{name}"}))

    def send(self, method: str, url: str, *, within: float = 0, **request: object) -> Answer:
        """Return what the server answers; never raises."""
        answer = exchange(method, url, within or max(self.seconds, FOREIGN_SECONDS) + 5, **request)
        self.seen.append(answer)
        return answer

    def ask(self, query: str, *, accept: str = "application/sparql-results+json", **arguments: str) -> Answer:
        """Return the answer to a query, sent as a form."""
        return self.send("POST", self.query, data={"query": query, **arguments}, headers={"Accept": accept})

    def raw(self, message: bytes, seconds: float = 5.0) -> bytes:
        """Return what comes until the server closes the connection, or `seconds` have passed."""
        return spoken(self.place, message, seconds)


@functools.cache
def trusted() -> ssl.SSLContext:
    """Return what certificates are checked by; made once, as it takes longer than most answers."""
    return ssl.create_default_context()


def exchange(method: str, url: str, seconds: float, **request: object) -> Answer:
    """Return what one request on a connection of its own brings; never raises."""
    began = time.monotonic()
    status, headers, body = 0, dict[str, str](), bytearray()
    fault = ""
    try:
        with (
            httpx.Client(timeout=seconds, trust_env=False, verify=trusted()) as client,
            client.stream(method, url, **request) as response,
        ):
            status, headers = response.status_code, dict(response.headers)
            for piece in response.iter_bytes():
                body += piece
                if len(body) > MOST_BYTES or time.monotonic() - began > seconds:
                    fault = "did not end"
                    break
    except httpx.HTTPError as error:
        fault = type(error).__name__
    return Answer(status, headers, bytes(body), time.monotonic() - began, fault)


def spoken(place: tuple[str, int], message: bytes, seconds: float) -> bytes:
    """Send bytes and return what comes back until the end of the connection or of `seconds`; never raises."""
    received = bytearray()
    deadline = time.monotonic() + seconds
    try:
        with socket.create_connection(place, timeout=seconds) as connection:
            connection.sendall(message)
            while (left := deadline - time.monotonic()) > 0:
                connection.settimeout(left)
                piece = connection.recv(65536)
                if not piece:
                    break
                received += piece
    except OSError:
        pass
    return bytes(received)
