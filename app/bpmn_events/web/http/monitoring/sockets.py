"""The metrics of WebSockets."""

from starlette.types import Scope

from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.tallies import Tally
from bpmn_events.web.http.observation.access_log import outcome
from bpmn_events.web.http.observation.record import RequestRecord
from bpmn_events.web.http.observation.sockets import OPERATION

# A client may send any code of its own.
_CODES = frozenset(
    (1000, 1001, 1002, 1003, 1005, 1006, 1007, 1009, 1011, 1012, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4410, 4429)
)
_TYPES = frozenset(("query", "mutation", "subscription"))


class SocketMetrics:
    """The operations over WebSockets since the process started, by type and outcome, and the codes of their ends."""

    def __init__(self, cells: Cells) -> None:
        self._operations: Tally[tuple[str, str]] = Tally(cells, "websocket_operations")
        self._closes: Tally[str] = Tally(cells, "websocket_closes")

    def observe(self, scope: Scope, record: RequestRecord, status: int, _seconds: float) -> None:
        """Count an operation or a connection that has ended; an observer of the middleware."""
        if scope["type"] == OPERATION:
            kind = (record.operation or "").partition(" ")[0]
            self._operations.add((kind if kind in _TYPES else "none", outcome(status, record.code)))
        elif record.close_code is not None:
            self._closes.add(str(record.close_code) if record.close_code in _CODES else "other")
