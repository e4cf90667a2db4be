"""The lines of a text that arrives in pieces."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

_LINE_FEED = b"\n"
_BLANK = b" \t\r"


@dataclass(frozen=True, slots=True)
class Line:
    """A line.

    Attributes:
        number: Its number, counted from 1.
        text: Its bytes without the end of the line; None if there are more of them than allowed.
        file: The bytes of a line that is too long; None for any other line, or if they were thrown away.
    """

    number: int
    text: bytes | None
    file: IO[bytes] | None = None

    @property
    def size(self) -> int:
        """The number of bytes that are kept."""
        if self.text is not None:
            return len(self.text)
        return 0 if self.file is None else self.file.tell()

    def close(self) -> None:
        """Delete the temporary file."""
        if self.file is not None:
            self.file.close()


class LineSplitter:
    """Splits a text into its lines, in bounded memory. Blank lines count, but are left out.

    Args:
        max_bytes: The length of the longest line that is kept in memory, without its end.
        open_file: Opens a temporary file for a longer line. Without it, such lines are thrown away.

    Attributes:
        number: The number of lines that have ended.
        skipped_bytes: How many bytes of blank lines and of lines that are too long were thrown away.
    """

    def __init__(self, max_bytes: int, open_file: Callable[[], IO[bytes]] | None = None) -> None:
        self._max_bytes = max_bytes
        self._open_file = open_file
        self._begun = bytearray()
        self._is_too_long = False
        self._file: IO[bytes] | None = None
        self.number = 0
        self.skipped_bytes = 0

    def feed(self, data: bytes) -> Iterator[Line]:
        """Yield the lines that end in the next piece of the text."""
        *ended, rest = data.split(_LINE_FEED)
        for part in ended:
            if not (part.strip(_BLANK) or self._begun or self._is_too_long) and len(part) <= self._max_bytes:
                self.number += 1  # a text may have very many blank lines
                self.skipped_bytes += len(part)
            else:
                self._add(part)
                yield from self.end()
        self._add(rest)

    def _add(self, part: bytes) -> None:
        if not self._is_too_long and len(self._begun) + len(part) <= self._max_bytes:
            self._begun += part
            return
        if not self._is_too_long:
            self._is_too_long = True
            self._file = self._open_file() if self._open_file is not None else None
            self._put(self._begun)
            self._begun.clear()
        self._put(part)

    def _put(self, part: bytes | bytearray) -> None:
        """Append a part of a line that is too long."""
        if self._file is None:
            self.skipped_bytes += len(part)
        else:
            self._file.write(part)

    def end(self) -> Iterator[Line]:
        """End the current line, and yield it unless it is blank."""
        self.number += 1
        text, is_too_long, file = bytes(self._begun), self._is_too_long, self._file
        self._begun.clear()
        self._is_too_long, self._file = False, None
        if is_too_long:
            yield Line(self.number, None, file)
        elif text.strip(_BLANK):
            yield Line(self.number, text)
        else:
            self.skipped_bytes += len(text)

    def close(self) -> None:
        """Delete the temporary file of a line that has not ended."""
        if self._file is not None:
            self._file.close()
