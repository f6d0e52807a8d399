"""Fetch from another server, within limits of place, time and size."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from libri_graph.errors import SourceUnavailable
from libri_graph.fetch.guard import demand_web
from libri_graph.fetch.wire import GuardedTransport

USER_AGENT: Final = "LIBRI-Graph (linked data of libraries that welcome newcomers)"
MOST_REDIRECTS: Final = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of another server, whole."""

    status: int
    media_type: str
    body: bytes
    url: str
    """Where it came from after redirects."""


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """Where a redirect leads, and how to ask there."""

    url: str
    method: str


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = 30,
    most_bytes: int = 20 << 20,
    named: Collection[str] = (),
) -> Fetched:
    """Return what `url` answers, redirects followed and each checked; `named` are origins that the operator allows.

    The time counts for all of it. Raises `FetchRefused` for a place that is not fetched from, `SourceUnavailable`
    naming the server for one that does not answer in time, or with more than `most_bytes`.
    """
    deadline = time.monotonic() + seconds
    with httpx.Client(
        transport=GuardedTransport(deadline, named), timeout=seconds, trust_env=False, follow_redirects=False
    ) as client:
        for _ in range(MOST_REDIRECTS + 1):
            demand_web(url)
            found = _once(client, url, method, dict(headers or {}), body, most_bytes)
            if isinstance(found, Fetched):
                return found
            body = body if found.method == method else None
            url, method = found.url, found.method
    raise SourceUnavailable(f"{url} leads from one address to the next without end")


def _once(
    client: httpx.Client, url: str, method: str, headers: dict[str, str], body: bytes | None, most_bytes: int
) -> Fetched | _Elsewhere:
    """Return the answer, or where it redirects to."""
    try:
        with client.stream(method, url, headers={"User-Agent": USER_AGENT, **headers}, content=body) as answer:
            if answer.is_redirect and answer.next_request is not None:
                return _Elsewhere(str(answer.next_request.url), answer.next_request.method)
            return Fetched(answer.status_code, answer.headers.get("content-type", ""), _read(answer, most_bytes), url)
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise SourceUnavailable(f"{url} did not answer: {fault or type(fault).__name__}") from fault


def _read(answer: httpx.Response, most_bytes: int) -> bytes:
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > most_bytes:
            raise SourceUnavailable(f"{answer.url} sent more than {most_bytes} bytes")
    return bytes(content)
