"""Waiting events and the record of their triggering."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]


class EventType(StrEnum):
    """The BPMN event definition that waits (BPMN 2.0.2, section 10.5.5)."""

    MESSAGE = "MESSAGE"
    SIGNAL = "SIGNAL"
    TIMER = "TIMER"
    CONDITIONAL = "CONDITIONAL"


class ElementType(StrEnum):
    """Where in the diagram the event waits."""

    INTERMEDIATE_CATCH_EVENT = "INTERMEDIATE_CATCH_EVENT"
    BOUNDARY_EVENT = "BOUNDARY_EVENT"
    EVENT_SUBPROCESS_START = "EVENT_SUBPROCESS_START"
    RECEIVE_TASK = "RECEIVE_TASK"
    EVENT_BASED_GATEWAY = "EVENT_BASED_GATEWAY"


class TriggerSource(StrEnum):
    """What triggered an event: a request, its own due time, or another process."""

    GRAPHQL = "GRAPHQL"
    REST = "REST"
    TIMER = "TIMER"
    PROCESS = "PROCESS"


@dataclass(frozen=True, slots=True)
class CatchElement:
    """An element of a model at which a process can wait: what all its occurrences have in common.

    ``payload_schema`` is a JSON Schema (2020-12); ``payload_variable`` names the one process variable that takes the
    whole payload, where the model asks for that instead of one variable per member.
    """

    element_id: str
    element_type: ElementType
    event_type: EventType
    name: str | None
    event_name: str | None
    lane: str | None
    interrupting: bool
    payload_schema: JsonObject | bool | None = None
    payload_variable: str | None = None


@dataclass(frozen=True, slots=True)
class StartElement:
    """A start event of a process. ``event_type`` is None for a plain one, which brings no event."""

    element_id: str
    event_type: EventType | None = None
    event_name: str | None = None
    lane: str | None = None
    payload_schema: JsonObject | bool | None = None
    payload_variable: str | None = None


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """One occurrence of a BPMN event that waits to be triggered, in one process instance.

    ``correlation_keys`` holds the values that a message must have to be meant for it (BPMN 2.0.2, section 8.4.2), as
    JSON by the id of each ``correlationKey``; None where the model asks for none.
    """

    id: str
    element_id: str
    element_type: ElementType
    event_type: EventType
    name: str | None
    event_name: str | None
    lane: str | None
    interrupting: bool
    due_at: datetime | None
    waiting_since: datetime
    process_model_id: str
    process_model_key: str
    process_instance_id: str
    root_instance_id: str
    correlation_id: str
    correlation_keys: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """The record that a waiting event was triggered: who, when, with what, from where."""

    id: str
    event_id: str
    element_id: str
    event_type: EventType
    event_name: str | None
    lane: str | None
    source: TriggerSource
    payload: JsonObject | None
    triggered_at: datetime
    triggered_by: str
    idempotency_key: str | None
    process_model_id: str
    process_model_key: str
    process_instance_id: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class ElementAddress:
    """An element at which events may wait, in one model (any version) and correlation."""

    process_model_key: str
    correlation_id: str
    element_id: str


@dataclass(frozen=True, slots=True)
class CancelledEvent:
    """What is remembered of an event that stopped waiting untriggered."""

    id: str
    process_model_key: str
    correlation_id: str
    process_instance_id: str
    element_id: str
    lane: str | None
    cancelled_at: datetime
