"""The journal of a run: how far a file was sent, and under which keys."""

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import msgspec

from bpmn_events.cli.bulk.disk import sync_folder
from bpmn_events.cli.caller import UsageError

if sys.platform != "win32":
    import fcntl

_VERSION = 1
# An incomplete header: as it is written, or as a file system may leave it after a loss of power.
_BEGUN = (b'{"runId":', b"\0")

T = TypeVar("T", bound=msgspec.Struct)


def journal_of(file: Path) -> Path:
    """Return the path of the journal for the runs of a file."""
    return file.with_name(f"{file.name}.progress")


class Header(msgspec.Struct, frozen=True, rename="camel"):
    """The first line: the run, and the content of the file that it sends.

    ``run_id`` is the beginning of the idempotency keys of the run.
    """

    run_id: str
    size: int
    sha256: str
    lines: int
    at: datetime
    version: int = _VERSION


class Extent(msgspec.Struct, frozen=True, rename="camel"):
    """The content of a file: its size, and its digest in hexadecimal."""

    size: int = 0
    sha256: str = sha256().hexdigest()


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """A later line: all lines of the file up to ``line`` are done, with these numbers of outcomes.

    ``checked`` is the number of dry runs. ``key`` is the idempotency key of the last line that this run or an earlier
    one has triggered, at the time ``triggered_at``.
    ``failed_lines`` and ``reasons`` are the contents of the files with the failed lines and with their reasons.
    """

    at: datetime
    line: int = 0
    triggered: int = 0
    replayed: int = 0
    checked: int = 0
    failed: int = 0
    key: str | None = None
    triggered_at: datetime | None = None
    failed_lines: Extent = Extent()
    reasons: Extent = Extent()


@dataclass(frozen=True, slots=True)
class UnfinishedRun:
    """A run that has not come to the end of its file: its header, and its last record."""

    header: Header
    record: Record


class Journal:
    """A file with one JSON document in each line. It exists while a run is not complete, and is locked while one runs.

    It is only appended to, so that a crash damages at most its last line, which does not count then.

    Attributes:
        path: The path of the file.
        unfinished: The run whose journal it was when it was locked; None if there was none.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._size, self.unfinished = self._read()
        self._is_kept = self.unfinished is not None

    @classmethod
    def lock(cls, path: Path, mode: int) -> "Journal":
        """Open or create the file, and lock it until the journal is closed or the process ends.

        Raises:
            UsageError: Another process has locked it, it is no journal, or it cannot be written.
        """
        while True:
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, mode)
            except OSError as error:
                raise UsageError(f"{path} cannot be written: {error.strerror}") from None
            try:
                if not _lock(descriptor):
                    raise UsageError(f"another command is at work: it has locked {path}")
                if _is_at(descriptor, path):  # otherwise, a run has just completed, and has deleted it
                    return cls(path, descriptor)
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def begin(self, header: Header) -> None:
        """Begin a run, unless one is unfinished, which continues.

        Raises:
            UsageError: The file cannot be written.
        """
        try:
            os.ftruncate(self._descriptor, self._size)
            if self.unfinished is None:
                self._append(header)
                sync_folder(self.path.parent)
        except OSError as error:
            raise UsageError(f"{self.path} cannot be written: {error.strerror}") from None
        self._is_kept = True

    def record(self, record: Record) -> None:
        """Append a record, which is on the disk afterwards.

        Raises:
            OSError: The file cannot be written. The last record holds.
        """
        self._append(record)

    def complete(self) -> None:
        """Let the file be deleted at the end."""
        self._is_kept = False

    def close(self) -> None:
        """Unlock the file. Delete it if the run is complete, or if none has begun in it."""
        if not self._is_kept:
            os.ftruncate(self._descriptor, 0)
            with suppress(OSError):  # Windows deletes no open file; an empty one is no unfinished run
                self.path.unlink()
                sync_folder(self.path.parent)
        os.close(self._descriptor)

    def _append(self, document: msgspec.Struct) -> None:
        data = msgspec.json.encode(document) + b"\n"
        try:
            left = data
            while left:  # on a full disk, only the beginning may be written, and the next call says why
                left = left[os.write(self._descriptor, left) :]
            os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(data)

    def _read(self) -> tuple[int, UnfinishedRun | None]:
        """Return the size without an incomplete line at the end, and the unfinished run."""
        with open(self._descriptor, "rb", closefd=False) as file:
            text = file.read()
        *lines, rest = text.split(b"\n")
        if not lines and (not rest or rest.startswith(_BEGUN)):
            return 0, None
        header = _decode(lines[0], Header) if lines else None
        if header is None or header.version != _VERSION:
            raise UsageError(f"{self.path} is no journal of this version of the program: move it away")
        records = (_decode(line, Record) for line in reversed(lines[1:]))
        record = next((record for record in records if record is not None), Record(header.at))
        return len(text) - len(rest), UnfinishedRun(header, record)


def _decode(line: bytes, document_type: type[T]) -> T | None:
    try:
        return msgspec.json.decode(line, type=document_type)
    except (msgspec.DecodeError, UnicodeError):
        return None


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":

    def _lock(descriptor: int) -> bool:
        """Return True: Windows has no locks of this kind."""
        return True

else:

    def _lock(descriptor: int) -> bool:
        """Lock the file until it is closed. Return False if a running process has locked it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
