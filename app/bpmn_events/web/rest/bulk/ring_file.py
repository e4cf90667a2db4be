"""A queue of bytes on the disk."""

from tempfile import TemporaryFile
from typing import IO


class RingFile:
    """A queue of bytes in a temporary file, which begins again at its start when it has reached its largest size.

    The file has no name, so that it goes with the process. It is empty whenever the queue is. Methods block.

    Args:
        max_bytes: The largest size.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._file: IO[bytes] | None = None
        self._start = self._size = 0

    def __len__(self) -> int:
        """Return the number of bytes in the queue."""
        return self._size

    @property
    def free_bytes(self) -> int:
        """How many bytes can be appended, if the disk has room for them."""
        return self._max_bytes - self._size

    def append(self, data: bytes) -> None:
        """Append at most ``free_bytes``.

        Raises:
            OSError: The disk is full, or there is no folder for temporary files. Nothing is appended.
        """
        end = (self._start + self._size) % self._max_bytes
        first = self._max_bytes - end
        self._write(end, data[:first])
        self._write(0, data[first:])
        self._size += len(data)

    def take(self, max_bytes: int) -> bytes:
        """Remove and return the next bytes: at least one unless the queue is empty, and at most ``max_bytes``."""
        if self._file is None:
            return b""
        self._file.seek(self._start)
        data = self._file.read(min(max_bytes, self._size, self._max_bytes - self._start))
        self._start = (self._start + len(data)) % self._max_bytes
        self._size -= len(data)
        if not self._size:
            self._start = 0
            self._file.truncate(0)
        return data

    def close(self) -> None:
        """Delete the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, offset: int, data: bytes) -> None:
        if self._file is None:
            self._file = TemporaryFile(buffering=0)  # noqa: SIM115  closed in ``close``
        self._file.seek(offset)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
