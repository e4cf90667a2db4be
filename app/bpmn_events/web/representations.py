"""JSON documents of the plain HTTP API, with the fields of the GraphQL types and ids for related objects."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from bpmn_events.domain.events import ElementType, EventTrigger, EventType, TriggerSource, WaitingEvent
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState
from bpmn_events.domain.retries import PendingRetry, RetryKind
from bpmn_events.domain.tasks import OpenTask, TaskType


class EventRemovalReason(StrEnum):
    """Why an event no longer waits."""

    TRIGGERED = "TRIGGERED"
    CANCELLED = "CANCELLED"


class JsonDocument(msgspec.Struct, rename="camel", frozen=True):
    """A JSON object with camel-cased member names."""


class WaitingEventDocument(JsonDocument, frozen=True):
    """One occurrence of a BPMN event that waits to be triggered."""

    id: str
    element_id: str
    element_type: ElementType
    name: str | None
    event_type: EventType
    event_name: str | None
    lane: str | None
    interrupting: bool
    due_at: datetime | None
    waiting_since: datetime
    process_model_key: str
    process_instance_id: str
    correlation_id: str


class AddedEventDocument(WaitingEventDocument, frozen=True):
    """A waiting event with all that GraphQL tells about it, and ids for related objects."""

    payload_schema: dict[str, Any] | bool | None
    viewer_can_trigger: bool


class RemovedEventDocument(JsonDocument, frozen=True):
    """An event that no longer waits. ``trigger_id`` is null if it was cancelled."""

    event_id: str
    reason: EventRemovalReason
    trigger_id: str | None


class TicketDocument(JsonDocument, frozen=True):
    """A ticket, and the instant after which it is refused."""

    ticket: str
    expires_at: datetime


class EventTriggerDocument(JsonDocument, frozen=True):
    """The record that a waiting event was triggered."""

    id: str
    event_id: str
    element_id: str
    event_type: EventType
    event_name: str | None
    lane: str | None
    source: TriggerSource
    payload: dict[str, Any] | None
    triggered_at: datetime
    triggered_by: str
    idempotency_key: str | None
    process_model_key: str
    process_instance_id: str
    correlation_id: str


class PendingRetryDocument(JsonDocument, frozen=True):
    """A timer, message or signal that failed and is tried again. ``event_id`` is the waiting event of a timer.

    It is null for a timer start event.
    """

    kind: RetryKind
    name: str | None
    element_id: str | None
    lane: str | None
    process_model_key: str | None
    correlation_id: str | None
    attempts: int
    next_attempt_at: datetime
    failed_at: datetime
    reason: str
    event_id: str | None


class ProcessInstanceDocument(JsonDocument, frozen=True):
    """A process instance. ``variables`` is null for a caller without the permission ``processes:read``."""

    id: str
    state: ProcessInstanceState
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    end_reason: str | None
    variables: dict[str, Any] | None
    process_model_key: str
    correlation_id: str


class TriggerDocument(JsonDocument, frozen=True):
    """The outcome of a trigger. ``trigger`` is null after a dry run."""

    trigger: EventTriggerDocument | None
    process_instance: ProcessInstanceDocument
    next_waiting_events: list[WaitingEventDocument]
    replayed: bool


class OpenTaskDocument(JsonDocument, frozen=True):
    """A task that waits for its result."""

    id: str
    element_id: str
    task_type: TaskType
    name: str | None
    lane: str | None
    topic: str | None
    open_since: datetime
    process_model_key: str
    process_instance_id: str
    correlation_id: str


class FinishTaskDocument(JsonDocument, frozen=True):
    """The outcome of finishing a task. ``task`` is the task before it was finished."""

    task: OpenTaskDocument
    process_instance: ProcessInstanceDocument
    next_waiting_events: list[WaitingEventDocument]
    next_open_tasks: list[OpenTaskDocument]
    replayed: bool


class TriggerByNameDocument(JsonDocument, frozen=True):
    """The outcome of sending a message or signal. Both lists are empty if there is no receiver."""

    triggers: list[EventTriggerDocument]
    started_process_instances: list[ProcessInstanceDocument]
    pending: bool
    replayed: bool


class ListedEventDocument(JsonDocument, frozen=True):
    """A waiting event in the form of the consumer API: ``id`` is the id of its BPMN element, ``eventId`` its own."""

    id: str
    event_id: str
    event_name: str | None
    event_type: str
    bpmn_type: str
    process_model_id: str
    process_instance_id: str
    correlation_id: str
    flow_node_instance_id: str


class EventListDocument(JsonDocument, frozen=True):
    """One page of waiting events, and the number of events on all pages."""

    events: list[ListedEventDocument]
    total_count: int


_LISTED_EVENT_TYPES = {
    EventType.MESSAGE: "messageEvent",
    EventType.SIGNAL: "signalEvent",
    EventType.TIMER: "timerEvent",
    EventType.CONDITIONAL: "conditionalEvent",
}

# Behind an event-based gateway, the elements that wait are intermediate catch events.
_BPMN_TYPES = {
    ElementType.INTERMEDIATE_CATCH_EVENT: "bpmn:IntermediateCatchEvent",
    ElementType.BOUNDARY_EVENT: "bpmn:BoundaryEvent",
    ElementType.EVENT_SUBPROCESS_START: "bpmn:StartEvent",
    ElementType.RECEIVE_TASK: "bpmn:ReceiveTask",
    ElementType.EVENT_BASED_GATEWAY: "bpmn:IntermediateCatchEvent",
}


def waiting_event(event: WaitingEvent) -> WaitingEventDocument:
    """Return the document of a waiting event."""
    return msgspec.convert(event, WaitingEventDocument, from_attributes=True)


def event_trigger(trigger: EventTrigger) -> EventTriggerDocument:
    """Return the document of an event trigger."""
    return msgspec.convert(trigger, EventTriggerDocument, from_attributes=True)


def process_instance(instance: ProcessInstance, viewer: Principal) -> ProcessInstanceDocument:
    """Return the document of a process instance, without its variables if the viewer may not read processes."""
    document = msgspec.convert(instance, ProcessInstanceDocument, from_attributes=True)
    if viewer.may(Permission.PROCESSES_READ):
        return document
    return msgspec.structs.replace(document, variables=None)


def open_task(task: OpenTask) -> OpenTaskDocument:
    """Return the document of an open task."""
    return msgspec.convert(task, OpenTaskDocument, from_attributes=True)


def pending_retry(item: PendingRetry) -> PendingRetryDocument:
    """Return the document of a pending retry."""
    return PendingRetryDocument(
        kind=item.kind,
        name=item.name,
        element_id=item.element_id,
        lane=item.lane,
        process_model_key=item.process_model_key,
        correlation_id=item.correlation_id,
        attempts=item.retry.attempts,
        next_attempt_at=item.retry.retry_at,
        failed_at=item.retry.failed_at,
        reason=item.retry.reason,
        event_id=None if item.event is None else item.event.id,
    )


def listed_event(event: WaitingEvent) -> ListedEventDocument:
    """Return the document of a waiting event in a list."""
    return ListedEventDocument(
        id=event.element_id,
        event_id=event.id,
        event_name=event.event_name,
        event_type=_LISTED_EVENT_TYPES[event.event_type],
        bpmn_type=_BPMN_TYPES[event.element_type],
        process_model_id=event.process_model_key,
        process_instance_id=event.process_instance_id,
        correlation_id=event.correlation_id,
        flow_node_instance_id=event.id,
    )
