"""Threads for work on documents that would hold up all other requests in the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bpmn_events.application.ports.switching import switching_often

T = TypeVar("T")

# Nearly all operations of real clients are shorter.
_SHORT_CHARACTERS = 4_000


class DocumentWorkers:
    """Two threads: one for short documents, which never wait for a long one, and one for all others.

    More threads would only slow down the event loop, because Python runs one of them at a time.
    """

    def __init__(self) -> None:
        self._short = ThreadPoolExecutor(1, "short-documents")
        self._long = ThreadPoolExecutor(1, "long-documents")

    async def run(self, characters: int, function: Callable[[], T]) -> T:
        """Return the result of a function that works on a document of this length."""
        pool = self._short if characters <= _SHORT_CHARACTERS else self._long
        with switching_often():
            return await asyncio.get_running_loop().run_in_executor(pool, function)
