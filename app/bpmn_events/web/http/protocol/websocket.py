"""The protocol of WebSocket connections, for uvicorn's option ``ws``."""

import asyncio
from typing import Any, Protocol

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

# The names of ASGI extensions: a function that aborts the connection of a response, one that returns the number of
# bytes that wait there for the client to read, and the ``FrameWriter``.
ABORT = "bpmn_events.abort"
UNWRITTEN = "bpmn_events.unwritten"
FRAMES = "bpmn_events.frames"
# A client that does not read gets the code of the close frame only if it begins to read within this time.
_CLOSE_SECONDS = 3.0


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

    def close_at_once(self, code: int, reason: str) -> None:
        """Write a close frame, and abort the connection if it is still open after some seconds."""
        ...


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol without compression, whose application may write frames to the connection itself.

    uvicorn's own ``send`` waits for a client that does not read, even to close its connection.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._abort_timer: asyncio.TimerHandle | None = None

    async def run_asgi(self) -> None:
        """Run the application with the extension."""
        extensions: dict[Any, Any] = {**(self.scope.get("extensions") or {}), FRAMES: self}
        self.scope["extensions"] = extensions
        await super().run_asgi()

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
        if self._abort_timer is not None:
            return
        if not (self.close_sent or self.transport.is_closing()):
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
            if self.read_paused:
                self.read_paused = False
                self.transport.resume_reading()
        self._abort_timer = self.loop.call_later(_CLOSE_SECONDS, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timer."""
        if self._abort_timer is not None:
            self._abort_timer.cancel()
        super().connection_lost(exc)
