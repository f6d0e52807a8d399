"""Connections that are guarded where they are made: to checked addresses only, and never longer than a deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Collection, Iterable
from typing import Any

import httpcore
import httpx

from libri_graph.fetch.guard import addresses


def trusted() -> ssl.SSLContext:
    """Return what says which certificates are trusted; it takes a tenth of a second, so make one for many requests."""
    # trust_env=False: no certificates, proxy or .netrc of the operator's account
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """What httpx sends requests by; a name is looked up once, so that it cannot mean another place a moment later."""

    def __init__(self, deadline: float, named: Collection[str], tls: ssl.SSLContext | None = None) -> None:
        context = tls or trusted()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=_Guarded(deadline, named))


def connect(host: str, port: int, tls: bool, deadline: float, named: Collection[str]) -> httpcore.NetworkStream:
    """Return a bare connection to `host`, guarded alike. Raises `FetchRefused`, and what httpcore raises."""
    stream = _Guarded(deadline, named).connect_tcp(host, port)
    return stream.start_tls(trusted(), host) if tls else stream


class _Guarded(httpcore.NetworkBackend):
    def __init__(self, deadline: float, named: Collection[str]) -> None:
        self._deadline = deadline
        self._named = named
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that answers. Raises `FetchRefused`."""
        fault: httpcore.NetworkError | httpcore.TimeoutException = httpcore.ConnectError(f"{host} has no address")
        for address in addresses(host, port, self._named):
            try:
                left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
                stream = self._plain.connect_tcp(address, port, left, local_address, socket_options)
                return _Timed(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                fault = failed
        raise fault


class _Timed(httpcore.NetworkStream):
    """A connection on which nothing lasts beyond the deadline, however slowly the other end sends."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
    """Return how many seconds may still pass. Raises `late` when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise late("the time is over")
    return left if timeout is None else min(left, timeout)
