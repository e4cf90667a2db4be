"""The steps of executions: what one advance did, in the engine's words. Nothing of it is stored yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bpmn_events.domain.errors import PayloadViolation
from bpmn_events.domain.events import EventType, JsonObject
from bpmn_events.domain.processes import ProcessInstanceState


@dataclass(frozen=True, slots=True)
class Wait:
    """A waiting event as the engine knows it; what it has in common with its siblings is in ``CatchElement``.

    ``correlation_keys`` are those a message for it must carry. They may become more while it waits, when the instance
    sends or receives the message that gives a key its value: what ``Step.waits`` says holds.
    """

    id: str
    instance_id: str
    element_id: str
    since: datetime
    due_at: datetime | None = None
    correlation_keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskWait:
    """An open task as the engine knows it."""

    id: str
    instance_id: str
    element_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Caught:
    """A waiting event that the step itself triggered: a condition came true, or the execution threw what it caught."""

    wait: Wait
    payload: JsonObject | None


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal that the step threw and that has yet to reach other executions.

    A message that a waiting event of the same execution took is not among them; a signal always is.
    """

    event_type: EventType
    name: str
    payload: JsonObject
    instance_id: str
    element_id: str
    correlation_keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RejectedReceiver:
    """A waiting event that did not take what the step threw, because its payload schema refuses the payload."""

    event_type: EventType
    name: str
    instance_id: str
    element_id: str
    violation: PayloadViolation


@dataclass(frozen=True, slots=True)
class InstanceChange:
    """An instance as it stands after a step. ``started`` is true for one that the step itself began."""

    id: str
    parent_id: str | None
    process_model_id: str
    state: ProcessInstanceState
    variables: JsonObject
    started: bool = False
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one advance of an execution (an instance with all it called) did. Nothing of it is stored yet.

    ``state`` is None once the root instance has ended. ``waits`` is all that waits now, ``added`` and ``cancelled``
    (without those that were triggered) are the difference to before. ``instances`` holds every instance the
    step began, ended, or whose variables it changed. ``caught`` holds those of the waiting events before the step that
    the step itself triggered, ``thrown`` what it threw for others, ``rejected_receivers`` those that did not take
    what it threw, each in the order of happening. ``tasks`` is all that is open now, ``added_tasks`` and
    ``closed_tasks`` (finished or cancelled) are the difference to before.
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
