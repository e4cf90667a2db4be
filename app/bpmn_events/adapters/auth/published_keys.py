"""The keys that an identity provider publishes: when they are fetched, and for how long they are used."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import jwt

from bpmn_events.adapters.auth.key_set_document import KeySetUnusable, load_key, may_verify, parse_key_set
from bpmn_events.application.ports.tokens import KeysUnavailable
from bpmn_events.domain.errors import BadCredential

RENEW_AFTER_SECONDS = 240.0
MAX_AGE_SECONDS = 300.0
MIN_INTERVAL_SECONDS = 10.0
MAX_CANDIDATES = 10

logger = logging.getLogger(__name__)


class KeySetUnreachable(Exception):
    """The provider does not deliver its key set. The message says why."""


class PublishedKeys:
    """The keys of an identity provider.

    They are fetched again in the background when they are 240 seconds old. When they are 300 seconds old, one request
    waits for the fetch: so a server that had no requests uses no older keys. A token without a key also starts a fetch.
    At most one fetch runs at a time, and all requests that wait share it. The next one starts 10 seconds after the
    start of the last one at the earliest.

    If a fetch fails, the keys of the last successful one are used until they are ``stale_seconds`` old. Meanwhile only
    tokens that they do not verify wait for a fetch.
    """

    def __init__(
        self,
        download: Callable[[], Awaitable[bytes]],
        algorithms: Sequence[str],
        *,
        stale_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.algorithms = algorithms
        self._download = download
        self._stale_seconds = stale_seconds
        self._clock = clock
        self._keys: list[dict[str, Any]] = []
        self._loaded_keys: dict[tuple[int, str], jwt.PyJWK | None] = {}
        self._fetched_at = -math.inf
        self._attempted_at = -math.inf
        self._failure: KeySetUnreachable | KeySetUnusable | None = None
        self._fetch: asyncio.Task[bool] | None = None

    async def candidates(self, header: Mapping[str, Any]) -> Sequence[jwt.PyJWK]:
        await self._renew()
        found = self._find_keys(header)
        if not found and await self._refresh():
            found = self._find_keys(header)
        if found:
            return found
        if isinstance(self._failure, KeySetUnreachable):
            raise KeysUnavailable(max(1, math.ceil(self._attempted_at + MIN_INTERVAL_SECONDS - self._clock())))
        raise BadCredential("it is signed with a key that its issuer does not publish")

    @property
    def _age(self) -> float:
        return self._clock() - self._fetched_at

    async def _renew(self) -> None:
        """Start a fetch if the keys are old. Wait for it if they may no longer be used."""
        is_first_to_know = self._failure is None and (self._fetch is None or self._fetch.done())
        if self._age >= self._stale_seconds or (self._age >= MAX_AGE_SECONDS and is_first_to_know):
            await self._refresh()
        elif self._age >= RENEW_AFTER_SECONDS:
            self._start_fetch()

    async def _refresh(self) -> bool:
        """Wait for a fetch, unless the last one was just now. Return True if there are new keys."""
        fetch = self._start_fetch()
        # The fetch belongs to all requests that wait for it: it goes on if the client of one of them leaves.
        return fetch is not None and await asyncio.shield(fetch)

    def _start_fetch(self) -> asyncio.Task[bool] | None:
        """Return the running fetch, else a new one; None if the last one was just now."""
        if self._fetch is not None and not self._fetch.done():
            return self._fetch
        if self._clock() - self._attempted_at < MIN_INTERVAL_SECONDS:
            return None
        self._attempted_at = self._clock()
        self._fetch = asyncio.create_task(self._fetch_keys())
        return self._fetch

    async def _fetch_keys(self) -> bool:
        started_at = self._clock()
        try:
            self._keys = parse_key_set(await self._download())
        except (KeySetUnreachable, KeySetUnusable) as failure:
            self._report(failure)
            return False
        self._loaded_keys.clear()
        self._fetched_at = started_at
        self._report(None)
        return True

    def _report(self, failure: KeySetUnreachable | KeySetUnusable | None) -> None:
        """Remember the outcome of a fetch. Log it if it differs from the one before: an outage is one line."""
        if failure is not None and str(failure) != str(self._failure):
            logger.warning("The key set of the identity provider cannot be fetched: %s", failure)
        elif failure is None and self._failure is not None:
            logger.warning("The key set of the identity provider can be fetched again")
        self._failure = failure

    def _find_keys(self, header: Mapping[str, Any]) -> list[jwt.PyJWK]:
        if self._age >= self._stale_seconds:
            return []
        algorithm, key_id = header["alg"], header.get("kid")
        indices = [index for index, key in enumerate(self._keys) if may_verify(key, algorithm, key_id)]
        loaded = (self._load_key(index, algorithm) for index in indices[:MAX_CANDIDATES])
        return [key for key in loaded if key is not None]

    def _load_key(self, index: int, algorithm: str) -> jwt.PyJWK | None:
        if (index, algorithm) not in self._loaded_keys:
            self._loaded_keys[index, algorithm] = load_key(self._keys[index], algorithm)
        return self._loaded_keys[index, algorithm]
