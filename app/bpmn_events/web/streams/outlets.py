"""Outlets: the write ends of connections."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from starlette.types import Message, Send

from bpmn_events.web.http.protocol.websocket import FrameWriter, text_frame_head
from bpmn_events.web.streams.joining import Joint
from bpmn_events.web.streams.pulse import TICK_SECONDS, Pulse

# Whoever reads old changes waits until no more than this waits for the client.
_LOW_WATER = 65_536


class Outlet(ABC):
    """Collects what is sent to a connection, and writes it joined.

    Args:
        pulse: The pulse of all outlets.
        heartbeat: Returns the message that is sent after a silence.
        on_cut_off: Called if the client is too far behind. Nothing is written any more then.
    """

    transport = "http"

    def __init__(self, pulse: Pulse, heartbeat: Callable[[], bytes], on_cut_off: Callable[[], None]) -> None:
        self._pulse = pulse
        self._joiner = pulse.joiner(self.head)
        self._heartbeat = heartbeat
        self._on_cut_off = on_cut_off
        self._collected: list[tuple[bytes, Joint]] = []
        self._collected_bytes = 0
        self._sent_bytes = 0
        # The bytes of responses that wait until they can be sent, and of the response that was sent last.
        self._waiting_response_bytes = 0
        self._response_bytes = 0
        self.is_closed = False
        self._is_ending = False
        pulse.add(self)

    @property
    def is_over(self) -> bool:
        """True as soon as nothing more can be sent, although the end may still wait for the client."""
        return self.is_closed or self._is_ending

    def send(self, message: bytes) -> None:
        """Send the message with the next write. A client that is too far behind is cut off."""
        data = self.head(len(message)) + message
        self._collect(b"", Joint((data,), len(data)))

    def send_all(self, items: Sequence[bytes], before: bytes = b"", after: bytes = b"") -> None:
        """Send messages with the next write: the items, each between the two pieces.

        It is fast if many outlets send the same sequence, which must never change.
        """
        self._collect(before, self._joiner.joint(items, len(before), after))

    def _collect(self, piece: bytes, joint: Joint) -> None:
        if self.is_over:
            return
        if not self._collected:
            self._pulse.mark(self)
        self._collected.append((piece, joint))
        size = joint.size_with(piece)
        self._collected_bytes += size
        self._sent_bytes += size
        if self._collected_bytes > self._pulse.limits.max_buffered_bytes:
            self.flush()

    async def make_room(self, size: int) -> None:
        """Wait until a message of this size, which may be large, can be sent, because little waits for the client.

        The message counts among the bytes that wait.
        """
        self._waiting_response_bytes += size
        try:
            await self.drained()
        finally:
            self._waiting_response_bytes -= size
        self._response_bytes = size

    @property
    def buffered(self) -> int:
        """The number of bytes that wait for the client."""
        return self._waiting_response_bytes + self._sent_and_waiting

    @property
    def _sent_and_waiting(self) -> int:
        return self._collected_bytes + self._unwritten

    @property
    def taken(self) -> int:
        """The number of bytes that wait no more."""
        return self._sent_bytes - self._sent_and_waiting

    def flush(self) -> None:
        """Write the collected data, if there are any. A client that is too far behind is cut off instead.

        The collected data do not count, because one message may be larger than the limit.
        """
        if not self._collected or self.is_closed:
            return
        if self._unwritten > self._pulse.limits.max_buffered_bytes + self._response_bytes:
            self.cut_off()
        else:
            collected, self._collected, self._collected_bytes = self._collected, [], 0
            # Joined as late as possible: the memory is in the processor's cache, and can be used again at once.
            self._write([piece.join(joint.separators) for piece, joint in collected])
            if self._response_bytes and self._unwritten <= _LOW_WATER:
                self._response_bytes = 0

    def beat(self) -> None:
        """Send a heartbeat."""
        self.send(self._heartbeat())

    async def drained(self) -> None:
        """Wait until little waits for the client."""
        # Nothing tells when a client has read something.
        while self._sent_and_waiting > _LOW_WATER and not self.is_closed:  # noqa: ASYNC110
            await asyncio.sleep(TICK_SECONDS)

    def cut_off(self) -> None:
        """End the connection, because its client does not read."""
        if not self.is_closed:
            self.close()
            self._on_cut_off()

    def close(self) -> None:
        """Write nothing more."""
        self.is_closed = True
        self._collected, self._collected_bytes = [], 0
        self._pulse.remove(self)

    @staticmethod
    def head(_size: int) -> bytes:
        """Return what precedes a message of this size."""
        return b""

    @property
    @abstractmethod
    def _unwritten(self) -> int:
        """The number of bytes that were written, and that the connection has not sent yet."""

    @abstractmethod
    def _write(self, items: Sequence[bytes]) -> None:
        """Write the items, without waiting."""


class FrameOutlet(Outlet):
    """An outlet that writes the frames of a WebSocket to the connection itself, many of them at once."""

    transport = "websocket"

    def __init__(
        self, writer: FrameWriter, pulse: Pulse, heartbeat: Callable[[], bytes], on_cut_off: Callable[[], None]
    ) -> None:
        super().__init__(pulse, heartbeat, on_cut_off)
        self._writer = writer

    @staticmethod
    def head(size: int) -> bytes:
        """Return the head of a frame."""
        return text_frame_head(size)

    @property
    def _unwritten(self) -> int:
        return self._writer.unwritten

    def _write(self, items: Sequence[bytes]) -> None:
        self._writer.write_frames(items[0] if len(items) == 1 else b"".join(items))

    def set_idle(self, is_idle: bool) -> None:
        """Let the connection make room for others, or no longer."""
        self._writer.set_idle(is_idle)

    def end_with(self, code: int, reason: str) -> None:
        """Send the collected data, and then close the connection."""
        self.flush()
        self.close()
        self._writer.close_at_once(code, reason)


class _SendingOutlet(Outlet):
    """An outlet that sends ASGI messages, in the task that runs ``run``."""

    def __init__(
        self, send: Send, pulse: Pulse, heartbeat: Callable[[], bytes], on_cut_off: Callable[[], None]
    ) -> None:
        super().__init__(pulse, heartbeat, on_cut_off)
        self._send = send
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Send what is written, until the outlet is closed or has ended."""
        while not self.is_closed:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting and not self.is_closed:
                items, self._waiting = self._waiting, []
                await self._send_items(items)
                self._waiting_bytes -= sum(map(len, items))
            if self._is_ending and not self.is_closed:
                await self._send_end()
                self.close()

    def end(self, last: bytes = b"") -> None:
        """Send the collected data and the last ones, and then nothing more."""
        if last:
            self.send(last)
        self.flush()
        self._is_ending = True
        self._wake.set()

    def close(self) -> None:
        """Write nothing more."""
        super().close()
        self._wake.set()

    @property
    def _unwritten(self) -> int:
        return self._waiting_bytes

    def _write(self, items: Sequence[bytes]) -> None:
        self._waiting += items
        self._waiting_bytes += sum(map(len, items))
        self._wake.set()

    @abstractmethod
    async def _send_items(self, items: Sequence[bytes]) -> None:
        """Send the items, and wait until the connection has taken them."""

    @abstractmethod
    async def _send_end(self) -> None:
        """Tell the client that nothing follows."""


