"""The cache of compiled schemas."""

from collections import OrderedDict
from contextlib import suppress

from bpmn_events.adapters.json_schema.budget import USUAL_BYTES
from bpmn_events.adapters.json_schema.compiled_schema import CompiledSchema
from bpmn_events.adapters.json_schema.refusal import SchemaRefusal
from bpmn_events.adapters.json_schema.slow_checks import SlowChecks
from bpmn_events.adapters.json_schema.violations import truncate
from bpmn_events.application.ports.payload_schemas import EarlierSchema
from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import JsonObject

_CAPACITY = 1024
# The seconds of processor time that the check of a payload of the usual limit may take.
_SECONDS = 1.0


class JsonSchemas:
    """A checker of JSON Schemas and payloads. Implements ``ports.payload_schemas.PayloadSchemas``.

    It caches the schemas that were used last, by identity of the schema object: the schemas of a model version never
    change. ``check_schema`` compiles in the thread of a deployment, so that payloads find a compiled schema.
    """

    def __init__(self, capacity: int = _CAPACITY, max_payload_bytes: int = USUAL_BYTES) -> None:
        self._capacity = capacity
        self._max_payload_bytes = max_payload_bytes
        self._compiled: OrderedDict[int, CompiledSchema] = OrderedDict()
        self._slow_checks = SlowChecks(_SECONDS * max(1.0, max_payload_bytes / USUAL_BYTES))

    def check_schema(self, schema: JsonObject | bool, *, is_stored: bool = False) -> str | None:
        try:
            self._find(schema, may_be_costly=is_stored)
        except SchemaRefusal as refusal:
            return truncate(str(refusal))
        return None

    def violations(self, schema: JsonObject | bool, payload: JsonObject) -> tuple[PayloadViolation, ...]:
        compiled = self._find(schema)
        violations = compiled.quick_violations(payload)
        return self._slow_checks.violations(compiled.text, payload) if violations is None else violations

    async def close(self) -> None:
        """End the process of the checks that take long."""
        await self._slow_checks.close()

    def _find(self, schema: JsonObject | bool, *, may_be_costly: bool = True) -> CompiledSchema:
        compiled = self._compiled.get(id(schema))
        # A compiled schema keeps its schema alive, so that no other object can get its id.
        if compiled is None or compiled.schema is not schema:
            compiled = CompiledSchema(
                schema,
                self._max_payload_bytes,
                may_be_costly=may_be_costly,
                is_earlier=isinstance(schema, EarlierSchema),
            )
            self._compiled[id(schema)] = compiled
            while len(self._compiled) > self._capacity:
                self._compiled.popitem(last=False)
        else:
            with suppress(KeyError):  # another thread may have removed it
                self._compiled.move_to_end(id(schema))
        return compiled
