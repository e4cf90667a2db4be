"""The protocol of HTTP connections, for uvicorn's option ``http``."""

import asyncio
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.server import ServerState

from bpmn_events.web.http.protocol import refusals
from bpmn_events.web.http.protocol.arrival import Phase
from bpmn_events.web.http.protocol.heads import MAX_FIELDS, MAX_HEAD_BYTES, MAX_TARGET_BYTES
from bpmn_events.web.http.protocol.requests import RequestProtocol

# A packet is parsed in slices, because the parser cannot stop inside one. A slice bounds how many pipelined requests
# are taken at once, and how much of a field is kept; a turn bounds how long other connections wait.
_SLICE_BYTES = 8_192
_TURN_BYTES = 65_536
# The first slice of a header may begin with a part of an earlier request, and separators do not count.
_MAX_INCOMPLETE_HEAD_BYTES = MAX_HEAD_BYTES + 2 * _SLICE_BYTES
# A longer body that the application does not read ends the connection.
_MAX_SKIPPED_BODY_BYTES = 1_048_576

_IDLE, _HEAD, _BODY, _COMPLETE = Phase  # a member of an enum costs more to look up


class HttpProtocol(RequestProtocol):
    """uvicorn's protocol for HTTP/1.1 with limits, deadlines, and the rules of RFC 9110 and RFC 9112 that it lacks.

    Usual requests, which arrive in one small packet, take the same way as in uvicorn. Only a request that is large,
    incomplete after a packet, pipelined or unusual costs more.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._next_turn: asyncio.Handle | None = None

    def data_received(self, data: bytes) -> None:
        """Parse a packet: at once if it is small and nothing waits, otherwise in turns with other connections."""
        if self.ignores_input:
            self.ignore(len(data))
        elif len(data) <= _SLICE_BYTES and not self.flow.read_paused:
            self._parse(data)
        else:
            self.backlog.append(data)
            if not self.flow.read_paused:
                self._take_turn()

    def _parse(self, data: bytes | memoryview) -> None:
        if self.phase is _COMPLETE:
            self.phase = _IDLE
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as stop:
            self._parse_after_offer(bytes(data[stop.args[0] :]))
        except httptools.HttpParserError:
            self._end_input()
        if self.phase is not _COMPLETE:
            self._check_incomplete(len(data))
        elif self.arrival.phase is not None:
            self._end_arrival()

    def _parse_after_offer(self, rest: bytes) -> None:
        data = self.after_offer(rest)
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as stop:
                data = self.after_offer(data[stop.args[0] :])
            except httptools.HttpParserError:
                self._end_input()
                return
            else:
                return

    def _end_input(self) -> None:
        """Refuse what the parser has refused, or ignore it if it follows the last request."""
        if self.phase is not _BODY and self.has_last_request():
            self.stop_input()
        elif self.refusal is not None:
            self.refuse(self.refusal)
        else:
            self.refuse((self.phase is _HEAD and self.size_refusal()) or refusals.MALFORMED)

    def _end_arrival(self) -> None:
        self.end_arrival()
        if self.running is None and not self.ignores_input:  # the response was complete before the request
            self.deadline.set(self.shared.limits.keep_alive_seconds)

    def _check_incomplete(self, size: int) -> None:
        """Check the size of the request that is arriving, and start its deadline."""
        if self.ignores_input:
            return
        if self.phase is not _BODY and self.has_last_request():
            self.stop_input()
            return
        if self.phase is not self.arrival.phase:
            self.arrival.begin(self.phase, self.loop.time())
            self.deadline.set(self.allowed_seconds())
        if self.phase is _BODY:
            self._check_body(size)
        else:
            self._check_head_size(size)

    def _check_head_size(self, size: int) -> None:
        self.arrival.received_bytes += size
        if self.phase is _IDLE:
            return
        if len(self.url) > MAX_TARGET_BYTES:
            self.refuse(refusals.TARGET_TOO_LONG)
        elif len(self.headers) > MAX_FIELDS or self.arrival.received_bytes > _MAX_INCOMPLETE_HEAD_BYTES:
            self.refuse(refusals.HEAD_TOO_LARGE)

    def _check_body(self, size: int) -> None:
        if not self.arrival.add_to_body(size, self.data_bytes) or len(self.headers) > MAX_FIELDS:
            self.refuse(refusals.FRAMING_TOO_LARGE)
        elif self.arrival.is_streamed:
            if self.arrival.is_skipped:
                self._check_skipped_body()
        elif self.cycle.response_complete and self.arrival.received_bytes > _MAX_SKIPPED_BODY_BYTES:
            self.close_in_stages()
        else:
            self.shared.occupancy.count_body(self, self.data_bytes)

    def _check_skipped_body(self) -> None:
        seconds = self.allowed_seconds()
        self.deadline.set(min(seconds, self.arrival.remaining_seconds(seconds, self.loop.time())))
        if not self.arrival.is_enough_skipped:
            return
        if self.cycle.response_complete:
            self.close_in_stages()
        else:
            self.flow.pause_reading()  # until the client has read the response
            self.watch_writing()

    def on_deadline(self) -> None:
        """Refuse the request that has not arrived in time, or close the idle connection."""
        if self.flow.read_paused:
            self.deadline.set(self.allowed_seconds())  # the server does not read, so the client cannot send
        elif self.arrival.phase in (None, _IDLE):
            self.arrival.phase = None
            if self.running is None:
                self.close()
        else:
            self._refuse_late()

    def _refuse_late(self) -> None:
        remaining = self.arrival.remaining_seconds(self.allowed_seconds(), self.loop.time())
        if remaining > 0 and not self.arrival.is_streamed:
            self.deadline.set(remaining)
        else:
            self.refuse(refusals.REQUEST_TIMEOUT)

    def _take_turn(self) -> None:
        self._next_turn = None
        budget = _TURN_BYTES
        while self.backlog and budget > 0 and not self._must_wait():
            data = self.backlog.take(_SLICE_BYTES)
            budget -= len(data)
            self._parse(data)
        if self.backlog:
            self.flow.pause_reading()
        if not self.ignores_input and not self._must_wait():
            self.flow.resume_reading()

    def _must_wait(self) -> bool:
        """Return True if the application has to go on first: to respond, or to read the body."""
        if self.pipeline:
            return True
        return self.running is not None and (
            len(self.running.body) > HIGH_WATER_LIMIT or self.arrival.is_enough_skipped
        )

    def parse_waiting(self) -> bool:
        """Take a turn soon if received bytes wait. Return True if bytes or requests wait."""
        if self.pipeline:
            return True
        if self.backlog and self._next_turn is None:
            self._next_turn = self.loop.call_soon(self._take_turn)
        return bool(self.backlog)
