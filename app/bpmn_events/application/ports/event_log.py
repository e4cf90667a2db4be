"""The port of the structured log: events with fields, instead of sentences."""

from collections.abc import Mapping
from typing import Any, Protocol


class EventLog(Protocol):
    """Writes one line per event."""

    def write(self, logger: str, event: str, fields: Mapping[str, Any]) -> None:
        """Write the event, at once or soon. It never raises an exception.

        Args:
            logger: The name of the log, such as ``bpmn_events.audit``.
            event: The name of the event, such as ``event_triggered``.
            fields: The facts, as JSON values. They contain no secrets and no payloads.
        """
        ...
