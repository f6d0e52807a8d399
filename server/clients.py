"""Who asks: the client's address behind proxies that we trust, its name in logs, and how often it may fail."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from libri_graph.errors import SettingInvalid, TooManyRequests

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IPV6_PREFIX: Final = 64
"""Bits of an IPv6 address that one client holds."""
MOST_FAILURES: Final = 10
"""Wrong tokens of one client in `FAILURE_SECONDS`."""
FAILURE_SECONDS: Final = 60.0
MOST_REMEMBERED: Final = 10_000
DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies whose word about the client is believed."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, setting: str) -> Proxies:
        """Return the proxies of a setting. Raises `SettingInvalid`."""
        try:
            return cls(tuple(ipaddress.ip_network(part.strip()) for part in setting.split(",") if part.strip()))
        except ValueError as fault:
            raise SettingInvalid(f"LIBRI_TRUSTED_PROXIES: {fault}") from fault

    def client(self, peer: str, forwarded: str) -> str:
        """Return the client's address: the last one of `forwarded` (X-Forwarded-For) that is no trusted proxy.

        >>> Proxies.of("10.0.0.0/8").client("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2")
        '198.51.100.7'
        """
        if not self.networks:
            return _whole(peer)
        chain = [part.strip() for part in forwarded.split(",") if part.strip()]
        found = peer
        while chain and self._trusts(found):
            found = chain.pop()
        return _whole(found)

    def _trusts(self, address: str) -> bool:
        try:
            known = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self.networks)


@lru_cache(MOST_REMEMBERED)
def _whole(address: str) -> str:
    """Return what stands for one client: an IPv4 address, or the network of an IPv6 address."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, IPV6_PREFIX), strict=False).network_address)
    return str(known)


class Pseudonyms:
    """Names for clients in logs: the same for a day, without a way back to the address. Nothing of it is stored."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._day = -1
        self._key = b""
        self._known: dict[str, str] = {}

    def of(self, client: str) -> str:
        """Return today's name of `client`."""
        day = int(self._clock() // DAY)
        if day != self._day:
            self._day, self._key = day, secrets.token_bytes(32)
            self._known.clear()
        found = self._known.get(client)
        if found is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            found = self._known[client] = hmac.new(self._key, client.encode(), hashlib.sha256).hexdigest()[:12]
        return found


class Failures:
    """Counts wrong tokens of each client."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: OrderedDict[str, list[float]] = OrderedDict()

    def demand_few(self, client: str) -> None:
        """Raise `TooManyRequests` for a client that has failed too often of late."""
        since = self._clock() - FAILURE_SECONDS
        recent = [when for when in self._times.get(client, ()) if when > since]
        if len(recent) >= MOST_FAILURES:
            raise TooManyRequests(
                "too many wrong tokens came from your address; please wait a minute", wait_seconds=int(FAILURE_SECONDS)
            )

    def count(self, client: str) -> None:
        """Note one failure."""
        since = self._clock() - FAILURE_SECONDS
        recent = [when for when in self._times.pop(client, ()) if when > since]
        self._times[client] = [*recent, self._clock()]
        while len(self._times) > MOST_REMEMBERED:
            self._times.popitem(last=False)
