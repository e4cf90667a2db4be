"""What the connections of one server process share."""

import logging
from collections.abc import Callable, MutableMapping
from typing import Any

from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.tallies import LocalCells, Tally
from bpmn_events.web.http.protocol.limits import HttpLimits, max_open_files
from bpmn_events.web.http.protocol.occupancy import Occupancy
from bpmn_events.web.http.protocol.shutdown import ShutdownNotice

# The key in the lifespan state of ASGI, from which uvicorn passes the state to every connection.
_KEY = "bpmn_events.http"
_DEFAULT_LIMITS = HttpLimits()
_WARNING_PAUSE_SECONDS = 60.0

logger = logging.getLogger(__name__)


class ProtocolState:
    """The limits of all connections, and the counts that ``/metrics`` shows.

    Attributes:
        refused: Refused requests and connections, by status.
        occupancy: The open connections by what they do.
        shutdown_notice: Tells running responses that the server shuts down.
        on_refusal: Called with the status, code, request target and client address of each refusal.
    """

    def __init__(self, limits: HttpLimits = _DEFAULT_LIMITS, cells: Cells | None = None) -> None:
        self.limits = limits
        self.max_connections = limits.allowed_connections
        self.on_refusal: Callable[[int, str, bytes, str | None], None] = _ignore_refusal
        self.refused: Tally[int] = Tally(cells or LocalCells(), "http_refused")
        self.refused.add(503, 0)  # as the counters of the application, so that its first increase is one
        self.occupancy = Occupancy(limits.max_arriving_bytes)
        self.shutdown_notice = ShutdownNotice()
        self._last_warning = -_WARNING_PAUSE_SECONDS

    def count_refusal(self, status: int, code: str, target: bytes, client: str | None) -> None:
        """Count a request or connection that is refused, and call ``on_refusal``."""
        self.refused.add(status)
        self.on_refusal(status, code, target, client)

    def publish(self, lifespan_state: MutableMapping[str, Any]) -> None:
        """Hand this object to the connections of the server that owns the lifespan state."""
        lifespan_state[_KEY] = self
        if self.max_connections < self.limits.max_connections:
            logger.warning(
                "At most %d connections instead of %d: the process may open only %d files.",
                self.max_connections,
                self.limits.max_connections,
                max_open_files(),
            )

    @classmethod
    def of(cls, lifespan_state: MutableMapping[str, Any]) -> "ProtocolState":
        """Return the published object. An application that has published none gets one with the default limits."""
        state: ProtocolState | None = lifespan_state.get(_KEY)
        if state is None:
            state = lifespan_state[_KEY] = cls()
        return state

    def warn_of_refused_connection(self, now: float) -> None:
        """Log that a connection is refused, at most once a minute. ``now`` is the time of the event loop."""
        if now - self._last_warning >= _WARNING_PAUSE_SECONDS:
            self._last_warning = now
            logger.warning("Connections are refused: %d are busy, which is the limit.", self.max_connections)


def _ignore_refusal(_status: int, _code: str, _target: bytes, _client: str | None) -> None:
    """Do nothing, because there is no access log."""
