"""The violations of an invalid payload."""

from itertools import islice

from jsonschema_rs import ValidationError, Validator

from bpmn_events.adapters.json_schema.costs.cost import Cost
from bpmn_events.adapters.json_schema.costs.payload_size import measure, to_json
from bpmn_events.adapters.json_schema.costs.weighing import EXPLAINING, weigh
from bpmn_events.adapters.json_schema.explanation.keyword_violations import KeywordViolations
from bpmn_events.adapters.json_schema.explanation.pieces import Pieces
from bpmn_events.adapters.json_schema.explanation.report import Report
from bpmn_events.adapters.json_schema.explanation.search import Search
from bpmn_events.adapters.json_schema.explanation.values import Value
from bpmn_events.adapters.json_schema.graph.drafts import DRAFT_4
from bpmn_events.adapters.json_schema.graph.nodes import SchemaGraph
from bpmn_events.adapters.json_schema.graph.types import types_of
from bpmn_events.adapters.json_schema.messages import Messages
from bpmn_events.adapters.json_schema.refusal import SchemaRefusal
from bpmn_events.adapters.json_schema.violations import MAX_VIOLATIONS, to_violation
from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import JsonObject

# A payload is explained by jsonschema-rs if it has at most these bytes, and at most these errors can be built.
_MAX_BYTES = 512
_MAX_ERRORS = 1_000
# Compiling the parts of a larger schema takes more than a millisecond.
_MANY_NODES = 20
_MANY_STATES = 1_000


class Explainer:
    """Finds the violations of one schema, in bounded time.

    Args:
        graph: The graph of the schema.
        validator: Its validator.
        states: The states of its patterns.
        messages: The messages of the schema as it is written.
    """

    def __init__(self, graph: SchemaGraph, validator: Validator, states: int, messages: Messages) -> None:
        self._graph = graph
        self._messages = messages
        self._has_strict_integers = _has_strict_integers(graph)
        self._validator = validator
        self._errors_per_value: float | None = None
        self._keywords: KeywordViolations | None = None
        if len(graph.nodes) > _MANY_NODES or states > _MANY_STATES:
            # The first invalid payload should not wait until they are compiled.
            self._keywords = KeywordViolations(Pieces(graph), messages)

    def violations(self, payload: JsonObject) -> tuple[PayloadViolation, ...]:
        """Return violations of an invalid payload, at most ``MAX_VIOLATIONS``; none if the search finds none."""
        text = to_json(payload)
        if len(text) <= _MAX_BYTES and measure(text).values * self._errors() <= _MAX_ERRORS:
            return tuple(map(self._to_violation, islice(self._validator.iter_errors(payload), MAX_VIOLATIONS)))
        if self._has_strict_integers and _has_integral_fractions(text):
            return ()
        return self._search(payload, len(text))

    def _errors(self) -> float:
        if self._errors_per_value is None:
            self._errors_per_value = _count_errors(self._graph)
        return self._errors_per_value

    def _search(self, payload: JsonObject, size: int) -> tuple[PayloadViolation, ...]:
        if self._keywords is None:
            self._keywords = KeywordViolations(Pieces(self._graph), self._messages)
        report = Report(size)
        Search(self._keywords, report).run([self._graph.root], Value(payload, size=size))
        return tuple(report.violations)

    def first_violation(self, payload: JsonObject) -> tuple[PayloadViolation, ...]:
        """Return the violation that jsonschema-rs finds first. It builds all errors of its value, however many."""
        try:
            self._validator.validate(payload)
        except ValidationError as error:
            return (self._to_violation(error),)
        return ()

    def _to_violation(self, error: ValidationError) -> PayloadViolation:
        return to_violation(error, self._messages)


def _has_strict_integers(graph: SchemaGraph) -> bool:
    """Return True if 1.0 is no integer for the schema, as in draft 4. The search would take it for one."""
    return any(
        node.resource.draft is DRAFT_4 and "integer" in types_of(node) and "number" not in types_of(node)
        for node in graph.nodes
    )


def _has_integral_fractions(text: bytes) -> bool:
    size = measure(text)
    return size.integrals > 0 or size.exponents > 0


def _count_errors(graph: SchemaGraph) -> float:
    """Return the most errors that jsonschema-rs can build for one value."""
    try:
        return weigh(graph, _refuse_many, EXPLAINING).values
    except SchemaRefusal:
        return float("inf")


def _refuse_many(errors: Cost) -> str | None:
    return "too many errors" if errors.values > _MAX_ERRORS else None
