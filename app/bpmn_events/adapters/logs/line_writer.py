"""The writer of lines to a stream, from any thread and in their order."""

import asyncio
from collections import deque
from threading import Lock
from typing import BinaryIO

# POSIX writes so many bytes to a pipe in one piece, so that the lines of several processes are not mixed.
_PIECE_BYTES = 4096


class LineWriter:
    """Writes lines to a binary stream. A stream that cannot be written loses lines; it never stops the server."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines: deque[bytes] = deque()
        self._lock = Lock()
        # The event loop that flushes soon; the number of lines cannot tell, because other threads change it.
        self._scheduled_in: asyncio.AbstractEventLoop | None = None

    def write_soon(self, line: bytes) -> None:
        """Write the line with others of the same iteration of the event loop; without a running loop, at once."""
        self._lines.append(line)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no loop runs in this thread
            self.flush()
            return
        if self._scheduled_in is not loop:
            self._scheduled_in = loop
            loop.call_soon(self._flush_as_scheduled)

    def write(self, line: bytes) -> None:
        """Write the line now, after those that wait."""
        self._lines.append(line)
        self.flush()

    def flush(self) -> None:
        """Write the lines that wait."""
        with self._lock:
            try:
                while self._lines:
                    self._stream.write(self._take_piece())
                    self._stream.flush()
            except (OSError, ValueError):  # a full disk, a reader that has gone, a closed stream
                self._lines.clear()

    def _flush_as_scheduled(self) -> None:
        self._scheduled_in = None
        self.flush()

    def _take_piece(self) -> bytes:
        piece = [self._lines.popleft()]
        size = len(piece[0])
        while self._lines and size + len(self._lines[0]) <= _PIECE_BYTES:
            piece.append(self._lines.popleft())
            size += len(piece[-1])
        return b"".join(piece)
