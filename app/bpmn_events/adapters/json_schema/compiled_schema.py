"""A schema that is ready to check payloads, in bounded time."""

from copy import deepcopy

from jsonschema_rs import Draft202012Validator

from bpmn_events.adapters.json_schema.budget import BUDGET, USUAL_BYTES, refuse, to_steps
from bpmn_events.adapters.json_schema.costs.payload_size import measure, to_json
from bpmn_events.adapters.json_schema.costs.weighing import weigh
from bpmn_events.adapters.json_schema.document import check_document
from bpmn_events.adapters.json_schema.explanation.explainer import Explainer
from bpmn_events.adapters.json_schema.graph.keywords import Schema
from bpmn_events.adapters.json_schema.graph.nodes import SchemaGraph
from bpmn_events.adapters.json_schema.graph.ordering import check_items_first, compares_items
from bpmn_events.adapters.json_schema.pattern_limits import check_patterns
from bpmn_events.adapters.json_schema.validators import compile_schema
from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import JsonObject


class CompiledSchema:
    """A validator with the cost of its checks.

    Args:
        schema: The schema.
        max_payload_bytes: The largest payload. The budget of a check grows with it.

    Raises:
        SchemaRefusal: The schema is invalid, or checking a small payload against it could take too long.
    """

    def __init__(self, schema: Schema, max_payload_bytes: int = USUAL_BYTES) -> None:
        check_document(schema)
        self.schema = schema
        graph = SchemaGraph(schema)
        check_patterns(graph)
        validator = compile_schema(schema)
        self._cost = weigh(graph, refuse)
        self._validator = _compile_in_order(schema) if compares_items(graph) else validator
        self._explainer = Explainer(graph, validator)
        size = max(max_payload_bytes, USUAL_BYTES)
        self._budget = BUDGET * size / USUAL_BYTES
        self._is_cheap = self._cost.per_byte * size <= self._budget

    def violations(self, payload: JsonObject) -> tuple[PayloadViolation, ...]:
        """Return violations of a payload, or an empty tuple if the payload is valid."""
        if not self._is_cheap and (refusal := self._refuse_costly(payload)) is not None:
            return (refusal,)
        return () if self._validator.is_valid(payload) else self._explainer.violations(payload)

    def _refuse_costly(self, payload: JsonObject) -> PayloadViolation | None:
        text = to_json(payload)
        if len(text) * self._cost.per_byte <= self._budget:
            return None
        cost = self._cost.of(measure(text))
        if cost <= self._budget:
            return None
        message = (
            f"checking it against the schema could take {to_steps(cost)} steps; "
            f"at most {to_steps(self._budget)} are accepted"
        )
        return PayloadViolation("", "maxCost", message)


def _compile_in_order(schema: Schema) -> Draft202012Validator:
    """Return a validator that checks the items of an array before it compares them with each other."""
    copy = deepcopy(schema)
    check_items_first(SchemaGraph(copy))
    return compile_schema(copy)
