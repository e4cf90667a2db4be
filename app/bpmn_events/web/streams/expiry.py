"""The end of a caller's credential, with which its streams end."""

import asyncio
import time
from collections.abc import Callable

# A token may be valid for longer than a timer can count.
_MAX_SECONDS = 10 * 365 * 24 * 3600.0


def call_at_expiry(expires_at: float | None, callback: Callable[[], None]) -> asyncio.TimerHandle | None:
    """Call the function when the credential ends, which is in seconds since 1970. Return None if it does not end."""
    if expires_at is None:
        return None
    now = time.time()
    seconds = min(max(expires_at, now), now + _MAX_SECONDS) - now
    return asyncio.get_running_loop().call_later(seconds, callback)
