"""The protocol of WebSocket connections, for uvicorn's option ``ws``."""

import asyncio
import logging
from typing import Any, Protocol

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame

from bpmn_events.web.http.protocol.state import ProtocolState

# The names of ASGI extensions: functions that abort the connection of a response, that close it when its client has
# read what was sent, that return the number of bytes that wait there for the client, that let a body arrive for as
# long as it needs, and that skip the rest of it; and the ``FrameWriter``.
ABORT = "bpmn_events.abort"
CLOSE = "bpmn_events.close"
UNWRITTEN = "bpmn_events.unwritten"
STREAM_INPUT = "bpmn_events.stream_input"
SKIP_INPUT = "bpmn_events.skip_input"
FRAMES = "bpmn_events.frames"
# Of what uvicorn and websockets log. The server shows only its warnings: the access log has each connection.
_logger = logging.getLogger("bpmn_events.websockets")
# A client that does not read gets the code of the close frame only if it begins to read within this time.
_CLOSE_SECONDS = 1.0
_MAX_PARTS = 1024
# While more waits for a client, its pings get no answer: a flood of them would fill the memory.
_MAX_BEFORE_PONG = 65_536
# So much is parsed at once.
_SLICE_BYTES = 8_192


def text_frame(message: bytes) -> bytes:
    """Return the frame of a text message from a server (RFC 6455, section 5.2)."""
    return text_frame_head(len(message)) + message


def text_frame_head(size: int) -> bytes:
    """Return what precedes a text message of this size in its frame."""
    if size < 126:
        return b"\x81%c" % size
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2)
    return b"\x81\x7f" + size.to_bytes(8)


class FrameWriter(Protocol):
    """Writes to the connection of a WebSocket without waiting."""

    @property
    def unwritten(self) -> int:
        """The number of bytes that wait for the client to read."""
        ...

    def write_frames(self, frames: bytes) -> None:
        """Write whole frames of data. Do nothing if the connection ends."""
        ...

    def set_idle(self, is_idle: bool) -> None:
        """Let the connection make room for others, or no longer."""
        ...

    def close_at_once(self, code: int, reason: str) -> None:
        """Write a close frame, and abort the connection if it is still open after some seconds."""
        ...


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol without compression, whose application may write frames to the connection itself.

    uvicorn's own ``send`` waits for a client that does not read, even to close its connection, and its own end of a
    connection waits for such a client, too.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = self.conn.logger = _logger
        self._occupancy = ProtocolState.of(app_state).occupancy
        self._is_leaving = False
        self._abort_timer: asyncio.TimerHandle | None = None
        self._backlog = bytearray()
        self._next_slice: asyncio.Handle | None = None

    async def run_asgi(self) -> None:
        """Run the application with the extension. The connection ends soon after the application."""
        extensions: dict[Any, Any] = {**(self.scope.get("extensions") or {}), FRAMES: self}
        self.scope["extensions"] = extensions
        await super().run_asgi()
        if not self.disconnected:
            self._abort_timer = self.loop.call_later(_CLOSE_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Take data from the client: at once if it is little, else in slices between which other connections go on.

        A read may return thousands of small frames.
        """
        if self._backlog or len(data) > _SLICE_BYTES:
            self._backlog += data
            self.transport.pause_reading()
            self._continue_reading()
        else:
            self._parse(data)

    async def receive(self) -> Any:
        """Return the next message, and read on if it was the last one that had arrived."""
        message = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            self._continue_reading()
        return message

    def _continue_reading(self) -> None:
        """Take the next slice soon; without one, read from the client."""
        if not self._backlog:
            self.transport.resume_reading()
        elif self._next_slice is None:
            self._next_slice = self.loop.call_soon(self._take_slice)

    def _take_slice(self) -> None:
        self._next_slice = None
        if self.transport.is_closing():
            self._backlog.clear()
        if self.read_paused or not self._backlog:
            return
        data = bytes(self._backlog[:_SLICE_BYTES])
        del self._backlog[:_SLICE_BYTES]
        self._parse(data)
        if not self.read_paused:
            self._continue_reading()

    def _parse(self, data: bytes) -> None:
        """Pass data to the library. Incomplete messages share the memory for incomplete bodies of requests."""
        super().data_received(data)
        size = len(self.conn.reader.buffer) + sum(map(len, self.frames))
        if size:
            self._occupancy.count_body(self, size)
        else:
            self._occupancy.remove_body(self)

    def handle_ping(self) -> None:
        """Answer a ping, unless the client does not read its answers."""
        if self.unwritten <= _MAX_BEFORE_PONG:
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def handle_cont(self, event: Frame) -> None:
        """Take a part of a message. Empty parts add nothing to its size, so their number has a limit, too."""
        if len(self.frames) < _MAX_PARTS:
            super().handle_cont(event)
        else:
            self.close_at_once(CloseCode.MESSAGE_TOO_BIG, f"The message has more than {_MAX_PARTS} parts")

    def send_receive_event_to_app(self) -> None:
        """Pass on a message, unless it is a text that is not UTF-8, of which uvicorn would log a traceback."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.close_at_once(CloseCode.INVALID_DATA, "A text is not UTF-8")
        super().send_receive_event_to_app()

    def make_room(self) -> None:
        """End the connection without operations, or with an incomplete message: others need its place or its memory."""
        self._leave()
        self.close_at_once(CloseCode.TRY_AGAIN_LATER, "Others need the place or the memory of this connection")

    def set_idle(self, is_idle: bool) -> None:
        """Let the connection make room for others, or no longer."""
        if not is_idle:
            self._occupancy.idle.pop(self, None)
        elif not (self.close_sent or self.transport.is_closing()):
            self._occupancy.idle[self] = None

    def _leave(self) -> None:
        """Count the connection as one that leaves: it no longer takes a place."""
        self._occupancy.idle.pop(self, None)
        self._occupancy.remove_body(self)
        if not self._is_leaving:
            self._is_leaving = True
            self._occupancy.leaving += 1

    @property
    def unwritten(self) -> int:
        """The number of bytes that wait for the client to read."""
        return self.transport.get_write_buffer_size()

    def write_frames(self, frames: bytes) -> None:
        """Write whole frames of data. Do nothing if the connection ends."""
        if not (self.close_sent or self.transport.is_closing()):
            self.transport.write(frames)

    def close_at_once(self, code: int, reason: str) -> None:
        """Write a close frame, and abort the connection if it is still open after some seconds."""
        if self.close_sent or self.transport.is_closing() or not self.handshake_complete:
            return
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        # The client may still be sending. What it sends has to be read, or else it might never see the close frame.
        if self.read_paused:
            self.read_paused = False
            self._continue_reading()
        self.close_timer = self.loop.call_later(_CLOSE_SECONDS, self.transport.abort)

    def shutdown(self) -> None:
        """Close the connection, because the server stops."""
        if self.handshake_complete:
            self.close_at_once(CloseCode.SERVICE_RESTART, "The server stops")
        else:
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timer, and forget the data."""
        self._backlog.clear()
        if self._abort_timer is not None:
            self._abort_timer.cancel()
        self._occupancy.idle.pop(self, None)
        self._occupancy.remove_body(self)
        if self._is_leaving:
            self._occupancy.leaving -= 1
        super().connection_lost(exc)
