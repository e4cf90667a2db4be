"""Responses to clients of HTTP/1.0, which know no chunks."""

import asyncio
from collections.abc import Callable, Iterator

from bpmn_events.web.http.protocol.closing import CycleTransport

_CHUNKED = b"transfer-encoding: chunked\r\n"


class UnframedTransport(CycleTransport):
    """Takes the chunks out of a response without a length: the end of the connection ends it (RFC 9112, section 6.3).

    uvicorn writes chunks whatever the version of the request is. It writes the header at once, and whole chunks.
    """

    __slots__ = ("_is_chunked", "_write")

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None], is_closing: Callable[[], bool]) -> None:
        super().__init__(transport, close, is_closing)
        self._write = transport.write
        self._is_chunked: bool | None = None
        self.write = self._write_unframed

    def _write_unframed(self, data: bytes | bytearray | memoryview) -> None:
        data = bytes(data)
        if self._is_chunked is None:
            self._is_chunked = _CHUNKED in data
            self._write(data.replace(_CHUNKED, b"", 1))
        elif self._is_chunked:
            self._write(b"".join(_contents(data)))
        else:
            self._write(data)


def _contents(chunks: bytes) -> Iterator[bytes]:
    while chunks:
        size, _, rest = chunks.partition(b"\r\n")
        length = int(size, 16)
        yield rest[:length]
        chunks = rest[length + 2 :]
