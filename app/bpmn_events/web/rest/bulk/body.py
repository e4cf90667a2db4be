"""The requests in the lines of a body, as they arrive."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from bpmn_events.application.bulk.gzip import GzipDecoder
from bpmn_events.application.bulk.inputs import parse_trigger
from bpmn_events.application.bulk.lines import Line, LineSplitter
from bpmn_events.application.bulk.triggers import BulkRequest
from bpmn_events.domain.errors import BadCredential, DomainError, EngineUnavailable, InvalidArgument
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.payload import violation
from bpmn_events.domain.principal import Principal
from bpmn_events.web.http.protocol.shutdown import SHUTDOWN, ShutdownNotice
from bpmn_events.web.rest.bulk.limits import BulkLimits

MEDIA_TYPE = "application/x-ndjson"
_MEDIA_TYPES = (MEDIA_TYPE, "application/ndjson", "application/jsonl", "application/x-jsonlines")
_GZIP = ("gzip", "x-gzip")  # RFC 9110, section 8.4.1.3
# So much of lines that are too long is thrown away before the rest of the body is refused.
_MAX_SKIPPED_BYTES = 67_108_864
# So much of the rest of a body is read before its connection ends.
_MAX_DISCARDED_BYTES = 268_435_456


class _Refused(Exception):
    """The rest of the body is refused, for this reason. It begins with the line ``number``; None means the next one."""

    def __init__(self, error: DomainError, number: int | None = None) -> None:
        super().__init__()
        self.error = error
        self.number = number


class BulkBody:
    """The body of a request, as an iterator over what its lines ask for.

    A line that asks for nothing has an error in place of a command. So has the first line that is not read any more:
    because there are too many, the body is damaged, the caller's credential ends, or the server shuts down.

    Args:
        request: The request. Its body is not read yet.
        principal: The caller.
        limits: The limits of the body.

    Raises:
        HTTPException: 415, the media type or the encoding is another one.
    """

    def __init__(self, request: Request, principal: Principal, limits: BulkLimits) -> None:
        self._gzip = GzipDecoder() if _is_compressed(request) else None
        self._stream = request.stream()
        self._notice: ShutdownNotice = (request.scope.get("extensions") or {}).get(SHUTDOWN) or ShutdownNotice()
        self._expires_at = principal.expires_at
        self._max_lines = limits.max_lines
        self._max_line_bytes = limits.max_line_bytes
        self._splitter = LineSplitter(limits.max_line_bytes)
        self._is_shutting_down = asyncio.Event()

    async def requests(self) -> AsyncIterator[BulkRequest]:
        """Yield the requests. If the client goes, a line that has not arrived completely asks for nothing."""
        self._notice.add(self._is_shutting_down.set)
        try:
            async for piece in self._pieces():
                for line in self._splitter.feed(piece):
                    yield self._read(line)
                self._check_wasted()
                await asyncio.sleep(0)  # others have their turn, also if no line is complete
            for line in self._splitter.end():
                yield self._read(line)
        except _Refused as refused:
            yield BulkRequest(refused.number or self._splitter.number + 1, refused.error, 0)
            await self._discard()
        except ClientDisconnect:
            return
        finally:
            self._notice.remove(self._is_shutting_down.set)

    def _read(self, line: Line) -> BulkRequest:
        number, text = line.number, line.text
        if number > self._max_lines:
            raise self._too_many_lines()
        self._check_time(number)
        if text is None:
            return BulkRequest(number, violation("", "maxBytes", f"a line has at most {self._max_line_bytes} bytes"), 0)
        try:
            return BulkRequest(number, parse_trigger(text, TriggerSource.REST), len(text))
        except DomainError as error:
            return BulkRequest(number, error, 0)

    def _check_time(self, number: int | None = None) -> None:
        if self._is_shutting_down.is_set():
            reason = "The server is shutting down: send this line and the next ones again."
            raise _Refused(EngineUnavailable(reason), number)
        if self._expires_at is not None and self._expires_at <= time.time():
            raise _Refused(BadCredential("it has expired"), number)

    def _check_wasted(self) -> None:
        """Refuse a body of which nearly everything is blank lines, or lines that are too long."""
        if self._splitter.number > self._max_lines:
            raise self._too_many_lines()
        if self._splitter.skipped_bytes > _MAX_SKIPPED_BYTES:
            raise _Refused(violation("", "maxBytes", "too much of this body is in lines that are too long"))

    def _too_many_lines(self) -> _Refused:
        return _Refused(InvalidArgument("line", f"a body has at most {self._max_lines} lines"), self._max_lines + 1)

    async def _discard(self) -> None:
        """Read the rest of the body, because many clients read the answers only after they have sent everything."""
        size = 0
        with suppress(ClientDisconnect, _Refused):
            async for data in self._parts():
                size += len(data)
                if size > _MAX_DISCARDED_BYTES:
                    return

    async def _pieces(self) -> AsyncIterator[bytes]:
        """Yield the body, decompressed."""
        try:
            async for data in self._parts():
                for piece in (data,) if self._gzip is None else self._gzip.feed(data):
                    yield piece
            if self._gzip is not None:
                self._gzip.end()
        except zlib.error:
            raise _Refused(InvalidArgument("body", "is no complete gzip data from here on")) from None

    async def _parts(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives, until the server shuts down."""
        stopping = asyncio.create_task(self._is_shutting_down.wait())
        try:
            while True:
                receiving = asyncio.ensure_future(anext(self._stream, None))
                try:
                    await asyncio.wait((receiving, stopping), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not receiving.done():
                        receiving.cancel()
                if not receiving.done():
                    self._check_time()
                if (data := await receiving) is None:
                    return
                yield data
        finally:
            stopping.cancel()


def _is_compressed(request: Request) -> bool:
    """Return True if the body is compressed with gzip."""
    media_type = request.headers.get("content-type", MEDIA_TYPE).partition(";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        raise HTTPException(415, f"Send a JSON object in each line, as Content-Type: {MEDIA_TYPE}, not {media_type!r}.")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", *_GZIP):
        raise HTTPException(415, "Send the body without a Content-Encoding, or with gzip.", {"Accept-Encoding": "gzip"})
    return encoding in _GZIP
