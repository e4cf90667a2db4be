"""What the tests of the background loops share: a loop that runs for a while, and a count of its looks at the store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from tests.support.virtual_time import elapsed

_LOOKS_AT_ONCE = 20


class Looks:
    """When a loop looked for something to do, in seconds. One that never sleeps fails here, and does not hang."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def add(self) -> None:
        now = elapsed()
        self.seconds.append(now)
        if self.seconds[-_LOOKS_AT_ONCE:] == [now] * _LOOKS_AT_ONCE:
            raise AssertionError(f"the loop does not sleep: it looks again and again at {now} s")

    def moments(self) -> list[float]:
        """Each moment once, however often the loop looked then."""
        return list(dict.fromkeys(self.seconds))


@asynccontextmanager
async def running(loop: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """The loop, which runs while the block waits. It must not end, nor fail."""
    task = asyncio.ensure_future(loop())
    try:
        yield
        assert not task.done(), "the loop ended" if task.exception() is None else task.exception()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def run_for(loop: Callable[[], Awaitable[None]], seconds: float) -> None:
    async with running(loop):
        await asyncio.sleep(seconds)
