"""What the use cases need to check payloads."""

from typing import Protocol

from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import JsonObject


class PayloadSchemas(Protocol):
    """Checks payloads against JSON Schema 2020-12."""

    def check_schema(self, schema: JsonObject | bool) -> str | None:
        """Why this is no valid schema, or None if it is one."""
        ...

    def violations(self, schema: JsonObject | bool, payload: JsonObject) -> tuple[PayloadViolation, ...]:
        """Every violation, in the order of the payload; empty for a valid payload."""
        ...
