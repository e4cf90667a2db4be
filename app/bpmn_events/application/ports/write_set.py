"""The write set: the changes that a batch of commands makes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bpmn_events.application.commands.command import Command
from bpmn_events.domain.events import CancelledEvent, EventTrigger, EventType, WaitingEvent
from bpmn_events.domain.idempotency import IdempotencyRecord
from bpmn_events.domain.origin import Origin
from bpmn_events.domain.outbox import ThrownEvent
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessModel
from bpmn_events.domain.retries import Retry
from bpmn_events.domain.start_timers import StartTimer
from bpmn_events.domain.tasks import OpenTask


@dataclass(frozen=True, slots=True)
class ExecutionUpdate:
    """The new engine state of an execution.

    ``format`` is the number of the format of ``state``. A ``state`` of None removes it: the root instance has ended.
    """

    root_id: str
    format: int
    state: bytes | None


@dataclass(frozen=True, slots=True)
class EventStart:
    """A start event of a model's latest version at which a message or signal starts a new instance."""

    event_type: EventType
    event_name: str
    process_model_key: str
    process_model_id: str
    element_id: str


@dataclass(frozen=True, slots=True)
class NewModel:
    """A new model version with its BPMN XML.

    Its ``starts`` and ``start_timers`` replace those of the previous version.
    """

    model: ProcessModel
    bpmn_xml: str
    starts: tuple[EventStart, ...] = ()
    start_timers: tuple[StartTimer, ...] = ()


@dataclass(frozen=True, slots=True)
class PerformedCommand:
    """A command that a caller has sent and that was executed, with its outcome.

    Attributes:
        subject: The subject of the caller.
        origin: The request that the command came in; None if it came in none.
    """

    subject: str
    origin: Origin | None
    command: Command[Any]
    outcome: Any


@dataclass(slots=True)
class WriteSet:
    """The changes that a batch of commands makes, one collection per kind of row.

    The dictionaries are by id. Four collections are claims: a row must still exist for each id in
    ``triggered_events``, ``finished_tasks``, ``delivered_events`` and ``fired_start_timers``, or ``Transaction.write``
    raises ``ClaimLost``.

    Attributes:
        removed_events: The stored events that no longer wait: those in ``triggered_events`` and the cancelled ones.
        removed_tasks: The stored tasks that are no longer open, finished or cancelled.
        removed_keyed_events: The ids of the events with correlation keys that no longer wait.
        rekeyed_events: The events that still wait, but with other correlation keys.
        timer_retries: The retries of timers that have failed, by the id of the event. An event that no longer waits is
            left out.
        delivered_events: The ids of the thrown events that have reached all their receivers.
        fired_start_timers: The ids of the start timers whose instances were started.
        new_start_timers: The next due times of those start timers.
        start_timer_retries: The retries of start timers that have failed, by id.
        performed: The commands of the batch that made changes, or could have. Nothing of them is stored: listeners
            read them after the commit.
    """

    new_models: list[NewModel] = field(default_factory=list)
    new_correlations: dict[str, Correlation] = field(default_factory=dict)
    new_instances: dict[str, ProcessInstance] = field(default_factory=dict)
    changed_instances: dict[str, ProcessInstance] = field(default_factory=dict)
    executions: dict[str, ExecutionUpdate] = field(default_factory=dict)
    triggered_events: list[str] = field(default_factory=list)
    cancelled_events: list[CancelledEvent] = field(default_factory=list)
    removed_events: list[WaitingEvent] = field(default_factory=list)
    new_events: dict[str, WaitingEvent] = field(default_factory=dict)
    new_triggers: list[EventTrigger] = field(default_factory=list)
    removed_keyed_events: list[str] = field(default_factory=list)
    rekeyed_events: dict[str, WaitingEvent] = field(default_factory=dict)
    timer_retries: dict[str, Retry] = field(default_factory=dict)
    finished_tasks: list[str] = field(default_factory=list)
    cancelled_tasks: list[str] = field(default_factory=list)
    removed_tasks: list[OpenTask] = field(default_factory=list)
    new_tasks: dict[str, OpenTask] = field(default_factory=dict)
    new_thrown_events: list[ThrownEvent] = field(default_factory=list)
    changed_thrown_events: list[ThrownEvent] = field(default_factory=list)
    delivered_events: list[str] = field(default_factory=list)
    fired_start_timers: list[str] = field(default_factory=list)
    new_start_timers: list[StartTimer] = field(default_factory=list)
    start_timer_retries: dict[str, Retry] = field(default_factory=dict)
    new_idempotency_records: list[IdempotencyRecord] = field(default_factory=list)
    performed: list[PerformedCommand] = field(default_factory=list)


# Receives the write set of each batch after its transaction has been committed.
CommitListener = Callable[[WriteSet], Awaitable[None] | None]
