"""A rate limit with one token bucket for each caller: pure arithmetic, with the clock of the caller."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_SECONDS = 60
# A bucket takes some 200 bytes.
MAX_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller may still do.

    Attributes:
        remaining: The number of whole tokens.
        full_seconds: The time until the bucket is full, rounded up.
        next_seconds: The time until there is a token, rounded up; 0 if there is one.
    """

    remaining: int
    full_seconds: int
    next_seconds: int


class TokenBuckets:
    """The buckets of all callers. Each holds at most ``quota`` tokens, and as many flow into it in a minute.

    The bucket that was used longest ago is forgotten when there are too many. It is full again then, as most such
    buckets are anyway.

    Args:
        quota: The size of each bucket.
        clock: Returns the time in seconds, which never goes back.
        max_buckets: The maximum number of buckets that are remembered.
    """

    def __init__(self, quota: int, clock: Callable[[], float], max_buckets: int = MAX_BUCKETS) -> None:
        self.quota = quota
        self._clock = clock
        self._max_buckets = max_buckets
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> bool:
        """Take a token out of the caller's bucket. Return False if there is none."""
        tokens, now = self._tokens(caller)
        has_token = tokens >= 1
        self._buckets[caller] = tokens - has_token, now
        self._buckets.move_to_end(caller)
        if len(self._buckets) > self._max_buckets:
            self._buckets.popitem(last=False)
        return has_token

    def allowance(self, caller: str) -> Allowance:
        """Return what the caller may still do."""
        tokens, _ = self._tokens(caller)
        missing = max(0.0, 1 - tokens)
        return Allowance(int(tokens), self._seconds(self.quota - tokens), self._seconds(missing))

    def _tokens(self, caller: str) -> tuple[float, float]:
        """Return the tokens in the caller's bucket now, and the current time."""
        now = self._clock()
        tokens, since = self._buckets.get(caller, (self.quota, now))
        return min(self.quota, tokens + (now - since) * self.quota / WINDOW_SECONDS), now

    def _seconds(self, tokens: float) -> int:
        return math.ceil(tokens * WINDOW_SECONDS / self.quota)
