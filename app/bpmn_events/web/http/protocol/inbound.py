"""Received bytes that are not parsed yet, and the pause of reading while there are any."""

import asyncio
from collections import deque
from collections.abc import Callable

from uvicorn.protocols.http.flow_control import FlowControl


class Backlog:
    """Received bytes in their order, taken out in slices."""

    def __init__(self) -> None:
        self._parts: deque[memoryview] = deque()

    def __bool__(self) -> bool:
        return bool(self._parts)

    def append(self, data: bytes) -> None:
        self._parts.append(memoryview(data))

    def take(self, size: int) -> memoryview:
        """Remove and return the next bytes, at least one and at most ``size``."""
        first = self._parts.popleft()
        if len(first) > size:
            self._parts.appendleft(first[size:])
        return first[:size]

    def clear(self) -> None:
        self._parts.clear()


class InboundFlow(FlowControl):
    """uvicorn's flow control, except that received bytes are parsed before further ones are read.

    ``parse_waiting`` arranges that received bytes and requests are processed, and returns True if any wait. It calls
    ``resume_reading`` again when none are left.
    """

    def __init__(self, transport: asyncio.Transport, parse_waiting: Callable[[], bool]) -> None:
        super().__init__(transport)
        self._parse_waiting = parse_waiting

    def resume_reading(self) -> None:
        """Process what waits; if nothing does, read on."""
        if self.read_paused and not self._parse_waiting():
            super().resume_reading()
