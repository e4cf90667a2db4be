"""The lines of a text that arrives in pieces."""

from collections.abc import Iterator
from typing import NamedTuple

_LINE_FEED = b"\n"
_BLANK = b" \t\r"


class Line(NamedTuple):
    """A line.

    Attributes:
        number: Its number, counted from 1.
        text: Its bytes without the end of the line; None if there are more of them than allowed.
    """

    number: int
    text: bytes | None


class LineSplitter:
    """Splits a text into its lines, in bounded memory. Blank lines count, but are left out.

    Args:
        max_bytes: The length of the longest line that is kept, without its end.

    Attributes:
        number: The number of lines that have ended.
        skipped_bytes: How many bytes of lines that are too long were thrown away.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._begun = bytearray()
        self._is_too_long = False
        self.number = 0
        self.skipped_bytes = 0

    def feed(self, data: bytes) -> Iterator[Line]:
        """Yield the lines that end in the next piece of the text."""
        *ended, rest = data.split(_LINE_FEED)
        for part in ended:
            self._add(part)
            yield from self.end()
        self._add(rest)

    def _add(self, part: bytes) -> None:
        if self._is_too_long:
            self.skipped_bytes += len(part)
            return
        self._begun += part
        if len(self._begun) > self._max_bytes:
            self._is_too_long = True
            self.skipped_bytes += len(self._begun)
            self._begun.clear()

    def end(self) -> Iterator[Line]:
        """End the current line, and yield it unless it is blank or was too long."""
        self.number += 1
        text = bytes(self._begun).strip(_BLANK)
        self._begun.clear()
        is_too_long, self._is_too_long = self._is_too_long, False
        if is_too_long:
            yield Line(self.number, None)
        elif text:
            yield Line(self.number, text)
