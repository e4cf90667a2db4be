"""Threads for work that would hold up the event loop. Python runs one thread at a time, but switches between them."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

T = TypeVar("T")

# The event loop waits for so long, in seconds, each time it continues while another thread works, instead of 5 ms. That
# work takes some hundredths longer.
_INTERVAL = 0.001


class WorkThread:
    """The one thread of a kind of work, which runs one function at a time. More would only slow down the event loop.

    The thread lives as long as the process.

    Args:
        name: The kind of work.
    """

    def __init__(self, name: str) -> None:
        self._pool = _pool(name)

    async def run(self, function: Callable[[], T]) -> T:
        """Return the result of the function, or raise its exception."""
        with _switching_often():
            return await asyncio.get_running_loop().run_in_executor(self._pool, function)


@cache
def _pool(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, name)


class _Users:
    def __init__(self) -> None:
        self.count = 0
        self.usual_interval = sys.getswitchinterval()


_users = _Users()


@contextmanager
def _switching_often() -> Iterator[None]:
    """Let Python switch between threads more often while the block runs. Enter it in the event loop."""
    if not _users.count:
        _users.usual_interval = sys.getswitchinterval()
        sys.setswitchinterval(min(_INTERVAL, _users.usual_interval))
    _users.count += 1
    try:
        yield
    finally:
        _users.count -= 1
        if not _users.count:
            sys.setswitchinterval(_users.usual_interval)
