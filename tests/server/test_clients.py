"""Who asks is known by an address that cannot be made up, named in logs without a way back, and stopped in time."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.errors import SettingInvalid, TooManyRequests
from server.clients import FAILURE_SECONDS, MOST_FAILURES, Failures, Proxies, Pseudonyms

TRUSTED = Proxies.of("127.0.0.1, 10.0.0.0/8, fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("fd00::1", "203.0.113.9", "203.0.113.9"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.5", "10.0.0.5"),
        ("127.0.0.1", "203.0.113.9, nonsense", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_only_a_trusted_proxy_says_who_asks(peer: str, forwarded: str, client: str) -> None:
    assert TRUSTED.client(peer, forwarded) == client


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=5), st.ip_addresses(v=4).map(str))
def test_what_a_client_writes_before_the_proxys_word_changes_nothing(made_up: list[str], real: str) -> None:
    if ipaddress.ip_address(real) not in ipaddress.ip_network("10.0.0.0/8") and real != "127.0.0.1":
        assert TRUSTED.client("127.0.0.1", ", ".join([*made_up, real])) == real


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert Proxies.of("").client("127.0.0.1", "203.0.113.9") == "127.0.0.1"


@given(st.ip_addresses(v=6, network="2001:db8::/64"))
def test_one_network_of_the_new_internet_is_one_client(address: ipaddress.IPv6Address) -> None:
    assert Proxies().client(str(address), "") == "2001:db8::"


def test_an_old_address_inside_a_new_one_is_the_old_one() -> None:
    assert Proxies().client("::ffff:203.0.113.9", "") == "203.0.113.9"


@pytest.mark.parametrize("setting", ["nonsense", "10.0.0.0/33", "10.0.0.1/8"])
def test_a_proxy_that_is_no_address_is_told_at_the_start(setting: str) -> None:
    with pytest.raises(SettingInvalid, match="LIBRI_TRUSTED_PROXIES"):
        Proxies.of(setting)


def test_a_client_has_one_name_a_day_that_says_nothing_of_it() -> None:
    now = [0.0]
    names = Pseudonyms(lambda: now[0])
    first = names.of("203.0.113.9")
    assert (names.of("203.0.113.9"), len(first)) == (first, 12)
    assert names.of("203.0.113.10") != first
    assert Pseudonyms(lambda: now[0]).of("203.0.113.9") != first
    now[0] = 86_400
    assert names.of("203.0.113.9") != first


def test_many_failures_stop_a_client_until_a_minute_is_over() -> None:
    now = [0.0]
    failures = Failures(lambda: now[0])
    for _ in range(MOST_FAILURES):
        failures.demand_few("one")
        failures.count("one")
    with pytest.raises(TooManyRequests) as stopped:
        failures.demand_few("one")
    assert stopped.value.wait_seconds == FAILURE_SECONDS
    failures.demand_few("other")
    now[0] = FAILURE_SECONDS + 1
    failures.demand_few("one")
