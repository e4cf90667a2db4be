"""The end of a connection whose client may still be sending (RFC 9112, section 9.6)."""

import asyncio
from collections.abc import Callable
from typing import Any

# A client that goes on sending has this long, and this much, to notice the response.
_DRAIN_SECONDS = 2.0
_MAX_DRAINED_BYTES = 16_777_216


class StagedClose:
    """Ends the sending side, reads on until the client has ended too, and then closes.

    An immediate close would reset the connection if unread bytes arrive, and the client could lose the response.
    ``close`` is called at the end: when the client has sent too much, or for too long.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, close: Callable[[], None]
    ) -> None:
        self._close = close
        self._drained_bytes = 0
        if transport.can_write_eof():
            transport.write_eof()
        self._timer = loop.call_later(_DRAIN_SECONDS, close)

    def drain(self, size: int) -> None:
        """Count received bytes, which are ignored."""
        self._drained_bytes += size
        if self._drained_bytes > _MAX_DRAINED_BYTES:
            self.cancel()
            self._close()

    def cancel(self) -> None:
        self._timer.cancel()


class CycleTransport:
    """The transport as uvicorn's response cycle uses it: the protocol decides how the connection ends."""

    __slots__ = ("_transport", "close", "is_closing", "write")

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None], is_closing: Callable[[], bool]) -> None:
        self._transport = transport
        self.write = transport.write
        self.close = close
        self.is_closing = is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
