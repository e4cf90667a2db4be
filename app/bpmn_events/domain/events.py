"""Waiting events, the elements they wait at, and the records of their triggers and cancellations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]


class EventType(StrEnum):
    """The BPMN event definition of a waiting event (BPMN 2.0.2, section 10.5.5)."""

    MESSAGE = "MESSAGE"
    SIGNAL = "SIGNAL"
    TIMER = "TIMER"
    CONDITIONAL = "CONDITIONAL"


class ElementType(StrEnum):
    """The kind of BPMN element at which an event waits."""

    INTERMEDIATE_CATCH_EVENT = "INTERMEDIATE_CATCH_EVENT"
    BOUNDARY_EVENT = "BOUNDARY_EVENT"
    EVENT_SUBPROCESS_START = "EVENT_SUBPROCESS_START"
    RECEIVE_TASK = "RECEIVE_TASK"
    EVENT_BASED_GATEWAY = "EVENT_BASED_GATEWAY"


class TriggerSource(StrEnum):
    """The origin of a trigger: a GraphQL or REST request, the due time of a timer, or a process."""

    GRAPHQL = "GRAPHQL"
    REST = "REST"
    TIMER = "TIMER"
    PROCESS = "PROCESS"


@dataclass(frozen=True, slots=True)
class CatchElement:
    """An element of a process model at which instances can wait, with the properties that all its occurrences share.

    Attributes:
        event_name: The name of the message or signal; None for other event types, and if the model gives no name.
        interrupting: True if triggering the event cancels the activity or subprocess that it belongs to (BPMN 2.0.2,
            ``cancelActivity`` and ``isInterrupting``).
        payload_schema: The JSON Schema that payloads must satisfy; None accepts every payload.
        payload_variable: The process variable that receives the whole payload; None makes one variable per member.
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
    """A start event of a process model.

    ``event_type`` is None for a plain start event, which has no event definition. ``initiator_variable`` is the
    variable that gets the subject of the caller that starts the process, or None.
    """

    element_id: str
    event_type: EventType | None = None
    event_name: str | None = None
    lane: str | None = None
    payload_schema: JsonObject | bool | None = None
    payload_variable: str | None = None
    name: str | None = None
    initiator_variable: str | None = None


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """One occurrence of a BPMN event that waits to be triggered, in one process instance.

    Attributes:
        due_at: The instant at which a timer fires; None for every other event.
        root_instance_id: The root instance of the execution that the event belongs to.
        correlation_keys: The values that a message must carry to reach this event (BPMN 2.0.2, section 8.4.2), as
            JSON by the id of each ``correlationKey``; None if the event waits without keys.
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
    """The record that a waiting event was triggered: the subject, the time, the payload and the source."""

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
    """The address of an element at which events or tasks may wait.

    It names a process model in any version, a correlation and the element.
    """

    process_model_key: str
    correlation_id: str
    element_id: str


@dataclass(frozen=True, slots=True)
class CancelledEvent:
    """The record of a waiting event that was cancelled before it was triggered."""

    id: str
    process_model_key: str
    correlation_id: str
    process_instance_id: str
    element_id: str
    lane: str | None
    cancelled_at: datetime
