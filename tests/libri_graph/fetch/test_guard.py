"""Nothing is fetched from an address that is not public, however it is written."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libri_graph.errors import FetchRefused
from libri_graph.fetch.guard import addresses, demand_web, is_public

PRIVATE = [
    "0.0.0.0",  # noqa: S104  # asked about, not bound
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "224.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("form", ["{}", "::ffff:{}", "64:ff9b::{}", "2002:{hex}::1"])
def test_a_private_address_is_not_public_in_any_dress(address: str, form: str) -> None:
    number = int(ipaddress.IPv4Address(address))
    assert not is_public(form.format(address, hex=f"{number >> 16:x}:{number & 0xFFFF:x}"))


@pytest.mark.parametrize("address", ["::", "::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"])
def test_a_local_address_of_the_new_internet_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_as_public_inside_a_new_one(address: ipaddress.IPv4Address) -> None:
    assert is_public(f"::ffff:{address}") == is_public(f"64:ff9b::{address}") == is_public(str(address))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "//example.org/",
        "http://",
        "http://user@example.org/",
        "http://user:word@example.org/",
        "http://[::1/",
        "http://example.org:99999/",
        "",
    ],
)
def test_only_plain_addresses_of_the_web_are_fetched(url: str) -> None:
    with pytest.raises(FetchRefused):
        demand_web(url)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "::1"])
def test_this_machine_is_refused_by_every_name(host: str) -> None:
    with pytest.raises(FetchRefused):
        addresses(host, 80)


def test_a_host_that_the_operator_names_is_allowed_at_that_port_alone() -> None:
    named = ["http://localhost:8080/sparql"]
    assert addresses("localhost", 8080, named)
    assert addresses("LOCALHOST", 8080, named)
    for host, port in (("localhost", 8081), ("127.0.0.1", 8080)):
        with pytest.raises(FetchRefused):
            addresses(host, port, named)


def test_the_port_of_a_named_host_is_that_of_its_scheme() -> None:
    assert addresses("localhost", 443, ["https://localhost/"])
    with pytest.raises(FetchRefused):
        addresses("localhost", 80, ["https://localhost/"])


def test_a_host_without_an_address_is_refused() -> None:
    with pytest.raises(FetchRefused, match="cannot be found"):
        addresses("no-such-host.invalid", 80)
    with pytest.raises(FetchRefused, match="cannot be found"):
        addresses("x" * 300 + ".example", 80)
