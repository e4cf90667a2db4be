"""Steps of executions in the terms of the engine. A step is not stored yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import EventType, JsonObject
from bpmn_events.domain.processes import ProcessInstanceState


@dataclass(frozen=True, slots=True)
class Wait:
    """A waiting event as the engine knows it. ``CatchElement`` has the properties that all events of an element share.

    ``correlation_keys`` are the key values that a message must have to trigger it. It can gain keys while it waits,
    when the instance sends or receives the message that gives a key its value; ``Step.waits`` has the current ones.
    ``event_name`` is the computed name of the message or signal; None if the model fixes the name.
    """

    id: str
    instance_id: str
    element_id: str
    since: datetime
    due_at: datetime | None = None
    correlation_keys: Mapping[str, str] = field(default_factory=dict)
    event_name: str | None = None


@dataclass(frozen=True, slots=True)
class TaskWait:
    """An open task as the engine knows it."""

    id: str
    instance_id: str
    element_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Caught:
    """A waiting event that the step itself triggered: its condition became true, or the execution threw its event."""

    wait: Wait
    payload: JsonObject | None


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal that the step threw and that other executions may receive.

    A message is left out if a waiting event of the same execution received it; a signal never is.
    """

    event_type: EventType
    name: str
    payload: JsonObject
    instance_id: str
    element_id: str
    correlation_keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RejectedReceiver:
    """A waiting event that did not receive a thrown event, because its payload schema refuses the payload."""

    event_type: EventType
    name: str
    instance_id: str
    element_id: str
    violation: PayloadViolation


@dataclass(frozen=True, slots=True)
class InstanceChange:
    """A process instance after a step. ``started`` is true if the step started it."""

    id: str
    parent_id: str | None
    process_model_id: str
    state: ProcessInstanceState
    variables: JsonObject
    started: bool = False
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One advance of an execution, which is a root instance with all it called. The step is not stored yet.

    Attributes:
        state: The encoded state after the step; None once the root instance has ended.
        instances: The instances that the step started or ended, or whose variables it changed.
        waits: All waiting events after the step.
        added: The waiting events that the step added.
        cancelled: The waiting events that the step removed without triggering them.
        caught: The earlier waiting events that the step itself triggered, in that order.
        thrown: The messages and signals for other executions, in the order of throwing.
        tasks: All open tasks after the step.
        added_tasks: The tasks that the step opened.
        closed_tasks: The tasks that the step finished or cancelled.
        rekeyed: The earlier waiting events whose correlation keys changed.
        rejected_receivers: The waiting events that did not receive a thrown event, in the order of throwing.
        local_bytes: The number of bytes that each instance stores in ``state``, as ``Engine.local_bytes`` returns it.
            None if the state is so small that measuring it takes no time.
        kept_bytes: The size of the values that the step has produced.
    """

    state: bytes | None
    instances: tuple[InstanceChange, ...]
    waits: tuple[Wait, ...]
    added: tuple[Wait, ...]
    cancelled: tuple[Wait, ...]
    caught: tuple[Caught, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    tasks: tuple[TaskWait, ...] = ()
    added_tasks: tuple[TaskWait, ...] = ()
    closed_tasks: tuple[TaskWait, ...] = ()
    rekeyed: tuple[Wait, ...] = ()
    rejected_receivers: tuple[RejectedReceiver, ...] = ()
    local_bytes: Mapping[str, int] | None = None
    kept_bytes: int = 0
