"""Keys that verify tokens: one shared secret, or the key set that the issuer publishes."""

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
    """The keys that verify tokens."""

    @property
    def algorithms(self) -> Sequence[str]:
        """The algorithms that tokens may be signed with. The header of a token cannot add to them (RFC 8725, 3.1)."""
        ...

    async def key(self, header: Mapping[str, Any]) -> bytes | jwt.PyJWK:
        """Return the key for a token with this header, which is not verified yet.

        The caller has checked that the algorithm of the header is one of ``algorithms``.

        Raises:
            BadCredential: There is no key for the header.
        """
        ...


class SharedSecret:
    """One secret that the issuer and this server share, for the algorithm HS256 only."""

    algorithms: Sequence[str] = ("HS256",)

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    async def key(self, header: Mapping[str, Any]) -> bytes:
        return self._secret


class PublishedKeys:
    """A JSON Web Key Set (RFC 7517) at a URL.

    The set is fetched again if it is ``max_age`` seconds old or has no key for a token, but at most once in
    ``min_interval`` seconds. If the fetch fails, the keys of the last successful fetch stay valid.
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
        self._parsed_keys: dict[tuple[int, str], jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._attempted_at: float | None = None
        self._fetch_lock = asyncio.Lock()

    async def key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        if self._fetched_at is None or (self._is_old(self._fetched_at) and not self._fetch_lock.locked()):
            await self._refresh()
        key = self._find_key(header)
        if key is None and await self._refresh():
            key = self._find_key(header)
        if key is None:
            if self._fetched_at is None:
                raise BadCredential("the keys of its issuer cannot be reached at the moment")
            raise BadCredential("it is signed with a key that its issuer does not publish")
        return key

    def _is_old(self, fetched_at: float) -> bool:
        return self._clock() - fetched_at >= self._max_age

    async def _refresh(self) -> bool:
        """Fetch the set if the last attempt is old enough. Return True if the keys may have changed."""
        fetched_at = self._fetched_at
        async with self._fetch_lock:
            if self._fetched_at != fetched_at:
                return True  # another task fetched the set while this one waited for the lock
            now = self._clock()
            if self._attempted_at is not None and now - self._attempted_at < self._min_interval:
                return False
            self._attempted_at = now
            try:
                self._keys = await asyncio.to_thread(_fetch, self._url)
            except (OSError, ValueError) as error:
                logger.warning("The key set at %s cannot be used: %s", self._url, error)
                return False
            self._parsed_keys.clear()
            self._fetched_at = now
            return True

    def _find_key(self, header: Mapping[str, Any]) -> jwt.PyJWK | None:
        algorithm = header["alg"]
        indices = [index for index, key in enumerate(self._keys) if _can_verify(key, algorithm, header.get("kid"))]
        if len(indices) != 1:
            return None
        cache_key = (indices[0], algorithm)
        if cache_key not in self._parsed_keys:
            try:
                self._parsed_keys[cache_key] = jwt.PyJWK(self._keys[indices[0]], algorithm)
            except jwt.PyJWTError:
                return None
        return self._parsed_keys[cache_key]


def _can_verify(key: Mapping[str, Any], algorithm: str, key_id: object) -> bool:
    """Return True if a published key may verify tokens with this algorithm and, unless it is None, this key id."""
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
    """Return the keys of the set.

    Raises:
        OSError: The issuer cannot be reached, or its response is an error or a redirect.
        ValueError: The response is no key set, or too large.
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
