"""The deadline of a connection."""

import asyncio
from collections.abc import Callable

# A timer that is this late shows that the server was busy: what the client has sent meanwhile is not read yet.
_BUSY_SECONDS = 0.5
_GRACE_SECONDS = 1.0


class Deadline:
    """A deadline that is moved with every request and seldom passes.

    To move it is cheap, because the timer is not moved: when it expires early, it is set again for the rest.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, on_passed: Callable[[], None]) -> None:
        self._loop = loop
        self._on_passed = on_passed
        self._due = self._timer_due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def set(self, seconds: float) -> None:
        """Let the deadline pass after this time, instead of when it was set for."""
        self._due = due = self._loop.time() + seconds
        if self._timer is None or due < self._timer_due:
            self._set_timer(due)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self, due: float) -> None:
        self.cancel()
        self._timer_due = due
        self._timer = self._loop.call_at(due, self._check)

    def _check(self) -> None:
        self._timer = None
        now = self._loop.time()
        if now < self._due:
            self._set_timer(self._due)
        elif now - self._timer_due > _BUSY_SECONDS:
            self._set_timer(now + _GRACE_SECONDS)
        else:
            self._on_passed()
