"""Threads for work on documents that would hold up all other requests in the event loop."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

# Nearly all operations of real clients are shorter.
_SHORT_CHARACTERS = 4_000
# Python runs one thread at a time. The event loop waits for so long, in seconds, each time it continues.
_SWITCH_INTERVAL = 0.001


class DocumentWorkers:
    """Two threads: one for short documents, which never wait for a long one, and one for all others.

    More threads would only slow down the event loop, because Python runs one of them at a time.
    """

    def __init__(self) -> None:
        self._short = ThreadPoolExecutor(1, "short-documents")
        self._long = ThreadPoolExecutor(1, "long-documents")
        self._running = 0
        self._usual_interval = sys.getswitchinterval()

    async def run(self, characters: int, function: Callable[[], T]) -> T:
        """Return the result of a function that works on a document of this length."""
        pool = self._short if characters <= _SHORT_CHARACTERS else self._long
        with self._switching_often():
            return await asyncio.get_running_loop().run_in_executor(pool, function)

    @contextmanager
    def _switching_often(self) -> Iterator[None]:
        """Let Python switch between the threads more often than every 5 ms while one of ours is at work."""
        self._running += 1
        sys.setswitchinterval(min(_SWITCH_INTERVAL, self._usual_interval))
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                sys.setswitchinterval(self._usual_interval)
