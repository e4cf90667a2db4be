"""The life of a connection: its place under the limit of connections, its idle time, and its end."""

import asyncio
from abc import abstractmethod
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from bpmn_events.web.http.protocol.arrival import Arrival, Phase
from bpmn_events.web.http.protocol.closing import CycleTransport, StagedClose
from bpmn_events.web.http.protocol.deadline import Deadline
from bpmn_events.web.http.protocol.inbound import Backlog, InboundFlow
from bpmn_events.web.http.protocol.refusals import TOO_MANY_CONNECTIONS, Refusal
from bpmn_events.web.http.protocol.shutdown import SHUTDOWN
from bpmn_events.web.http.protocol.state import ProtocolState
from bpmn_events.web.http.protocol.unframed import UnframedTransport
from bpmn_events.web.http.protocol.websocket import ABORT, CLOSE, SKIP_INPUT, STREAM_INPUT, UNWRITTEN
from bpmn_events.web.http.protocol.writing import WriteWatch

# Refused connections that are closed in stages at the same time. Further ones are closed at once.
_MAX_LEAVING = 50
# While the server shuts down, the rest of a body that is skipped must arrive in this time, and one second for each kB.
_SHUTDOWN_SKIP_SECONDS = 2.0


class ConnectionProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a limit of connections, and an end that lets the client read the last response.

    Attributes:
        phase: How much of the current request has arrived.
        arrival: The size of the current request, if it takes more than one packet.
        deadline: The end of the idle time, or of the time in which a part of a request must arrive.
        backlog: Received bytes that are not parsed yet. Reading is paused while there are any.
        extensions: The ASGI extensions of all requests.
        ignores_input: True as soon as nothing that the client sends is parsed any more.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.shared = ProtocolState.of(app_state)
        self.phase = Phase.IDLE
        self.arrival = Arrival()
        self.deadline = Deadline(self.loop, self.on_deadline)
        self.backlog = Backlog()
        self.extensions: dict[str, Any] = {}
        self.ignores_input = False
        self.staged_close: StagedClose | None = None
        self._is_leaving = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn does
        """Start the idle time, or refuse the connection if there are too many."""
        super().connection_made(transport)
        self.extensions = {
            ABORT: transport.abort,
            CLOSE: self.close,
            UNWRITTEN: transport.get_write_buffer_size,
            STREAM_INPUT: self.stream_input,
            SKIP_INPUT: self.skip_input,
            SHUTDOWN: self.shared.shutdown_notice,
        }
        self.flow = InboundFlow(transport, self.parse_waiting)
        self.cycle_transport = cast(
            "asyncio.Transport", CycleTransport(transport, self.close_after_response, self.is_closing)
        )
        self._write_watch = WriteWatch(self.loop, transport, self.shared.limits.write_seconds)
        occupancy = self.shared.occupancy
        if len(self.connections) - occupancy.leaving <= self.shared.max_connections or occupancy.make_room():
            occupancy.idle[self] = None
            self.deadline.set(self.shared.limits.keep_alive_seconds)
        else:
            self._refuse_connection()

    def new_unframed_transport(self) -> asyncio.Transport:
        """Return the transport for the response to a request of HTTP/1.0."""
        transport = UnframedTransport(self.transport, self.close_after_response, self.is_closing)
        return cast("asyncio.Transport", transport)

    def _refuse_connection(self) -> None:
        self.leave()
        self.shared.warn_of_refused_connection(self.loop.time())
        self.write_refusal(TOO_MANY_CONNECTIONS, b"", has_body=True)
        if self.shared.occupancy.leaving > _MAX_LEAVING:
            self.close()

    def make_room(self) -> None:
        """End the connection, because others need its place or its memory."""
        self.leave()
        self.stop_input()
        self.close()

    def leave(self) -> None:
        """Count the connection as one that leaves: it no longer takes a place."""
        if not self._is_leaving:
            self._is_leaving = True
            self.shared.occupancy.leaving += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel all timers."""
        super().connection_lost(exc)
        self.stop_input()
        self._write_watch.stop()
        if self.staged_close is not None:
            self.staged_close.cancel()
        if self._is_leaving:
            self.shared.occupancy.leaving -= 1

    @abstractmethod
    def on_deadline(self) -> None:
        """End the idle time, or the time in which a part of a request must arrive."""

    @abstractmethod
    def parse_waiting(self) -> bool:
        """Return True if a received request waits for its turn, so that reading must stay paused."""

    def stop_input(self) -> None:
        """Forget what has arrived of the next request, and ignore whatever follows."""
        self.ignores_input = True
        self.backlog.clear()
        self.deadline.cancel()
        self.shared.occupancy.idle.pop(self, None)
        self.shared.occupancy.remove_body(self)

    def ignore(self, size: int) -> None:
        """Count ignored bytes at the end of a connection."""
        if self.staged_close is not None:
            self.staged_close.drain(size)

    def shutdown(self) -> None:
        """Close the connection, after the response that is under way."""
        self.shared.shutdown_notice.give()
        if self.arrival.is_streamed:
            self.cycle.keep_alive = False  # its response may be complete, but the client is still sending
            if self.arrival.is_skipped:
                self.deadline.set(self.allowed_seconds())
        else:
            super().shutdown()
        if self.transport.is_closing():
            self._write_watch.start()

    def pause_writing(self) -> None:
        """Let the application wait until the client has read more, but not for ever."""
        super().pause_writing()
        self.watch_writing()

    def watch_writing(self) -> None:
        """Watch whether the client reads, if the application waits for that and the client has nothing to send."""
        if self.flow.write_paused and (not self.arrival.is_streamed or self.arrival.is_enough_skipped):
            self._write_watch.start()

    def stream_input(self) -> None:
        """Let the body of the running request take as long as the application likes, which reads it in parts.

        The client may read its response only afterwards.
        """
        if self.phase is Phase.BODY and not self.pipeline and self.arrival.phase is Phase.BODY:
            self.arrival.is_streamed = True
            self.deadline.cancel()
            self.shared.occupancy.remove_body(self)
            self._write_watch.stop()

    def skip_input(self) -> None:
        """Skip the rest of the running request's body, because the application reads no more of what it streams.

        From now on, the body has the deadline of other bodies; or a short one if the server shuts down.
        """
        if self.arrival.is_streamed and not self.arrival.is_skipped and not self.ignores_input:
            self.arrival.skip(self.loop.time())
            self.deadline.set(self.allowed_seconds())
            self.cycle.body.clear()
            self.flow.resume_reading()

    def allowed_seconds(self) -> float:
        """Return the time in which the next bytes must arrive, of a body or of a header."""
        limits = self.shared.limits
        if self.phase is not Phase.BODY:
            return limits.request_head_seconds
        if self.arrival.is_skipped and self.shared.shutdown_notice.is_given:
            return min(limits.request_body_seconds, _SHUTDOWN_SKIP_SECONDS)
        return limits.request_body_seconds

    def resume_writing(self) -> None:
        """Let the application write on."""
        super().resume_writing()
        self._write_watch.stop()
        if self.transport.is_closing():
            self._write_watch.start()

    def is_closing(self) -> bool:
        """Return True if the connection ends."""
        return self.staged_close is not None or self.transport.is_closing()

    def write_refusal(self, refusal: Refusal, target: bytes, *, has_body: bool) -> None:
        """Send the refusal, and end the connection so that the client can read it."""
        if self.is_closing():
            return
        client = None if self.client is None else self.client[0]
        self.shared.count_refusal(refusal.status, refusal.code, target, client)
        self.transport.write(refusal.encode(self.server_state.default_headers, target, has_body=has_body))
        self.close_in_stages()

    def close_after_response(self) -> None:
        """End the connection after its last response; in stages if the client may still be sending."""
        if self.phase is Phase.COMPLETE and not self.ignores_input and not self.backlog:
            self.close()
        elif not self.arrival.is_streamed:  # otherwise when its body is complete
            self.close_in_stages()

    def close_in_stages(self) -> None:
        """End the connection, and read on for a short time so that the client can read what was sent."""
        if self.is_closing():
            return
        self.stop_input()
        self.pipeline.clear()
        self.staged_close = StagedClose(self.loop, self.transport, self.close)
        self.flow.resume_reading()

    def close(self) -> None:
        """Close the connection. A client that does not read the rest in time is cut off."""
        self.transport.close()
        self._write_watch.start()
