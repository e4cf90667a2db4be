"""An event loop whose time is that of the test: a sleep of an hour is over at once, and takes exactly an hour."""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec

P = ParamSpec("P")

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class _PatientSelector(selectors.DefaultSelector):
    """Waits for nothing: where an event loop would wait, its time goes on instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise AssertionError("everybody waits, and nothing will ever happen")
        if not ready and timeout is not None:
            self.now += timeout
        return ready


class _VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._patient = _PatientSelector()
        super().__init__(self._patient)

    def time(self) -> float:
        return self._patient.now


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run the test on such an event loop. It may use nothing that takes real time, such as threads and sockets."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=_VirtualTimeLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run


def now() -> datetime:
    """The clock of the running test: ``START`` when it begins."""
    return START + timedelta(seconds=elapsed())


def elapsed() -> float:
    """The seconds since the test began."""
    return round(asyncio.get_running_loop().time(), 6)
