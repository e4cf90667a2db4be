"""The lines that have failed, in a file that can be sent again, and their reasons in another."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import msgspec

from bpmn_events.application.bulk.inputs import json_of
from bpmn_events.application.bulk.lines import Line
from bpmn_events.cli.bulk.disk import sync_folder
from bpmn_events.cli.bulk.journal import Extent, journal_of
from bpmn_events.cli.caller import UsageError

_PIECE_BYTES = 1_048_576

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


class AppendedFile:
    """A file that is created with its first content.

    Attributes:
        path: The path.
        extent: The content that is on the disk.
    """

    def __init__(self, path: Path, mode: int) -> None:
        self.path = path
        self.extent = Extent()
        self._digest = hashlib.sha256()
        self._mode = mode
        self._file: IO[bytes] | None = None

    def begins_with(self, extent: Extent) -> bool:
        """Return True if the file begins with this content, or if there is none and no file."""
        if not self.path.exists():
            return extent.size == 0
        digest, left = hashlib.sha256(), extent.size
        with self.path.open("rb") as file:
            while left and (data := file.read(min(left, _PIECE_BYTES))):
                digest.update(data)
                left -= len(data)
        return left == 0 and digest.hexdigest() == extent.sha256

    def cut(self, extent: Extent) -> None:
        """Append to this content, with which the file begins. Remove everything after it."""
        if self.path.exists():
            os.truncate(self.path, extent.size)
            if extent.size == 0:
                self.path.unlink()
                return
            with self.path.open("rb") as file:
                self._digest = hashlib.file_digest(file, "sha256")
        self.extent = extent

    def write(self, data: bytes) -> int:
        """Append the data."""
        if self._file is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._file = os.fdopen(os.open(self.path, flags, self._mode), "ab")
            sync_folder(self.path.parent)
        self._digest.update(data)
        return self._file.write(data)

    def sync(self) -> None:
        """Wait until the content is on the disk."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self.extent = Extent(self._file.tell(), self._digest.hexdigest())

    def close(self) -> None:
        """Write the rest, and close the file."""
        if self._file is not None:
            self._file.close()


class Failures:
    """The files for the failed lines of a source and for their reasons: the n-th lines of both belong together.

    Attributes:
        lines: The lines, as they were or with the idempotency key under which they were sent.
        reasons: The answers of the bulk route to these lines, with their numbers in the source.
    """

    def __init__(self, source: Path, mode: int) -> None:
        self._folder = source.parent
        self.lines = AppendedFile(source.with_name(f"{source.name}.failed"), mode)
        self.reasons = AppendedFile(source.with_name(f"{source.name}.errors"), mode)

    def restore(self, lines: Extent, reasons: Extent) -> bool:
        """Remove what was written after this content, because those lines are sent again.

        Return False, and change nothing, if one of the files has other content, because the user has edited it.
        """
        if not (self.lines.begins_with(lines) and self.reasons.begins_with(reasons)):
            return False
        self.lines.cut(lines)
        self.reasons.cut(reasons)
        return True

    def rename_old(self) -> Iterator[tuple[Path, Path]]:
        """Rename the files that exist. Yield each old name with the new one.

        Raises:
            UsageError: The failed lines are being sent, or a run that sends them is unfinished.
        """
        files = self.lines.path, self.reasons.path
        if not any(path.exists() for path in files):
            return
        if (journal := journal_of(self.lines.path)).exists() and journal.stat().st_size:
            raise UsageError(
                f"{self.lines.path} of an earlier run was not sent completely: continue that with --from-file "
                f"{self.lines.path} --resume, or delete {journal}"
            )
        free = next(n for n in count(1) if not any(_numbered(path, n).exists() for path in files))
        for path in files:
            if path.exists():
                yield path, path.rename(_numbered(path, free))

    def open_temporary(self) -> IO[bytes]:
        """Open a file without a name, which goes with the process, on the disk of the other files."""
        return TemporaryFile(dir=self._folder)

    def add(self, line: Line, key: str | None, reason: bytes) -> None:
        """Append a line, with the idempotency key under which it was sent, and its reason."""
        if line.file is not None:
            line.file.seek(0)
            shutil.copyfileobj(line.file, self.lines)
        elif line.text is not None:
            self.lines.write(line.text if key is None else _with_key(line.text, key))
        self.lines.write(b"\n")
        self.reasons.write(reason)

    def sync(self) -> None:
        """Wait until both files are on the disk."""
        self.lines.sync()
        self.reasons.sync()

    def close(self) -> None:
        """Close both files."""
        self.lines.close()
        self.reasons.close()


def _with_key(line: bytes, key: str) -> bytes:
    """Return the line with the key. The other values keep their bytes."""
    fields = _fields.decode(json_of(line))
    encoded = msgspec.Raw(msgspec.json.encode(key))
    if fields.get("idempotencyKey") == encoded:
        return line
    return msgspec.json.encode({**fields, "idempotencyKey": encoded})


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")
