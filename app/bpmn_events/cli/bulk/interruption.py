"""The end of a run by a signal."""

import asyncio
import signal
from contextlib import suppress
from types import TracebackType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Stops a run at the first SIGINT or SIGTERM, so that it finishes its lines. The second one ends the program.

    Attributes:
        stop: Set to stop the run, by a signal or by others.
        is_signalled: True after a signal.
    """

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.is_signalled = False
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> "Interruption":
        with suppress(NotImplementedError):  # on Windows, Ctrl-C ends the program; the run can be resumed all the same
            for number in _SIGNALS:
                self._loop.add_signal_handler(number, self._handle)
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._remove_handlers()

    def _handle(self) -> None:
        self.is_signalled = True
        self.stop.set()
        self._remove_handlers()

    def _remove_handlers(self) -> None:
        with suppress(NotImplementedError):
            for number in _SIGNALS:
                self._loop.remove_signal_handler(number)
