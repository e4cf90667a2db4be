"""A schema that is ready to check payloads."""

from copy import deepcopy
from functools import cached_property

from jsonschema_rs import Validator

from bpmn_events.adapters.json_schema.budget import BUDGET, USUAL_BYTES, refuse
from bpmn_events.adapters.json_schema.costs.cost import Cost
from bpmn_events.adapters.json_schema.costs.payload_size import measure, to_json
from bpmn_events.adapters.json_schema.costs.weighing import weigh
from bpmn_events.adapters.json_schema.document import check_document
from bpmn_events.adapters.json_schema.explanation.explainer import Explainer
from bpmn_events.adapters.json_schema.graph.keywords import Schema
from bpmn_events.adapters.json_schema.graph.nodes import SchemaGraph, declared_draft
from bpmn_events.adapters.json_schema.graph.ordering import check_items_first, compares_items
from bpmn_events.adapters.json_schema.messages import Messages
from bpmn_events.adapters.json_schema.pattern_limits import check_patterns, check_syntax
from bpmn_events.adapters.json_schema.refusal import TooCostly
from bpmn_events.adapters.json_schema.rewriting import RewrittenSchema
from bpmn_events.adapters.json_schema.schema_text import SchemaText
from bpmn_events.adapters.json_schema.validators import compile_schema
from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import JsonObject

_UNKNOWN = Cost(values=float("inf"), bytes=float("inf"))


class CompiledSchema:
    """A validator with the cost of its checks.

    Args:
        schema: The schema.
        max_payload_bytes: The largest payload.
        may_be_costly: True to accept a schema with which every check can take long.
        is_earlier: True to read the schema as before the draft that it declares and the patterns of ECMA-262 counted.

    Raises:
        SchemaRefusal: The schema is invalid, or checking a small payload against it could take too long.
    """

    def __init__(
        self,
        schema: Schema,
        max_payload_bytes: int = USUAL_BYTES,
        *,
        may_be_costly: bool = False,
        is_earlier: bool = False,
    ) -> None:
        check_document(schema)
        self.schema = schema
        self.is_earlier = is_earlier
        written = SchemaGraph(schema) if is_earlier else SchemaGraph(schema, declared_draft(schema))
        in_parts, graph, messages = (written, written, Messages()) if is_earlier else _rewrite(written)
        try:
            states = check_patterns(written, in_parts=not is_earlier)
            self._cost = weigh(in_parts, refuse)
        except TooCostly:
            if not may_be_costly:
                raise
            states, self._cost = 0, _UNKNOWN
        validator = compile_schema(graph.root.written, graph.root.resource.draft)
        self._validator = _compile_in_order(graph) if compares_items(graph) else validator
        self._explainer = Explainer(graph, validator, states, messages)
        self._is_always_quick = self._cost.per_byte * max_payload_bytes <= BUDGET

    @cached_property
    def text(self) -> SchemaText:
        """The JSON text of the schema."""
        return SchemaText(to_json(self.schema), self.is_earlier)

    def quick_violations(self, payload: JsonObject) -> tuple[PayloadViolation, ...] | None:
        """Return the violations of a payload; None if finding them can take longer than the event loop has time for."""
        if not self._is_quick(payload):
            return None
        return () if self._validator.is_valid(payload) else self._explainer.violations(payload) or None

    def violations(self, payload: JsonObject) -> tuple[PayloadViolation, ...]:
        """Return the violations of a payload, however long that takes."""
        if self._validator.is_valid(payload):
            return ()
        return self._explainer.violations(payload) or self._explainer.first_violation(payload)

    def _is_quick(self, payload: JsonObject) -> bool:
        if self._is_always_quick:
            return True
        text = to_json(payload)
        return len(text) * self._cost.per_byte <= BUDGET or self._cost.of(measure(text)) <= BUDGET


def _rewrite(written: SchemaGraph) -> tuple[SchemaGraph, SchemaGraph, Messages]:
    """Return the schema for estimates, the schema to compile, and the messages of the schema as it is written."""
    check_syntax(written)
    rewritten = RewrittenSchema(written)
    return rewritten.in_parts, rewritten.graph, rewritten.messages


def _compile_in_order(graph: SchemaGraph) -> Validator:
    """Return a validator that checks the items of an array before it compares them with each other."""
    draft = graph.root.resource.draft
    copy = deepcopy(graph.root.written)
    check_items_first(SchemaGraph(copy, draft))
    return compile_schema(copy, draft)
