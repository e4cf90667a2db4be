"""Polling for a condition that another process brings about."""

import asyncio
import time
from collections.abc import Awaitable, Callable

_TIMEOUT_SECONDS = 120


async def wait_until(is_true: Callable[[], Awaitable[bool]]) -> None:
    """Poll until the condition is true. Fail after two minutes."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while not await is_true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def poll_until(is_true: Callable[[], bool]) -> None:
    """Poll, while other tasks run, until the condition is true. Fail after two minutes."""

    async def check() -> bool:
        return is_true()

    await wait_until(check)


def block_until(is_true: Callable[[], bool]) -> None:
    """Poll in a test without an event loop until the condition is true. Fail after two minutes."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
