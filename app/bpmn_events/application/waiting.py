"""Waits that end by themselves."""

import asyncio


async def wait_at_most(event: asyncio.Event, seconds: float) -> bool:
    """Wait until the event is set, but not longer than this. Return True if it is set.

    On Python 3.11, ``asyncio.wait_for`` may swallow the cancellation of the waiting task when both happen at once, so
    that a loop would never end.
    """
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
