"""The watch over clients that do not read their responses."""

import asyncio

_MIN_BYTES = 16_384


class WriteWatch:
    """Aborts a connection whose client reads less than 16 KiB of its response within a period.

    It runs only while bytes wait to be written. Otherwise such a client could keep the connection, and a response in
    memory, for ever.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, seconds: float) -> None:
        self._loop = loop
        self._transport = transport
        self._seconds = seconds
        self._waiting_bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin a period, unless one runs or nothing waits."""
        if self._timer is None and (waiting_bytes := self._transport.get_write_buffer_size()):
            self._waiting_bytes = waiting_bytes
            self._timer = self._loop.call_later(self._seconds, self._check)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _check(self) -> None:
        self._timer = None
        if self._waiting_bytes - self._transport.get_write_buffer_size() < _MIN_BYTES:
            self._transport.abort()
        else:
            self.start()
