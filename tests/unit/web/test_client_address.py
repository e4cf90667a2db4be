"""A header counts as the address of the client only as far as trusted proxies have written it."""

from ipaddress import ip_network

import pytest

from bpmn_events.web.http.observation.client_address import ClientAddresses

TRUSTED = tuple(map(ip_network, ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        ("127.0.0.1", ["10.1.2.3, 10.9.9.9"], "10.1.2.3"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7, unknown"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7:1234"], "203.0.113.7"),
        ("127.0.0.1", ["[2001:db9::1]:443"], "2001:db9::1"),
        ("2001:db8::5", ["2001:db9::1"], "2001:db9::1"),
        ("::ffff:127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("not an address", ["198.51.100.1"], "not an address"),
        ("127.0.0.1", [",".join(["10.0.0.1"] * 2000)], "10.0.0.1"),
    ],
    ids=range(15),
)
def test_last_address_that_is_no_trusted_proxy_counts(peer: str, forwarded: list[str], client: str) -> None:
    assert ClientAddresses(TRUSTED).find(peer, forwarded) == client


def test_nothing_is_trusted_by_default() -> None:
    assert not ClientAddresses(()).trusts_proxies
