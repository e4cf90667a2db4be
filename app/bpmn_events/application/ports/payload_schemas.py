"""The port that checks payloads against JSON Schemas."""

from typing import Any, Protocol

from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import JsonObject


class EarlierSchema(dict[str, Any]):
    """A schema of a model version of the first meaning: one of 2020-12, whatever draft it declares.

    Its patterns are not those of ECMA-262 in all details: `.` matches a carriage return, for instance.
    """


class PayloadSchemas(Protocol):
    """Checks payloads against JSON Schema, by the draft that a schema declares: 2020-12 without `$schema`.

    An ``EarlierSchema`` is read as before drafts counted.
    """

    def check_schema(self, schema: JsonObject | bool, *, is_stored: bool = False) -> str | None:
        """Return the reason why the schema is refused, or None if it can be used.

        A schema that is stored is not refused because its checks take long.
        """
        ...

    def violations(self, schema: JsonObject | bool, payload: JsonObject) -> tuple[PayloadViolation, ...]:
        """Return the violations of a payload, in its order, or an empty tuple if the payload is valid.

        Raises:
            Deferral: The check takes long. The same call succeeds when the deferral's wait has returned. The wait fails
                with ``EngineUnavailable`` if too many such checks are under way.
        """
        ...
