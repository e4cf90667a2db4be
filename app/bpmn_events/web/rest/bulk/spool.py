"""Answers that wait for a client that does not read yet."""

import asyncio
from collections import deque
from tempfile import TemporaryFile
from typing import IO

_PIECE_BYTES = 65_536


class Spool:
    """A queue of bytes, of which a part is in a temporary file when much waits.

    The file has no name, so that it goes with the process. Whoever writes waits only if the file is full as well.

    Args:
        max_memory_bytes: So much waits in memory, before the rest goes to the file.
        max_file_bytes: So much waits in the file.
    """

    def __init__(self, max_memory_bytes: int, max_file_bytes: int) -> None:
        self._max_memory_bytes = max_memory_bytes
        self._max_file_bytes = max_file_bytes
        self._memory: deque[bytes] = deque()  # before the file in the order of the bytes
        self._memory_bytes = 0
        self._file: IO[bytes] | None = None
        self._read_offset = self._write_offset = 0
        self._is_ended = False
        self._changed = asyncio.Event()

    async def write(self, data: bytes) -> None:
        """Append the data.

        Raises:
            OSError: The temporary file cannot be written.
        """
        while self._write_offset - self._read_offset > self._max_file_bytes:
            await self._wait()
        if self._write_offset == 0 and self._memory_bytes < self._max_memory_bytes:
            self._memory.append(data)
            self._memory_bytes += len(data)
        else:
            self._write_to_file(data)
        self._changed.set()

    def end(self) -> None:
        """Say that nothing follows."""
        self._is_ended = True
        self._changed.set()

    async def read(self) -> bytes:
        """Return the next bytes; none at the end."""
        while True:
            if self._memory:
                data = b"".join(self._memory)
                self._memory.clear()
                self._memory_bytes = 0
            elif self._write_offset:
                data = self._read_from_file()
            elif self._is_ended:
                return b""
            else:
                await self._wait()
                continue
            self._changed.set()
            return data

    def close(self) -> None:
        """Delete the file."""
        if self._file is not None:
            self._file.close()

    def _write_to_file(self, data: bytes) -> None:
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115  closed in ``close``
        self._file.seek(self._write_offset)
        self._file.write(data)
        self._write_offset += len(data)

    def _read_from_file(self) -> bytes:
        assert self._file is not None
        self._file.seek(self._read_offset)
        data = self._file.read(_PIECE_BYTES)
        self._read_offset += len(data)
        if self._read_offset == self._write_offset:
            self._file.truncate(0)
            self._read_offset = self._write_offset = 0
        return data

    async def _wait(self) -> None:
        self._changed.clear()
        await self._changed.wait()
