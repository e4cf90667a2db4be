"""The lines of a source, complete, in bounded memory."""

import shutil
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import msgspec

BLANK = b" \t\r"

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(slots=True)
class InputLine:
    """A line as it is in the source.

    Attributes:
        number: Its number, counted from 1.
        size: The number of its bytes, without the end of the line.
        text: The bytes; empty if they are in ``file``.
        file: A temporary file with the bytes of a line that is too long; None for any other line.
        key: The idempotency key that was added to the line; None if none was.
    """

    number: int
    size: int
    text: bytes
    file: IO[bytes] | None = None
    key: str | None = None

    @property
    def json(self) -> bytes:
        """The bytes without blanks around them and without a byte order mark (RFC 8259, section 8.1)."""
        return self.text.strip(BLANK).removeprefix(BOM_UTF8)

    def write_to(self, target: IO[bytes]) -> None:
        """Append the line, with the key that was added and an end, and forget it."""
        if self.file is not None:
            self.file.seek(0)
            shutil.copyfileobj(self.file, target)
        elif self.key is None:
            target.write(self.text)
        else:
            # The values keep their bytes. A key that was null is replaced.
            fields = _fields.decode(self.json)
            target.write(msgspec.json.encode({**fields, "idempotencyKey": self.key}))
        target.write(b"\n")
        self.close()

    def close(self) -> None:
        """Delete the temporary file."""
        if self.file is not None:
            self.file.close()


class InputLines:
    """Splits a text into its lines as ``LineSplitter`` does, but keeps lines that are too long in temporary files.

    Args:
        max_bytes: The length of the longest line that is kept in memory.
        folder: The folder of the temporary files. They have no names, so that they go with the process.
    """

    def __init__(self, max_bytes: int, folder: Path) -> None:
        self._max_bytes = max_bytes
        self._folder = folder
        self._begun = bytearray()
        self._file: IO[bytes] | None = None
        self._number = 0

    def feed(self, data: bytes) -> Iterator[InputLine]:
        """Yield the lines that end in the next piece of the text, without blank ones."""
        *ended, rest = data.split(b"\n")
        for part in ended:
            self._add(part)
            yield from self.end()
        self._add(rest)

    def _add(self, part: bytes) -> None:
        if self._file is None and len(self._begun) + len(part) > self._max_bytes:
            self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115  closed with the line
            self._file.write(self._begun)
            self._begun.clear()
        if self._file is None:
            self._begun += part
        else:
            self._file.write(part)

    def end(self) -> Iterator[InputLine]:
        """End the current line, and yield it unless it is blank."""
        self._number += 1
        if self._file is not None:
            yield InputLine(self._number, self._file.tell(), b"", self._file)
        elif self._begun.strip(BLANK):
            yield InputLine(self._number, len(self._begun), bytes(self._begun))
        self._file = None
        self._begun.clear()

    def close(self) -> None:
        """Delete the temporary file of a line that has not ended."""
        if self._file is not None:
            self._file.close()
