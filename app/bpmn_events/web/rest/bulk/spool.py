"""Answers that wait for a client that does not read yet."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from bpmn_events.web.rest.bulk.ring_file import RingFile

# After this time, the disk may have room again.
_RETRY_SECONDS = 1.0

logger = logging.getLogger(__name__)
_T = TypeVar("_T")


class Spool:
    """A queue of bytes between one writer and one reader, of which a part is in a temporary file when much waits.

    If the file is full or cannot be written, the writer waits for the reader, but not for ever: then whatever follows
    waits in memory, and the writer should come to its end. The file is read and written in threads.

    Args:
        max_memory_bytes: So much waits in memory, and what was written last.
        max_file_bytes: So much waits in the file.
        patience_seconds: The time in which the reader must read something while all is full.
    """

    def __init__(self, max_memory_bytes: int, max_file_bytes: int, patience_seconds: float) -> None:
        self._max_memory_bytes = max_memory_bytes
        self._patience_seconds = patience_seconds
        self._file = RingFile(max_file_bytes)
        self._memory = bytearray()  # after the file in the order of the bytes
        self._is_ended = False
        self._is_overfull = False
        self._has_warned = False
        self._changed = asyncio.Condition()

    async def write(self, data: bytes) -> bool:
        """Append the data. Return False if the reader has read nothing for too long while all was full."""
        async with self._changed:
            self._memory += data
            self._changed.notify()
            seconds = 0.0
            while self._is_memory_full and not await self._flush():
                if seconds >= self._patience_seconds:
                    self._is_overfull = True
                    break
                seconds = 0.0 if await self._is_read_soon() else seconds + _RETRY_SECONDS
            return not self._is_overfull

    async def end(self) -> None:
        """Say that nothing follows."""
        async with self._changed:
            self._is_ended = True
            self._changed.notify()

    async def read(self) -> bytes:
        """Return the next bytes; none at the end."""
        async with self._changed:
            while not (self._file or self._memory or self._is_ended):
                await self._changed.wait()
            if self._file:
                data = await _in_thread(lambda: self._file.take(self._max_memory_bytes))
            else:
                data = bytes(self._memory)
                self._memory.clear()
            self._changed.notify()
            return data

    def close(self) -> None:
        """Delete the file, when nobody reads or writes any more."""
        self._file.close()

    @property
    def _is_memory_full(self) -> bool:
        return len(self._memory) > self._max_memory_bytes and not self._is_overfull

    async def _flush(self) -> bool:
        """Move what is in memory to the file. Return False if it has no room there."""
        data = bytes(self._memory)
        if len(data) > self._file.free_bytes:
            return False
        try:
            await _in_thread(lambda: self._file.append(data))
        except OSError as error:
            if not self._has_warned:
                self._has_warned = True
                logger.warning("Answers to many triggers wait in memory, because of the temporary file: %s", error)
            return False
        self._memory.clear()
        return True

    async def _is_read_soon(self) -> bool:
        try:
            async with asyncio.timeout(_RETRY_SECONDS):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True


async def _in_thread(operation: Callable[[], _T]) -> _T:
    """Return the result of the operation. If the task is cancelled, the thread has ended nevertheless."""
    running = asyncio.ensure_future(asyncio.to_thread(operation))
    try:
        return await asyncio.shield(running)
    finally:
        if not running.done():
            await asyncio.gather(running, return_exceptions=True)
