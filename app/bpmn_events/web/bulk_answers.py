"""The answers to the lines of many triggers, as JSON documents."""

from typing import Annotated, Any, Literal

import msgspec

from bpmn_events.application.bulk.triggers import BulkResult
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    DomainError,
    EngineUnavailable,
    EventAmbiguous,
    EventNotFound,
    Forbidden,
    InvalidArgument,
    InvalidPayload,
    ProcessFailed,
    ProcessModelNotFound,
    TooManyRequests,
    Unauthorized,
)
from bpmn_events.domain.events import ElementType, EventType
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.web.http.problems import log_unexpected
from bpmn_events.web.openapi.problems import UNEXPECTED_PROBLEM, problem_name, reference
from bpmn_events.web.problem_documents import problem_document
from bpmn_events.web.representations import JsonDocument

_ERRORS = (
    InvalidPayload,
    InvalidArgument,
    Unauthorized,
    Forbidden,
    ProcessModelNotFound,
    CorrelationNotFound,
    EventNotFound,
    EventAmbiguous,
    Conflict,
    ProcessFailed,
    TooManyRequests,
    EngineUnavailable,
)
_PROBLEMS = {"anyOf": [reference(name) for name in (*map(problem_name, _ERRORS), UNEXPECTED_PROBLEM)]}
# The names of arguments that have another name in a line than in the use case.
_FIELD_NAMES = {
    "process_model_key": "processModelKey",
    "correlation_id": "correlationId",
    "event_id": "eventId",
    "idempotency_key": "idempotencyKey",
}


class NextEventDocument(JsonDocument, frozen=True):
    """An event that waits after the trigger."""

    id: str
    element_id: str
    element_type: ElementType
    name: str | None
    event_type: EventType
    event_name: str | None


class TriggeredDocument(JsonDocument, frozen=True):
    """The answer to a line that has triggered its event, now or before, or would do so.

    ``trigger_id`` and ``event_id`` are null after a dry run.
    """

    line: int
    outcome: Literal["TRIGGERED", "REPLAYED", "WOULD_TRIGGER"]
    trigger_id: str | None
    event_id: str | None
    process_instance_id: str
    process_instance_state: ProcessInstanceState
    next_waiting_events: list[NextEventDocument]


class FailedDocument(JsonDocument, frozen=True):
    """The answer to a line that has failed. ``error`` is a problem document (RFC 9457) with its ``code``."""

    line: int
    outcome: Literal["FAILED"]
    error: Annotated[dict[str, Any], msgspec.Meta(extra_json_schema=_PROBLEMS)]


_encoder = msgspec.json.Encoder()


def encode_answer(result: BulkResult) -> bytes:
    """Return the line of an answer. An unexpected error is logged."""
    outcome = result.outcome
    document = (
        _triggered(result.number, outcome)
        if isinstance(outcome, TriggerOutcome)
        else FailedDocument(result.number, "FAILED", _problem(result.number, outcome))
    )
    return _encoder.encode(document) + b"\n"


def _triggered(number: int, outcome: TriggerOutcome) -> TriggeredDocument:
    trigger, instance = outcome.trigger, outcome.process_instance
    return TriggeredDocument(
        line=number,
        outcome="WOULD_TRIGGER" if trigger is None else "REPLAYED" if outcome.replayed else "TRIGGERED",
        trigger_id=None if trigger is None else trigger.id,
        event_id=None if trigger is None else trigger.event_id,
        process_instance_id=instance.id,
        process_instance_state=instance.state,
        next_waiting_events=[
            NextEventDocument(
                event.id, event.element_id, event.element_type, event.name, event.event_type, event.event_name
            )
            for event in outcome.next_waiting_events
        ],
    )


def _problem(number: int, error: Exception) -> dict[str, Any]:
    if not isinstance(error, DomainError):
        return log_unexpected(error, f"in line {number} of many triggers")
    if isinstance(error, InvalidArgument):
        error = error.with_argument(_FIELD_NAMES.get(error.argument, error.argument))
    return problem_document(error)
