"""The messages of the exporter: it writes several about each batch of spans while no collector accepts them."""

import logging
import time
from collections.abc import Callable

PAUSE_SECONDS = 60.0
_EXPORTER = logging.getLogger("opentelemetry.exporter.otlp.proto.http.trace_exporter")


class OncePerPause(logging.Filter):
    """Lets one message pass, and then none until the pause is over."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._silent_until: float | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        now = self._clock()
        if self._silent_until is not None and now < self._silent_until:
            return False
        self._silent_until = now + PAUSE_SECONDS
        return True


def quieten_exporter() -> None:
    """Log at most one message of the exporter per minute. The first one has the reason."""
    if not any(isinstance(each, OncePerPause) for each in _EXPORTER.filters):
        _EXPORTER.addFilter(OncePerPause())
