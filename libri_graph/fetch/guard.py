"""Where requests may go: public addresses, unless the operator named the host."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from libri_graph.errors import FetchRefused


def demand_allowed(url: str, named: Collection[str] = ()) -> None:
    """Raise `FetchRefused` unless `url` is http(s) and leads to public addresses, or begins as one of `named` does.

    Every address that the name resolves to must be public: not private, loopback, link-local, multicast or reserved,
    also when it is an IPv4 address written as IPv6, or as one number.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchRefused(f"only http and https addresses are fetched, not {url!r}")
    if parts.username or parts.password:
        raise FetchRefused("an address with a user name in it is not fetched")
    if _origin(url) in {_origin(one) for one in named}:
        return
    for address in _addresses(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)):
        if not is_public(address):
            raise FetchRefused(f"{parts.hostname} is not a public address")


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public internet.

    >>> is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("2001:4860:4860::8888")
    (False, False, True)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour
        if inside is not None:
            return inside.is_global
    return found.is_global and not found.is_multicast


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


def _addresses(host: str, port: int) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as fault:
        raise FetchRefused(f"the address of {host} cannot be found") from fault
