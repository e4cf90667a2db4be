"""The requests in the lines of a body, as they arrive."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from bpmn_events.application.bulk.gzip import GzipDecoder
from bpmn_events.application.bulk.inputs import parse_trigger
from bpmn_events.application.bulk.lines import Line, LineSplitter
from bpmn_events.application.bulk.triggers import BulkRequest
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.domain.errors import BadCredential, DomainError, EngineUnavailable, InvalidArgument
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.payload import violation
from bpmn_events.domain.principal import Principal
from bpmn_events.web.http.observation.record import record_error
from bpmn_events.web.rest.bulk.limits import BulkLimits

MEDIA_TYPE = "application/x-ndjson"
MEDIA_TYPES = (MEDIA_TYPE, "application/ndjson", "application/jsonl")
_GZIP = ("gzip", "x-gzip")  # RFC 9110, section 8.4.1.3
# A body is split in pieces of at most this size, between which others have their turn.
_PIECE_BYTES = 16_384
# So much is thrown away before the rest of the body is refused: lines that are blank or too long, and empty gzip data.
_MAX_SKIPPED_BYTES = 67_108_864
# The reason at a shutdown, and when no line has had an answer for too long.
_STOPPED = "The server can execute no more lines at the moment: send this line and the next ones again."


class _Refused(Exception):
    """The rest of the body is refused, for this reason. It begins with the line ``number``; None means the next one."""

    def __init__(self, error: DomainError, number: int | None = None) -> None:
        super().__init__()
        self.error = error
        self.number = number


class BulkBody:
    """The body of a request, as an iterator over the commands in its lines.

    A line without a valid command has an error in its place. So has the first line that is not read any more: because
    there are too many, the body is damaged or pauses, the caller's credential ends, ``refuse_rest`` was called, or
    ``stop`` is set. The user of this class skips what follows it.

    Args:
        request: The request. Its body is not read yet.
        principal: The caller.
        limits: The limits of the body.
        stop: Ends the body when it is set.

    Raises:
        HTTPException: 415, the media type or the encoding is another one.
    """

    def __init__(self, request: Request, principal: Principal, limits: BulkLimits, stop: asyncio.Event) -> None:
        self._gzip = GzipDecoder() if _is_compressed(request) else None
        self._stream = request.stream()
        self._principal = principal
        self._limits = limits
        self._splitter = LineSplitter(limits.max_line_bytes)
        self._stop = stop
        self._stop_error = EngineUnavailable(_STOPPED)
        self._unanswered = 0
        self._idle_since = 0.0

    async def requests(self) -> AsyncIterator[BulkRequest]:
        """Yield the requests. If the client goes, a line that has not arrived completely is left out."""
        try:
            async for piece in self._decompressed():
                for line in self._splitter.feed(piece):
                    yield self._read(line)
                self._refuse_padding()
                await asyncio.sleep(0)  # others have their turn, also if no line is complete
            for line in self._splitter.end():
                yield self._read(line)
        except _Refused as refused:
            record_error(refused.error)
            yield self._request(refused.number or self._splitter.number + 1, refused.error)
        except ClientDisconnect:
            return

    def refuse_rest(self, error: EngineUnavailable) -> None:
        """Refuse the next line and whatever follows it. Sets ``stop``."""
        if not self._stop.is_set():
            self._stop_error = error
            self._stop.set()

    def note_answers(self, count: int) -> None:
        """Say that so many requests are answered. When all are, the client has to go on with the body."""
        self._unanswered -= count
        self._idle_since = asyncio.get_running_loop().time()

    def _request(self, number: int, command: TriggerEvent | DomainError, size: int = 0) -> BulkRequest:
        self._unanswered += 1
        return BulkRequest(number, command, size)

    def _read(self, line: Line) -> BulkRequest:
        number, text = line.number, line.text
        if number > self._limits.max_lines:
            raise self._too_many_lines()
        self._check_end(number)
        if text is None:
            reason = f"a line has at most {self._limits.max_line_bytes} bytes"
            return self._request(number, violation("", "maxBytes", reason))
        try:
            return self._request(number, parse_trigger(text, TriggerSource.REST), len(text))
        except DomainError as error:
            return self._request(number, error)

    def _check_end(self, number: int | None = None) -> None:
        if self._stop.is_set():
            raise _Refused(self._stop_error, number)
        try:
            require_current(self._principal)
        except BadCredential as error:
            raise _Refused(error, number) from None

    def _refuse_padding(self) -> None:
        """Refuse a body of which nearly everything is thrown away."""
        if self._splitter.number > self._limits.max_lines:
            raise self._too_many_lines()
        skipped_bytes = self._splitter.skipped_bytes + (self._gzip.skipped_bytes if self._gzip is not None else 0)
        if skipped_bytes > _MAX_SKIPPED_BYTES:
            raise _Refused(violation("", "maxBytes", "too much of this body is blank, or in lines that are too long"))

    def _too_many_lines(self) -> _Refused:
        max_lines = self._limits.max_lines
        return _Refused(InvalidArgument("line", f"a body has at most {max_lines} lines"), max_lines + 1)

    async def _decompressed(self) -> AsyncIterator[bytes]:
        """Yield the body in small pieces, decompressed. A piece may be empty."""
        try:
            async for data in self._received():
                for piece in _cut(data) if self._gzip is None else self._gzip.feed(data):
                    yield piece
            if self._gzip is not None:
                self._gzip.end()
        except zlib.error:
            raise _Refused(InvalidArgument("body", "is no complete gzip data from here on")) from None

    async def _received(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives, until it is refused or pauses for too long."""
        stopping = asyncio.create_task(self._stop.wait())
        try:
            while True:
                receiving = asyncio.ensure_future(anext(self._stream, None))
                try:
                    await self._wait(receiving, stopping)
                finally:
                    receiving.cancel()
                if (data := await receiving) is None:
                    return
                yield data
        finally:
            stopping.cancel()

    async def _wait(self, receiving: "asyncio.Future[bytes | None]", stopping: "asyncio.Task[Literal[True]]") -> None:
        """Wait until data have arrived."""
        now, seconds = asyncio.get_running_loop().time, self._limits.idle_seconds
        self._idle_since = now()
        while not receiving.done():
            left = seconds if self._unanswered else self._idle_since + seconds - now()
            if left <= 0:
                raise _Refused(InvalidArgument("body", f"does not go on for {seconds:g} seconds: send the rest again"))
            await asyncio.wait((receiving, stopping), timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if not receiving.done():
                self._check_end()


def _cut(data: bytes) -> Iterator[bytes]:
    return (data[start : start + _PIECE_BYTES] for start in range(0, len(data), _PIECE_BYTES))


def require_current(principal: Principal) -> None:
    """Check the end of the caller's credential.

    Raises:
        BadCredential: It has expired.
    """
    if principal.expires_at is not None and principal.expires_at <= time.time():
        raise BadCredential("it has expired")


def _is_compressed(request: Request) -> bool:
    """Return True if the body is compressed with gzip."""
    media_type = request.headers.get("content-type", MEDIA_TYPE).partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise HTTPException(415, f"Send a JSON object in each line, as Content-Type: {MEDIA_TYPE}, not {media_type!r}.")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", *_GZIP):
        raise HTTPException(415, "Send the body without a Content-Encoding, or with gzip.", {"Accept-Encoding": "gzip"})
    return encoding in _GZIP
