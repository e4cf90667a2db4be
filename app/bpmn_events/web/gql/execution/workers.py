"""Threads for work on documents that would hold up all other requests in the event loop."""

from collections.abc import Callable
from typing import TypeVar

from bpmn_events.application.ports.threads import WorkThread

T = TypeVar("T")

# Nearly all operations of real clients are shorter.
_SHORT_CHARACTERS = 4_000


class DocumentWorkers:
    """Two threads: one for short documents, which never wait for a long one, and one for all others."""

    def __init__(self) -> None:
        self._short = WorkThread("short-documents")
        self._long = WorkThread("long-documents")

    async def run(self, characters: int, function: Callable[[], T]) -> T:
        """Return the result of a function that works on a document of this length."""
        thread = self._short if characters <= _SHORT_CHARACTERS else self._long
        return await thread.run(function)
