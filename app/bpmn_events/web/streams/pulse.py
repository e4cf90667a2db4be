"""The pulse of all streams of a server process: their joined writes, their heartbeats, and the end of stalled ones."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol

from bpmn_events.web.streams.joining import Joiner
from bpmn_events.web.streams.limits import StreamLimits

# What is sent to a connection within this time is joined into one write.
TICK_SECONDS = 0.02
_SWEEP_SECONDS = 0.5

logger = logging.getLogger(__name__)


class Beating(Protocol):
    """The write end of a connection, as far as the pulse needs it.

    Attributes:
        transport: ``http`` or ``websocket``.
    """

    @property
    def transport(self) -> str: ...

    @property
    def buffered(self) -> int:
        """The number of bytes that wait for the client."""
        ...

    @property
    def taken(self) -> int:
        """The number of bytes that the client has taken so far."""
        ...

    def flush(self) -> None:
        """Write the collected data."""
        ...

    def beat(self) -> None:
        """Write a heartbeat."""
        ...

    def cut_off(self) -> None:
        """End the connection of a client that does not read."""
        ...


class Pulse:
    """Writes for all connections at once, at most every ``TICK_SECONDS``, and looks after them every half second."""

    def __init__(self, limits: StreamLimits) -> None:
        self.limits = limits
        self._joiners: dict[Callable[[int], bytes], Joiner] = {}
        self._open: dict[Beating, _Progress] = {}
        self._dirty: dict[Beating, None] = {}
        self._last_tick = 0.0
        self._tick: asyncio.TimerHandle | None = None
        self._sweep: asyncio.TimerHandle | None = None

    def count_by_transport(self) -> Mapping[str, int]:
        """Return the numbers of open streams."""
        return {"http": 0, "websocket": 0, **Counter(outlet.transport for outlet in self._open)}

    def joiner(self, head: Callable[[int], bytes]) -> Joiner:
        """Return the joiner of all outlets whose messages have such heads."""
        return self._joiners.setdefault(head, Joiner(head))

    def add(self, outlet: Beating) -> None:
        """Look after the outlet from now on."""
        loop = asyncio.get_running_loop()
        self._open[outlet] = _Progress(loop.time())
        if self._sweep is None:
            self._sweep = loop.call_later(_SWEEP_SECONDS, self._look_after_all)

    def remove(self, outlet: Beating) -> None:
        """Forget the outlet, if it is there."""
        self._open.pop(outlet, None)
        self._dirty.pop(outlet, None)

    def mark(self, outlet: Beating) -> None:
        """Flush the outlet at the next tick: soon, if the last one was long ago."""
        self._dirty[outlet] = None
        if self._tick is None:
            loop = asyncio.get_running_loop()
            self._tick = loop.call_at(self._last_tick + TICK_SECONDS, self._flush_all)

    def _flush_all(self) -> None:
        self._tick = None
        dirty, self._dirty = self._dirty, {}
        now = self._last_tick = asyncio.get_running_loop().time()
        waiting = 0
        for outlet in dirty:
            _call(outlet, outlet.flush)
            if (progress := self._open.get(outlet)) is not None:
                progress.written_at = now
                waiting += outlet.buffered
            if waiting > self.limits.max_total_bytes:  # so one burst cannot fill the memory before the next sweep
                waiting = 0
                self._cut_off_largest(sum(outlet.buffered for outlet in self._open))

    def _look_after_all(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_later(_SWEEP_SECONDS, self._look_after_all) if self._open else None
        now, total = loop.time(), 0
        for outlet, progress in list(self._open.items()):
            buffered = outlet.buffered
            if progress.is_stalled(buffered, outlet.taken, now, self.limits.stalled_seconds):
                _call(outlet, outlet.cut_off)
                continue
            total += buffered
            if now - progress.written_at >= self.limits.heartbeat_seconds:
                progress.written_at = now
                _call(outlet, outlet.beat)
        if total > self.limits.max_total_bytes:
            self._cut_off_largest(total)

    def _cut_off_largest(self, total: int) -> None:
        for outlet in sorted(self._open, key=lambda outlet: outlet.buffered, reverse=True):
            if total <= self.limits.max_total_bytes:
                return
            total -= outlet.buffered
            _call(outlet, outlet.cut_off)


def _call(outlet: Beating, function: Callable[[], None]) -> None:
    """Call a function of the outlet. After an exception only this outlet ends: its client may lack messages."""
    try:
        function()
    except Exception:
        logger.exception("A stream cannot go on")
        if function != outlet.cut_off:
            _call(outlet, outlet.cut_off)


class _Progress:
    """When an outlet was written to last, and since when its client has not read."""

    __slots__ = ("_behind_since", "_taken", "written_at")

    def __init__(self, now: float) -> None:
        self.written_at = now
        self._taken = 0
        self._behind_since = now

    def is_stalled(self, buffered: int, taken: int, now: float, seconds: float) -> bool:
        """Return True if bytes have waited for so long, and the client has taken none."""
        if not buffered or taken > self._taken:
            self._behind_since = now
        self._taken = taken
        return now - self._behind_since >= seconds
