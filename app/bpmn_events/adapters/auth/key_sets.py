"""Where the keys come from that tokens are verified with: one shared secret, or the issuer's published key set."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt

from bpmn_events.domain.errors import BadCredential

MAX_AGE_SECONDS = 300.0
MIN_INTERVAL_SECONDS = 10.0
_TIMEOUT_SECONDS = 5
_MAX_BYTES = 1_048_576
_KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}

logger = logging.getLogger(__name__)


class KeySet(Protocol):
    @property
    def algorithms(self) -> Sequence[str]:
        """The algorithms that tokens may be signed with. What a token says about itself never widens them."""
        ...

    async def key(self, header: Mapping[str, Any]) -> bytes | jwt.PyJWK:
        """The key for a token with this (not yet verified) header, whose algorithm is one of ``algorithms``.

        Raises:
            BadCredential: there is none.
        """
        ...


class SharedSecret:
    """One secret known to the issuer and this server; HS256 and nothing else."""

    algorithms: Sequence[str] = ("HS256",)

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    async def key(self, header: Mapping[str, Any]) -> bytes:
        return self._secret


class PublishedKeys:
    """A JSON Web Key Set (RFC 7517) behind a URL.

    It is fetched anew after ``max_age`` seconds and for an unknown key id, at most once in ``min_interval`` seconds;
    meanwhile, and where the issuer cannot be reached, the keys known so far stay good.
    """

    def __init__(
        self,
        url: str,
        algorithms: Sequence[str],
        *,
        clock: Callable[[], float] = time.monotonic,
        max_age: float = MAX_AGE_SECONDS,
        min_interval: float = MIN_INTERVAL_SECONDS,
    ) -> None:
        self.algorithms = algorithms
        self._url = url
        self._clock = clock
        self._max_age = max_age
        self._min_interval = min_interval
        self._keys: list[dict[str, Any]] = []
        self._prepared: dict[tuple[int, str], jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._fetching = asyncio.Lock()

    async def key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        if self._fetched_at is None or (self._is_old(self._fetched_at) and not self._fetching.locked()):
            await self._refresh()
        found = self._find(header)
        if found is None and await self._refresh():
            found = self._find(header)
        if found is None:
            if self._fetched_at is None:
                raise BadCredential("the keys of its issuer cannot be reached at the moment")
            raise BadCredential("it is signed with a key that its issuer does not publish")
        return found

    def _is_old(self, fetched_at: float) -> bool:
        return self._clock() - fetched_at >= self._max_age

    async def _refresh(self) -> bool:
        """Fetch the set, unless that was tried just now; whether the keys may be others than before."""
        seen = self._fetched_at
        async with self._fetching:
            if self._fetched_at != seen:
                return True  # somebody else did it meanwhile
            now = self._clock()
            if self._tried_at is not None and now - self._tried_at < self._min_interval:
                return False
            self._tried_at = now
            try:
                self._keys = await asyncio.to_thread(_fetch, self._url)
            except (OSError, ValueError) as error:
                logger.warning("The key set at %s cannot be used: %s", self._url, error)
                return False
            self._prepared.clear()
            self._fetched_at = now
            return True

    def _find(self, header: Mapping[str, Any]) -> jwt.PyJWK | None:
        algorithm = header["alg"]
        fitting = [index for index, key in enumerate(self._keys) if _fits(key, algorithm, header.get("kid"))]
        if len(fitting) != 1:
            return None
        place = (fitting[0], algorithm)
        if place not in self._prepared:
            try:
                self._prepared[place] = jwt.PyJWK(self._keys[fitting[0]], algorithm)
            except jwt.PyJWTError:
                return None
        return self._prepared[place]


def _fits(key: Mapping[str, Any], algorithm: str, key_id: object) -> bool:
    """Whether a published key may verify a token of that algorithm (and key id, where the token names one)."""
    return (
        key.get("kty") == _KEY_TYPES[algorithm[:2]]
        and key.get("alg", algorithm) == algorithm
        and key.get("use", "sig") == "sig"
        and (key_id is None or key.get("kid") == key_id)
    )


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _fetch(url: str) -> list[dict[str, Any]]:
    """The keys of the set.

    Raises:
        OSError: it cannot be reached, or answers with an error or a redirection.
        ValueError: what it answers is no key set.
    """
    request = Request(url, headers={"Accept": "application/jwk-set+json, application/json"})
    with build_opener(_NoRedirects).open(request, timeout=_TIMEOUT_SECONDS) as response:
        text = response.read(_MAX_BYTES + 1)
    if len(text) > _MAX_BYTES:
        raise ValueError(f"it is larger than {_MAX_BYTES} bytes")
    document = json.loads(text)
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("it is no JSON Web Key Set")
    return [key for key in keys if isinstance(key, dict)]
