"""One request and its answer as it came: no redirect followed, no status an error."""

from __future__ import annotations

import ssl
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpcore
import httpx

from libri_graph.errors import SourceUnavailable
from libri_graph.fetch.guard import PORTS, demand_web
from libri_graph.fetch.wire import GuardedTransport, connect

HEAD_END: Final = b"\r\n\r\n"
MOST_HEAD_BYTES: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answer, with its headers in the order in which they came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    cut: bool
    """Whether there was more of the body than was wanted."""


def exchange(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str],
    body: bytes | None = None,
    seconds: float = 20,
    most_bytes: int = 4 << 20,
    named: Collection[str] = (),
    tls: ssl.SSLContext | None = None,
) -> Exchange:
    """Return what `url` answers, at most `most_bytes` of it; `named` are origins that the operator allows.

    `tls` is `wire.trusted`, made once by who sends many requests.
    Raises `FetchRefused` for a place that is not fetched from, `SourceUnavailable` for one that does not answer.
    """
    demand_web(url)
    deadline = time.monotonic() + seconds
    try:
        with (
            httpx.Client(transport=GuardedTransport(deadline, named, tls), timeout=seconds, trust_env=False) as client,
            client.stream(method, url, headers=dict(headers), content=body, follow_redirects=False) as answer,
        ):
            content, cut = _read(answer, most_bytes)
            return Exchange(answer.status_code, tuple(answer.headers.multi_items()), content, cut)
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise SourceUnavailable(f"{method} {url} was not answered: {fault or type(fault).__name__}") from fault


def sent_after_head(url: str, *, headers: Mapping[str, str], seconds: float = 20, named: Collection[str] = ()) -> int:
    """Return how many bytes a server sends behind the headers of its answer to HEAD: none, if it is right.

    HTTP clients throw them away, so this one reads the connection itself. Raises as `exchange` does.
    """
    demand_web(url)
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"HEAD {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    port = parts.port or PORTS[parts.scheme]
    try:
        stream = connect(parts.hostname or "", port, parts.scheme == "https", time.monotonic() + seconds, named)
        try:
            stream.write("\r\n".join(lines).encode() + HEAD_END)
            return _behind_head(stream)
        finally:
            stream.close()
    except (httpcore.NetworkError, httpcore.TimeoutException, OSError) as fault:
        raise SourceUnavailable(f"HEAD {url} was not answered: {fault or type(fault).__name__}") from fault


def _read(answer: httpx.Response, most_bytes: int) -> tuple[bytes, bool]:
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > most_bytes:
            return bytes(content[:most_bytes]), True
    return bytes(content), False


def _behind_head(stream: httpcore.NetworkStream) -> int:
    came = bytearray()
    while len(came) < MOST_HEAD_BYTES and (piece := stream.read(4096)):
        came += piece
    return len(came.partition(HEAD_END)[2])
