"""Helpers for the tests of background loops: run a loop for some time, and record its polls of the store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from tests.support.virtual_time import elapsed

_MAX_POLLS_AT_ONE_TIME = 20


class Polls:
    """The times at which a loop polled the store, in seconds since the test began.

    A loop that never sleeps fails the test instead of hanging it.
    """

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def add(self) -> None:
        """Record a poll at the present time."""
        now = elapsed()
        self.seconds.append(now)
        if self.seconds[-_MAX_POLLS_AT_ONE_TIME:] == [now] * _MAX_POLLS_AT_ONE_TIME:
            raise AssertionError(f"the loop does not sleep: it polls again and again at {now} s")

    def distinct(self) -> list[float]:
        """Return the distinct times."""
        return list(dict.fromkeys(self.seconds))


@asynccontextmanager
async def running(loop: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Run the loop during the block. The loop must neither end nor fail."""
    task = asyncio.ensure_future(loop())
    try:
        yield
        assert not task.done(), "the loop ended" if task.exception() is None else task.exception()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def run_for(loop: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Run the loop for that time."""
    async with running(loop):
        await asyncio.sleep(seconds)