class MessageOutlet(_SendingOutlet):
    """An outlet that sends the messages of a WebSocket one by one, for servers with another WebSocket protocol."""

    transport = "websocket"

    def __init__(
        self, send: Send, pulse: Pulse, heartbeat: Callable[[], bytes], on_cut_off: Callable[[], None]
    ) -> None:
        super().__init__(send, pulse, heartbeat, on_cut_off)
        self._close_message: Message = {"type": "websocket.close", "code": 1000}

    def set_idle(self, is_idle: bool) -> None:
        """Do nothing: these servers have limits of their own."""

    def end_with(self, code: int, reason: str) -> None:
        """Send the collected data, and then close the connection."""
        if not self.is_over:
            self._close_message = {"type": "websocket.close", "code": code, "reason": reason}
            self.end()

    def send_all(self, items: Sequence[bytes], before: bytes = b"", after: bytes = b"") -> None:
        """Send messages with the next write: the items, each between the two pieces."""
        for item in items:
            self.send(before + item + after)

    async def _send_items(self, items: Sequence[bytes]) -> None:
        for item in items:
            await self._send({"type": "websocket.send", "text": item.decode()})

    async def _send_end(self) -> None:
        await self._send(self._close_message)


class BodyOutlet(_SendingOutlet):
    """An outlet that sends the body of a response of HTTP.

    ``unwritten`` returns the number of bytes that the connection has taken, and that wait there for the client.
    """

    def __init__(
        self,
        send: Send,
        pulse: Pulse,
        heartbeat: Callable[[], bytes],
        on_cut_off: Callable[[], None],
        unwritten: Callable[[], int],
    ) -> None:
        super().__init__(send, pulse, heartbeat, on_cut_off)
        self._unwritten_by_connection = unwritten
        self._close_connection: Callable[[], None] | None = None

    def interrupt(self, close: Callable[[], None] | None) -> None:
        """Send the collected data, and then close the connection without the end of the body.

        On a server that offers no way to do this, the body ends.
        """
        self._close_connection = close
        self.end()

    @property
    def _unwritten(self) -> int:
        return super()._unwritten + self._unwritten_by_connection()

    async def _send_items(self, items: Sequence[bytes]) -> None:
        await self._send({"type": "http.response.body", "body": b"".join(items), "more_body": True})

    async def _send_end(self) -> None:
        if self._close_connection is None:
            await self._send({"type": "http.response.body", "body": b""})
        else:
            self._close_connection()
            await asyncio.Event().wait()  # for ever: the response ends with the connection
