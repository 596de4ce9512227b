"""Which addresses may be called: hosts of the service's list, and never one that leads inside."""

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

import httpcore

from shared.errors import Invalid

URL_CHARACTERS_MAX: Final = 2000
# Strict, so that no two readers of an address can see different hosts in it: no user, no fragment, no escapes in the host.
_URL: Final = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::([0-9]{1,5}))?(?:[/?][!$-;=?-Z_a-z~]*)?")
_LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1"})
# Addresses of IPv6 that stand for one of IPv4 (RFC 6052).
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_LAST_32_BITS: Final = 0xFFFFFFFF

IP = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressNotAllowed(Invalid):
    """The address is not one that may be called back; the problem says which rule it breaks."""

    slug = "address-not-allowed"
    title_en, title_th = "This address may not be called back", "ที่อยู่ปลายทางนี้ไม่ได้รับอนุญาต"


@dataclass(frozen=True)
class Addresses:
    """The hosts that may be called. With `development` also by http, and on this machine itself."""

    hosts: frozenset[str]
    development: bool = False

    @classmethod
    def from_text(cls, hosts: str, *, development: bool) -> Self:
        """From `host,host`."""
        return cls(frozenset(host.strip().lower() for host in hosts.split(",") if host.strip()), development)

    def host_of(self, url: str, *, field: str = "url") -> str:
        """The host of an address that may be registered and called. Raises AddressNotAllowed, which names the `field`."""
        found = _URL.fullmatch(url) if len(url) <= URL_CHARACTERS_MAX else None
        if found is None or int(found[3] or 443) not in range(1, 65536):
            raise _refused(field, "is not a plain https address", "ต้องเป็นที่อยู่ https ที่ถูกต้อง", "https://host[:port]/path")
        scheme, host = found[1], found[2]
        if scheme == "http" and not (self.development and host in _LOOPBACK_HOSTS):
            raise _refused(field, "must begin with https", "ต้องขึ้นต้นด้วย https", "https://host[:port]/path")
        if host not in self.hosts:
            raise _refused(field, "has a host that is not in the list of this service", "ชื่อเครื่องปลายทางไม่อยู่ในรายการที่อนุญาต", None)
        return host

    def may_connect(self, address: str) -> bool:
        """Whether it is an address of the open network, or of this machine where that is allowed."""
        try:
            meant = _meant(ipaddress.ip_address(address))
        except ValueError:
            return False
        return (meant.is_global and not meant.is_multicast) or (self.development and meant.is_loopback)


class NotAllowedToConnect(httpcore.ConnectError):
    """The name is not of the list, or resolves to an address that leads inside."""


class CheckedNetwork(httpcore.AnyIOBackend):
    """Connects to the address that was checked: a name that resolves to another one a moment later changes nothing."""

    def __init__(self, addresses: Addresses) -> None:
        """Over the service's rules."""
        self._addresses = addresses

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the library's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of the host that answers. Raises NotAllowedToConnect, httpcore.ConnectError."""
        if host not in self._addresses.hosts:
            raise NotAllowedToConnect("the host is not in the list")
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError("the name has no address") from error
        resolved = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
        if not resolved or not all(self._addresses.may_connect(address) for address in resolved):
            raise NotAllowedToConnect("the name leads to an address that is not allowed")
        for address in resolved[:-1]:
            try:
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                continue
        return await super().connect_tcp(resolved[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """No sockets of this machine. Raises NotAllowedToConnect."""
        raise NotAllowedToConnect(path)


def checked_pool(addresses: Addresses, *, at_once: int) -> httpcore.AsyncConnectionPool:
    """Connections to the allowed addresses alone; none is kept."""
    return httpcore.AsyncConnectionPool(
        ssl_context=ssl.create_default_context(),
        max_connections=at_once,
        max_keepalive_connections=0,
        network_backend=CheckedNetwork(addresses),
    )


def _meant(address: IP) -> IP:
    """The address of IPv4 that one of IPv6 stands for, else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & _LAST_32_BITS)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address


def _refused(field: str, en: str, th: str, allowed: str | None) -> Invalid:
    return AddressNotAllowed.field(field, "address_not_allowed", en, th, allowed)
