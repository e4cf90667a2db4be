"""An event loop with virtual time: a sleep of an hour returns at once, and the loop's clock advances by an hour."""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec

P = ParamSpec("P")

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class _VirtualTimeSelector(selectors.DefaultSelector):
    """A selector that advances its time instead of waiting."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise AssertionError("all tasks wait, and no timer is set")
        if not ready and timeout is not None:
            self.now += timeout
        return ready


class _VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual_selector = _VirtualTimeSelector()
        super().__init__(self._virtual_selector)

    def time(self) -> float:
        return self._virtual_selector.now


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test on an event loop with virtual time. The test must not use threads or sockets, which take real time."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=_VirtualTimeLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run


def now() -> datetime:
    """Return the virtual time of the running test, which begins at ``START``."""
    return START + timedelta(seconds=elapsed())


def elapsed() -> float:
    """Return the virtual seconds since the test began."""
    return round(asyncio.get_running_loop().time(), 6)
