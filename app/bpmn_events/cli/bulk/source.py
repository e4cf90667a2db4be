"""The file or the stream from which a command reads its lines."""

import asyncio
import hashlib
import os
import re
import select
import stat
import threading
import zlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from bpmn_events.application.bulk.gzip import GzipDecoder
from bpmn_events.cli.caller import UsageError

_PIECE_BYTES = 262_144
_GZIP_MAGIC = b"\x1f\x8b"  # RFC 1952, section 2.3.1
_STDIN, _STDIN_DESCRIPTOR = "-", 0
_STREAMS = re.compile("-|/dev/stdin|/dev/fd/.*|/proc/self/fd/.*")
# The files that belong to a stream have this name, in the working folder.
_STREAM_NAME = "stdin"
_PRIVATE = 0o600


class UnreadableSource(Exception):
    """The rest of the source cannot be read. The message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a file.

    Attributes:
        size: The number of bytes, before decompression.
        sha256: Their digest, in hexadecimal.
        lines: The number of lines, also of blank ones.
    """

    size: int
    sha256: str
    lines: int


class Source:
    """A file, or a stream such as the standard input, plain or compressed with gzip.

    Attributes:
        name: The name for messages.
        path: The path from which the names of the files beside it are made.
        is_file: True if it can be read again from its beginning.
        mode: The permissions of files with lines of the source.
    """

    def __init__(self, name: str, path: Path, file: FileIO) -> None:
        status = os.fstat(file.fileno())
        self.name = name
        self.is_file = stat.S_ISREG(status.st_mode) and not _STREAMS.fullmatch(name)
        self.path = path if self.is_file else Path(_STREAM_NAME)
        self.mode = stat.S_IMODE(status.st_mode) & 0o666 if self.is_file else _PRIVATE
        self._file = file
        self._size: int | None = None

    @classmethod
    def open(cls, name: str) -> "Source":
        """Open a file by its name; ``-`` is the standard input.

        Raises:
            UsageError: It cannot be opened.
        """
        try:
            if name == _STDIN:
                return cls(name, Path(_STREAM_NAME), FileIO(_STDIN_DESCRIPTOR, closefd=False))
            path = Path(name)
            # All links to a file have the same journal, so that two commands do not send it at the same time.
            return cls(name, path.resolve() if path.is_symlink() else path, FileIO(name))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise UsageError(f"{name} cannot be read: {reason}") from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    async def scan(self) -> Content:
        """Read a file once, and return a description of its content.

        Raises:
            UnreadableSource: It cannot be read, or is no complete gzip file.
        """
        digest, decoder = hashlib.sha256(), _Decoder()
        size = lines = 0
        last = b"\n"
        async for data in self._read():
            digest.update(data)
            size += len(data)
            for piece in self._decode(decoder, data):
                lines += piece.count(b"\n")
                last = piece[-1:] or last
        for piece in self._decode(decoder, None):
            lines += piece.count(b"\n")
            last = piece[-1:]
        self._file.seek(0)
        self._size = size
        return Content(size, digest.hexdigest(), lines + (last != b"\n"))

    async def pieces(self, stop: asyncio.Event) -> AsyncGenerator[bytes, None]:
        """Yield the source, decompressed, in pieces. It ends early when ``stop`` is set.

        Raises:
            UnreadableSource: It cannot be read, is no complete gzip data, or is a file whose size has changed since the
                scan.
        """
        decoder, size = _Decoder(), 0
        async with aclosing(self._read(stop)) as parts:
            async for data in parts:
                size += len(data)
                if self._size is not None and size > self._size:
                    break
                for piece in self._decode(decoder, data):
                    yield piece
        if stop.is_set():
            return
        if self._size is not None and size != self._size:
            raise UnreadableSource(f"{self.name} has changed while it was sent")
        for piece in self._decode(decoder, None):
            yield piece

    def _decode(self, decoder: "_Decoder", data: bytes | None) -> Iterator[bytes]:
        try:
            yield from decoder.end() if data is None else decoder.feed(data)
        except zlib.error:
            raise UnreadableSource(f"{self.name} is damaged: it is no complete gzip data") from None

    async def _read(self, stop: asyncio.Event | None = None) -> AsyncGenerator[bytes, None]:
        stopping = asyncio.ensure_future((stop or asyncio.Event()).wait())
        try:
            while not stopping.done():
                reading = _start_reading(self._file)
                await asyncio.wait((reading, stopping), return_when=asyncio.FIRST_COMPLETED)
                if not reading.done():
                    reading.cancel()
                    return
                data = reading.result()
                if isinstance(data, OSError):
                    raise UnreadableSource(f"{self.name} cannot be read: {data.strerror}")
                if not data:
                    return
                yield data
        finally:
            stopping.cancel()


def _start_reading(file: FileIO) -> "asyncio.Future[bytes | OSError]":
    """Read the next bytes in a thread that does not keep the program from ending while a stream sends nothing."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[bytes | OSError] = loop.create_future()

    def finish(data: bytes | OSError) -> None:
        if not future.done():
            future.set_result(data)

    def read() -> None:
        data: bytes | OSError | None
        try:
            while (data := file.read(_PIECE_BYTES)) is None:  # another program has made the stream non-blocking
                select.select((file,), (), ())
        except OSError as error:
            data = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(finish, data)

    threading.Thread(target=read, daemon=True).start()
    return future


class _Decoder:
    """Decompresses data that begin like those of gzip, and leaves others as they are: JSON never begins so."""

    def __init__(self) -> None:
        self._beginning: bytes | None = b""
        self._gzip: GzipDecoder | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._beginning is not None:
            data = self._beginning + data
            if len(data) < len(_GZIP_MAGIC):
                self._beginning = data
                return
            self._beginning = None
            self._gzip = GzipDecoder() if data.startswith(_GZIP_MAGIC) else None
        if self._gzip is None:
            yield data
        else:
            yield from self._gzip.feed(data)

    def end(self) -> Iterator[bytes]:
        if self._beginning:
            yield self._beginning
        if self._gzip is not None:
            self._gzip.end()
