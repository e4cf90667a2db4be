"""The lines that have failed, in a file that can be sent again, and their reasons in another."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import IO

from bpmn_events.cli.bulk.disk import sync_folder
from bpmn_events.cli.bulk.lines import InputLine


class AppendedFile:
    """A file that is created with its first content.

    Attributes:
        path: The path.
        size: The number of bytes.
    """

    def __init__(self, path: Path, mode: int) -> None:
        self.path = path
        self.size = 0
        self._mode = mode
        self._file: IO[bytes] | None = None

    def cut(self, size: int) -> None:
        """Keep this number of bytes of the file, or all if it is shorter, because the user has changed it."""
        if not self.path.exists():
            return
        self.size = min(size, self.path.stat().st_size)
        os.truncate(self.path, self.size)
        if not self.size:
            self.path.unlink()

    def open(self) -> IO[bytes]:
        """Return the file, opened for appending."""
        if self._file is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._file = os.fdopen(os.open(self.path, flags, self._mode), "ab")
            sync_folder(self.path.parent)
        return self._file

    def sync(self) -> None:
        """Wait until the content is on the disk."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self.size = self._file.tell()

    def close(self) -> None:
        """Write the rest, and close the file."""
        if self._file is not None:
            self._file.close()


class Failures:
    """The files for the failed lines of a source and for their reasons: the n-th lines of both belong together.

    Attributes:
        folder: Their folder.
        lines: The lines, as they were or with the idempotency key under which they were sent.
        reasons: The answers of the bulk route to these lines, with their numbers in the source.
    """

    def __init__(self, source: Path, mode: int) -> None:
        self.folder = source.parent
        self.lines = AppendedFile(source.with_name(f"{source.name}.failed"), mode)
        self.reasons = AppendedFile(source.with_name(f"{source.name}.errors"), mode)

    def set_aside(self) -> Iterator[tuple[Path, Path]]:
        """Rename the files of an earlier run. Yield each old name with the new one."""
        files = self.lines.path, self.reasons.path
        if not any(path.exists() for path in files):
            return
        free = next(n for n in count(1) if not any(_numbered(path, n).exists() for path in files))
        for path in files:
            if path.exists():
                yield path, path.rename(_numbered(path, free))

    def cut(self, lines_size: int, reasons_size: int) -> None:
        """Keep the content up to these sizes, because the lines after it are sent again."""
        self.lines.cut(lines_size)
        self.reasons.cut(reasons_size)

    def add(self, line: InputLine, reason: bytes) -> None:
        """Append a line and its reason."""
        line.write_to(self.lines.open())
        self.reasons.open().write(reason)

    def sync(self) -> None:
        """Wait until both files are on the disk."""
        self.lines.sync()
        self.reasons.sync()

    def close(self) -> None:
        """Close both files."""
        self.lines.close()
        self.reasons.close()


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")
