"""Where requests may go: public addresses, unless the operator named the host."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from libri_graph.errors import FetchRefused

PORTS: Final = {"http": 80, "https": 443}
NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses that a gateway translates to the IPv4 address in their last 32 bits. Source: RFC 6052, section 2.1."""


def demand_web(url: str) -> None:
    """Raise `FetchRefused` unless `url` is http(s), names a host and no user."""
    parts = _parts(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise FetchRefused(f"only http and https addresses are fetched, not {url!r}")
    if parts.username or parts.password:
        raise FetchRefused("an address with a user name in it is not fetched")


def addresses(host: str, port: int, named: Collection[str] = ()) -> list[str]:
    """Return the IP addresses of `host` that may be connected to, which are all that it has.

    Raises `FetchRefused` unless every one is public: not private, loopback, link-local, multicast or reserved, also
    when it is an IPv4 address inside an IPv6 one; or `host` and `port` are those of one of `named`, addresses of the
    web that the operator allows.
    """
    found = _looked_up(host, port)
    if (host.lower(), port) not in {_place(url) for url in named}:
        for address in found:
            if not is_public(address):
                raise FetchRefused(f"{host} is not a public address")
    return found


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public internet.

    >>> is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("2001:4860:4860::8888")
    (False, False, True)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour
        if found in NAT64:
            inside = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
    return found.is_global and not found.is_multicast


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as fault:
        raise FetchRefused(f"{url!r} is no address of the web") from fault
    return parts


def _place(url: str) -> tuple[str, int]:
    parts = _parts(url)
    return (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme, 0)


def _looked_up(host: str, port: int) -> list[str]:
    try:
        return list(
            dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        )
    except (OSError, UnicodeError) as fault:
        raise FetchRefused(f"the address of {host} cannot be found") from fault
