"""The address of the client of a request, also behind proxies that are trusted."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network


class ClientAddresses:
    """Finds the addresses of clients.

    The header ``X-Forwarded-For`` counts only if the peer is a trusted proxy. Each proxy appends the address of its
    peer, so the last address that is not a trusted proxy is the client's; those before it may be forged.
    """

    def __init__(self, trusted: Collection[Network]) -> None:
        self.trusts_proxies = bool(trusted)
        self._trusted = tuple(trusted)
        self._is_trusted = lru_cache(maxsize=4096)(self._is_in_network)

    def find(self, peer: str, forwarded: Sequence[str]) -> str:
        """Return the address of the client.

        Args:
            peer: The address at the other end of the connection.
            forwarded: The values of all headers ``X-Forwarded-For``, in order.
        """
        client = peer
        for text in reversed(",".join(forwarded).split(",")):
            if not self._is_trusted(client):
                return client
            if (address := _address(text.strip())) is None:
                return client
            client = address
        return client

    def _is_in_network(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return any((mapped or address) in network for network in self._trusted)


def _address(text: str) -> str | None:
    """Return the address in its normal form, without a port; None if the text is not an address."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return str(ip_address(host))
    except ValueError:
        return None
