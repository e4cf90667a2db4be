"""Keys that verify tokens, and the shared secrets among them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import jwt


class KeySet(Protocol):
    """The keys that verify tokens."""

    @property
    def algorithms(self) -> Sequence[str]:
        """The algorithms that tokens may be signed with. The header of a token cannot add to them (RFC 8725, 3.1)."""
        ...

    async def candidates(self, header: Mapping[str, Any]) -> Sequence[bytes | jwt.PyJWK]:
        """Return the keys that may verify a token with this header, which is not verified yet: 1 to 10 keys.

        The caller has checked that the algorithm of the header is one of ``algorithms``.

        Raises:
            BadCredential: There is no key for the header.
            KeysUnavailable: The keys cannot be fetched at the moment.
        """
        ...


class SharedSecret:
    """A secret that the issuer and this server share, for the algorithm HS256 only.

    Tokens that are signed with a previous secret are accepted too. A token does not name its secret, so each is tried.
    """

    algorithms: Sequence[str] = ("HS256",)

    def __init__(self, secret: bytes, *previous: bytes) -> None:
        self._secrets = (secret, *previous)

    async def candidates(self, header: Mapping[str, Any]) -> Sequence[bytes]:
        return self._secrets
