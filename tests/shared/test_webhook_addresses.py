"""Where webhooks may go: plain https at a listed host, never into a network of our own."""

import asyncio

import pytest

from shared.webhooks import Addresses, AddressNotAllowed
from shared.webhooks.addresses import CheckedNetwork, NotAllowedToConnect

OPEN = Addresses(frozenset({"hooks.example.go.th"}))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.go.th/",
        "https://other.example.go.th/",
        "https://user@hooks.example.go.th/",
        "https://hooks.example.go.th#@evil.example",
        "https://hooks.example.go.th\\@evil.example/",
        "https://hooks.example.go.th:0/",
        "https://hooks.example.go.th:99999/",
        "https://HOOKS.example.go.th/",
        "https://hooks.example.go.th/a b",
        "https://hooks.example.go.th/\n",
        "https://[::1]/",
        "file:///etc/passwd",
        "https://127.0.0.1/",
        "https://hooks.example.go.th/" + "a" * 2000,
    ],
)
def test_an_address_that_is_not_plain_https_at_a_listed_host_is_refused(url):
    with pytest.raises(AddressNotAllowed):
        OPEN.host_of(url)


@pytest.mark.parametrize(
    ("address", "open_network"),
    [
        ("203.150.1.1", True),
        ("2001:c38::1", True),
        ("10.0.0.1", False),
        ("172.16.3.4", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.251", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff0e::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:203.150.1.1", True),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::1", False),
    ],
)
def test_only_addresses_of_the_open_network_are_connected_to(address, open_network):
    assert OPEN.may_connect(address) is open_network


async def test_a_listed_name_that_leads_inside_is_not_connected_to(monkeypatch):
    """DNS that answers with an inner address, alone or beside an open one: what is checked is what would be connected to."""
    network, told = CheckedNetwork(OPEN), []

    async def answers(*_, **__):
        return [(2, 1, 6, "", (address, 443)) for address in told]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answers, raising=False)
    for resolved in (["127.0.0.1"], ["203.150.1.1", "10.0.0.5"], []):
        told[:] = resolved
        with pytest.raises(NotAllowedToConnect):
            await network.connect_tcp("hooks.example.go.th", 443)
    with pytest.raises(NotAllowedToConnect):
        await network.connect_tcp("evil.example", 443)
