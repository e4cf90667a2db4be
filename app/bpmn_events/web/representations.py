"""What the plain HTTP API shows of the domain: the names and facts of the GraphQL types, related objects as ids."""

from datetime import datetime
from typing import Any

import msgspec

from bpmn_events.domain.events import ElementType, EventTrigger, EventType, TriggerSource, WaitingEvent
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState
from bpmn_events.domain.tasks import OpenTask, TaskType


class Document(msgspec.Struct, rename="camel", frozen=True):
    """A JSON object whose members are camel-cased attributes."""


class WaitingEventDocument(Document, frozen=True):
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


class EventTriggerDocument(Document, frozen=True):
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


class ProcessInstanceDocument(Document, frozen=True):
    """``variables`` is null for a caller that may not read processes."""

    id: str
    state: ProcessInstanceState
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    end_reason: str | None
    variables: dict[str, Any] | None
    process_model_key: str
    correlation_id: str


class TriggerDocument(Document, frozen=True):
    """What triggering answers; ``trigger`` is null after a dry run."""

    trigger: EventTriggerDocument | None
    process_instance: ProcessInstanceDocument
    next_waiting_events: list[WaitingEventDocument]
    replayed: bool


class OpenTaskDocument(Document, frozen=True):
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


class FinishTaskDocument(Document, frozen=True):
    """What finishing a task answers; ``task`` is as it was."""

    task: OpenTaskDocument
    process_instance: ProcessInstanceDocument
    next_waiting_events: list[WaitingEventDocument]
    next_open_tasks: list[OpenTaskDocument]
    replayed: bool


class TriggerByNameDocument(Document, frozen=True):
    """What sending a message or signal answers; both lists are empty where nobody waits."""

    triggers: list[EventTriggerDocument]
    started_process_instances: list[ProcessInstanceDocument]
    pending: bool
    replayed: bool


class ListedEventDocument(Document, frozen=True):
    """A waiting event as the consumer API words it: ``id`` is the element's, ``event_id`` this one occurrence's."""

    id: str
    event_id: str
    event_name: str | None
    event_type: str
    bpmn_type: str
    process_model_id: str
    process_instance_id: str
    correlation_id: str
    flow_node_instance_id: str


class EventListDocument(Document, frozen=True):
    """One page, and how many events there are over all pages."""

    events: list[ListedEventDocument]
    total_count: int


_LISTED_EVENT_TYPES = {
    EventType.MESSAGE: "messageEvent",
    EventType.SIGNAL: "signalEvent",
    EventType.TIMER: "timerEvent",
    EventType.CONDITIONAL: "conditionalEvent",
}

# What waits behind an event-based gateway is itself an intermediate catch event.
_BPMN_TYPES = {
    ElementType.INTERMEDIATE_CATCH_EVENT: "bpmn:IntermediateCatchEvent",
    ElementType.BOUNDARY_EVENT: "bpmn:BoundaryEvent",
    ElementType.EVENT_SUBPROCESS_START: "bpmn:StartEvent",
    ElementType.RECEIVE_TASK: "bpmn:ReceiveTask",
    ElementType.EVENT_BASED_GATEWAY: "bpmn:IntermediateCatchEvent",
}


def waiting_event(event: WaitingEvent) -> WaitingEventDocument:
    return msgspec.convert(event, WaitingEventDocument, from_attributes=True)


def event_trigger(trigger: EventTrigger) -> EventTriggerDocument:
    return msgspec.convert(trigger, EventTriggerDocument, from_attributes=True)


def process_instance(instance: ProcessInstance, viewer: Principal) -> ProcessInstanceDocument:
    document = msgspec.convert(instance, ProcessInstanceDocument, from_attributes=True)
    if viewer.may(Permission.PROCESSES_READ):
        return document
    return msgspec.structs.replace(document, variables=None)


def open_task(task: OpenTask) -> OpenTaskDocument:
    return msgspec.convert(task, OpenTaskDocument, from_attributes=True)


def listed_event(event: WaitingEvent) -> ListedEventDocument:
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
