"""What the use cases need from the outside: an engine, a store, and a checker of JSON Schemas."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.application.pages import (
    Page,
    PageRequest,
    Position,
    TaskFilter,
    TriggerFilter,
    WaitingEventFilter,
    WaitingEventQuery,
)
from app.domain.errors import PayloadViolation
from app.domain.events import CatchElement, EventTrigger, EventType, JsonObject, WaitingEvent
from app.domain.principal import Principal
from app.domain.processes import (
    Correlation,
    ProcessInstance,
    ProcessInstanceState,
    ProcessModel,
)
from app.domain.statistics import Grouping, WaitingEventGroup
from app.domain.tasks import OpenTask, TaskElement
from app.domain.thrown import Audience, ThrownEvent

# --- engine -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartElement:
    """A start event of a process. ``event_type`` is None for a plain one, which brings no event."""

    element_id: str
    event_type: EventType | None = None
    event_name: str | None = None
    lane: str | None = None
    payload_schema: JsonObject | bool | None = None
    payload_variable: str | None = None


class ExecutableModel(Protocol):
    """A parsed process, ready to run. Immutable and shared by all instances of its version."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def catch_elements(self) -> Mapping[str, CatchElement]:
        """Everything this process can wait at, by element id."""
        ...

    @property
    def start_elements(self) -> Mapping[str, StartElement]:
        """The start events by element id, in document order; empty where the process begins without one."""
        ...

    @property
    def task_elements(self) -> Mapping[str, TaskElement]:
        """The tasks that are finished from outside, by element id."""
        ...

    @property
    def lines(self) -> Mapping[str, int]:
        """The line of each element in the BPMN file, counted from 1."""
        ...

    def correlation_keys(self, message: str, payload: JsonObject) -> Mapping[str, str]:
        """The values that a message with this payload has for each ``correlationKey`` of this model, as JSON by the
        key's id. A key for which the payload lacks a property is left out (BPMN 2.0.2, section 8.4.2).
        """
        ...


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
    the step itself triggered, ``thrown`` what it threw for others, each in the order of happening. ``tasks`` is all
    that is open now, ``added_tasks`` and ``gone_tasks`` (finished or cancelled) are the difference to before.
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
    gone_tasks: tuple[TaskWait, ...] = ()
    rekeyed: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True)
class Execution:
    """A stored execution: the engine's own state, and the variables of each instance that is still running."""

    root_id: str
    correlation_id: str
    format: int
    state: bytes
    instances: Mapping[str, ProcessInstance]


class ModelNeeded(Exception):
    """A step needs a model the caller has not supplied: add it and run the step again. The step changed nothing.

    Exactly one of ``model_id`` (an instance of that version runs) and ``key`` (its latest version is called) is set.
    """

    def __init__(self, *, model_id: str | None = None, key: str | None = None) -> None:
        super().__init__(model_id or key)
        self.model_id = model_id
        self.key = key


@dataclass(slots=True)
class KnownModels:
    """The models a step may use: by version id, and for each called key its latest version (None: no such)."""

    by_id: dict[str, ExecutableModel] = field(default_factory=dict)
    latest: dict[str, str | None] = field(default_factory=dict)


class Engine(Protocol):
    """Runs processes. Every method is a pure function: the caller stores what comes back, or drops it."""

    @property
    def format(self) -> int:
        """The number of the state format this engine writes; it reads that and every earlier one."""
        ...

    def compile(self, bpmn_xml: str) -> Sequence[ExecutableModel]:
        """The executable processes of a BPMN 2.0 file, in document order.

        Raises:
            InvalidProcessModel: with every reason found, each with element id and line.
        """
        ...

    def start(
        self,
        models: KnownModels,
        model_id: str,
        instance_id: str,
        *,
        start_element_id: str | None,
        variables: JsonObject,
        now: datetime,
    ) -> Step:
        """Begin an instance and run it to its first waiting points.

        Raises:
            ModelNeeded: a model has to be added to ``models`` first.
            ProcessFailed: the process cannot get there.
        """
        ...

    def trigger(
        self,
        models: KnownModels,
        execution: Execution,
        wait_id: str,
        *,
        payload: JsonObject | None,
        now: datetime,
    ) -> Step | None:
        """Trigger exactly one waiting event and run to the next waiting points; None if that event does not wait.

        Raises:
            ModelNeeded, ProcessFailed: as ``start``.
        """
        ...

    def finish_task(
        self,
        models: KnownModels,
        execution: Execution,
        task_id: str,
        *,
        result: JsonObject,
        now: datetime,
    ) -> Step | None:
        """Finish one open task and run to the next waiting points; None if that task is not open.

        Raises:
            ModelNeeded, ProcessFailed: as ``start``.
        """
        ...

    def waits(self, execution: Execution) -> tuple[Wait, ...]:
        """All that waits in an execution."""
        ...

    def tasks(self, execution: Execution) -> tuple[TaskWait, ...]:
        """All tasks that are open in an execution."""
        ...


# --- payload schemas --------------------------------------------------------------------------


class PayloadSchemas(Protocol):
    """Checks payloads against JSON Schema 2020-12."""

    def check_schema(self, schema: JsonObject | bool) -> str | None:
        """Why this is no valid schema, or None if it is one."""
        ...

    def violations(self, schema: JsonObject | bool, payload: JsonObject) -> tuple[PayloadViolation, ...]:
        """Every violation, in the order of the payload; empty for a valid payload."""
        ...


# --- storage, writing -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """Keys are the caller's own: two subjects may use the same key for different requests."""

    subject: str
    operation: str
    key: str


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """The first request made under a key (a digest of it) and the answer it got, as JSON."""

    key: IdempotencyKey
    fingerprint: bytes
    answer: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
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


@dataclass(frozen=True, slots=True)
class ExecutionState:
    """The new engine state of an execution; ``state`` None drops it, because the root instance has ended."""

    root_id: str
    format: int
    state: bytes | None


@dataclass(frozen=True, slots=True)
class EventStart:
    """A start event of the latest version of a model, at which a message or signal begins a new instance."""

    event_type: EventType
    event_name: str
    process_model_key: str
    process_model_id: str
    element_id: str


@dataclass(frozen=True, slots=True)
class NewModel:
    """A model version to be stored, with its BPMN text; its ``starts`` replace those of the version before."""

    model: ProcessModel
    bpmn_xml: str
    starts: tuple[EventStart, ...] = ()


@dataclass(slots=True)
class Changes:
    """What a batch of commands decided, to be written set by set.

    ``triggered_events``, ``finished_tasks`` and ``delivered_events`` are the claims: each id must still be there, or
    ``Transaction.write`` raises ``ClaimLost``. ``keyed_events_gone`` are those of the events that no longer wait which
    had correlation keys, ``rekeyed_events`` those that go on waiting with other ones.
    """

    new_models: list[NewModel] = field(default_factory=list)
    new_correlations: dict[str, Correlation] = field(default_factory=dict)
    new_instances: dict[str, ProcessInstance] = field(default_factory=dict)
    changed_instances: dict[str, ProcessInstance] = field(default_factory=dict)
    executions: dict[str, ExecutionState] = field(default_factory=dict)
    triggered_events: list[str] = field(default_factory=list)
    cancelled_events: list[CancelledEvent] = field(default_factory=list)
    new_events: dict[str, WaitingEvent] = field(default_factory=dict)
    new_triggers: list[EventTrigger] = field(default_factory=list)
    keyed_events_gone: list[str] = field(default_factory=list)
    rekeyed_events: dict[str, WaitingEvent] = field(default_factory=dict)
    finished_tasks: list[str] = field(default_factory=list)
    cancelled_tasks: list[str] = field(default_factory=list)
    new_tasks: dict[str, OpenTask] = field(default_factory=dict)
    new_thrown: list[ThrownEvent] = field(default_factory=list)
    changed_thrown: list[ThrownEvent] = field(default_factory=list)
    delivered_events: list[str] = field(default_factory=list)
    new_idempotency_records: list[IdempotencyRecord] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReceiverQuery:
    """Which events that wait for a message or signal of that name.

    ``keyed`` narrows to those with or without correlation keys. ``without_root`` leaves out an execution. ``until`` is
    an instant and the id of a waiting event: only what waited then, and was made before that id. ``after`` continues
    behind a position.
    """

    event_type: EventType
    name: str
    audience: Audience
    limit: int
    keyed: bool | None = None
    without_root: str | None = None
    until: tuple[datetime, str] | None = None
    after: Position | None = None


@dataclass(frozen=True, slots=True)
class ModelKey:
    """A correlation key's value in instances of one model version. Keys of other versions and models differ from it,
    although they may have the same name."""

    process_model_id: str
    key: str
    value: str


class ClaimLost(Exception):
    """A row that a command decided on was changed by another transaction; run the command again."""


class Transaction(Protocol):
    """One write transaction, shared by a batch of commands. Every method takes and answers sets: the number of SQL
    statements does not depend on the size of the batch.
    """

    async def waiting_events(self, ids: Collection[str]) -> dict[str, WaitingEvent]:
        """By id; ids that do not wait are left out."""
        ...

    async def waiting_events_at(self, places: Collection[Place]) -> dict[Place, list[WaitingEvent]]:
        """All that waits at each place, oldest first; empty places are left out."""
        ...

    async def executions(self, root_ids: Collection[str]) -> dict[str, Execution]:
        """The executions that still run, locked until the end of the transaction against every other writer."""
        ...

    async def instances(self, ids: Collection[str]) -> dict[str, ProcessInstance]: ...

    async def models(self, ids: Collection[str]) -> dict[str, ProcessModel]: ...

    async def latest_models(self, keys: Collection[str]) -> dict[str, ProcessModel]: ...

    async def bpmn_xml(self, model_ids: Collection[str]) -> dict[str, str]: ...

    async def correlation_exists(self, correlation_id: str) -> bool: ...

    async def open_tasks(self, ids: Collection[str]) -> dict[str, OpenTask]:
        """By id; ids that are not open are left out."""
        ...

    async def open_tasks_at(self, places: Collection[Place]) -> dict[Place, list[OpenTask]]:
        """All that is open at each place, oldest first; empty places are left out."""
        ...

    async def receivers(self, query: "ReceiverQuery") -> list[WaitingEvent]:
        """The waiting events that the query describes, longest waiting first."""
        ...

    async def models_waiting_with_keys(self, message: str) -> list[str]:
        """The ids of the model versions in whose instances that message is waited for with correlation keys."""
        ...

    async def receivers_by_key(
        self, message: str, keys: Collection["ModelKey"], audience: Audience, limit: int
    ) -> list[WaitingEvent]:
        """What waits for that message with at least one of these key values, longest waiting first."""
        ...

    async def event_starts(self, event_type: EventType, name: str) -> list[EventStart]:
        """The start events for that message or signal, by the keys of their models and their own ids."""
        ...

    async def thrown_event(self, identifier: str) -> ThrownEvent | None: ...

    async def take_delivery_turn(self) -> bool:
        """Whether this transaction may deliver thrown events: of all that are open on a database, one at a time."""
        ...

    async def forget_idempotency_records(self, before: datetime, limit: int) -> int:
        """Delete records made before that instant, at most so many; how many there were."""
        ...

    async def forget_cancelled_events(self, before: datetime, limit: int) -> int:
        """Delete what is remembered of events cancelled before that instant, at most so many; how many there were."""
        ...

    async def idempotency_records(
        self, keys: Collection[IdempotencyKey]
    ) -> dict[IdempotencyKey, IdempotencyRecord]: ...

    async def write(self, changes: Changes) -> None:
        """Write everything, or raise and leave the transaction to be rolled back.

        Raises:
            ClaimLost: a triggered event no longer waited, or another writer was first with the same idempotency key
                or model version.
        """
        ...


class WriteStore(Protocol):
    """Opens write transactions; there is one writer per process, so one is open at a time."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Commits at the end of the block, durably, unless the block raises."""
        ...


# --- storage, reading -------------------------------------------------------------------------


class ReadStore(Protocol):
    """Reads committed data. Each call is its own short read; none blocks a writer.

    Methods that return waiting events or counts of them take the principal and apply its lanes in SQL.
    """

    async def waiting_events(self, query: WaitingEventQuery, viewer: Principal) -> Page[WaitingEvent]: ...

    async def count_waiting_events(self, filter: WaitingEventFilter, viewer: Principal) -> int: ...

    async def waiting_event_groups(
        self, filter: WaitingEventFilter, by: Sequence[Grouping], viewer: Principal, now: datetime, limit: int
    ) -> Sequence[WaitingEventGroup]:
        """The largest groups of what matches, at most ``limit``; without ``by`` one group of it all. None is empty."""
        ...

    async def waiting_events_of(
        self,
        parent: str,
        parent_ids: Collection[str],
        query: WaitingEventQuery,
        viewer: Principal,
    ) -> dict[str, Page[WaitingEvent]]:
        """The same page for each of many parents, in one statement.

        ``parent`` is ``"process_model_key"``, ``"process_instance_id"`` or ``"correlation_id"``.
        """
        ...

    async def count_waiting_events_of(
        self, parent: str, parent_ids: Collection[str], filter: WaitingEventFilter, viewer: Principal
    ) -> dict[str, int]: ...

    async def waiting_events_by_id(self, ids: Collection[str], viewer: Principal) -> dict[str, WaitingEvent]: ...

    async def lanes_of_waiting_events(self, ids: Collection[str]) -> dict[str, str | None]:
        """The lane of each event that waits, visible or not: tells forbidden from unknown."""
        ...

    async def triggers_by_event(self, event_ids: Collection[str]) -> dict[str, EventTrigger]: ...

    async def triggers_by_id(self, ids: Collection[str]) -> dict[str, EventTrigger]: ...

    async def last_triggers_at(self, places: Collection[Place]) -> dict[Place, EventTrigger]:
        """The newest trigger at each place that has one."""
        ...

    async def cancelled_events(self, ids: Collection[str]) -> dict[str, CancelledEvent]: ...

    async def cancelled_events_at(self, places: Collection[Place]) -> dict[Place, CancelledEvent]:
        """The newest cancellation at each place that has one."""
        ...

    async def triggers(self, filter: TriggerFilter, page: PageRequest, viewer: Principal) -> Page[EventTrigger]:
        """Newest first."""
        ...

    async def count_triggers(self, filter: TriggerFilter, viewer: Principal) -> int: ...

    async def triggers_of_instances(
        self, instance_ids: Collection[str], page: PageRequest, viewer: Principal
    ) -> dict[str, Page[EventTrigger]]: ...

    async def count_triggers_of_instances(self, instance_ids: Collection[str], viewer: Principal) -> dict[str, int]: ...

    async def models_by_id(self, ids: Collection[str]) -> dict[str, ProcessModel]: ...

    async def latest_models(self, keys: Collection[str]) -> dict[str, ProcessModel]: ...

    async def bpmn_xml(self, model_ids: Collection[str]) -> dict[str, str]: ...

    async def models(self, page: PageRequest) -> Page[ProcessModel]:
        """The latest version of each key, by key. A position's ``id`` is the key, its value None."""
        ...

    async def count_models(self) -> int: ...

    async def instances_by_id(self, ids: Collection[str]) -> dict[str, ProcessInstance]: ...

    async def instances_of_correlations(
        self, correlation_ids: Collection[str], page: PageRequest
    ) -> dict[str, Page[ProcessInstance]]:
        """Oldest first."""
        ...

    async def count_instances_of_correlations(self, correlation_ids: Collection[str]) -> dict[str, int]: ...

    async def correlations_by_id(self, ids: Collection[str]) -> dict[str, Correlation]: ...

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next timer after that instant is due, if any waits."""
        ...

    async def due_events(self, now: datetime, limit: int) -> Sequence[WaitingEvent]:
        """Timers that are due, longest overdue first."""
        ...

    async def open_tasks(self, filter: TaskFilter, page: PageRequest, viewer: Principal) -> Page[OpenTask]:
        """Longest open first."""
        ...

    async def count_open_tasks(self, filter: TaskFilter, viewer: Principal) -> int: ...

    async def open_tasks_of_instances(
        self, instance_ids: Collection[str], page: PageRequest, viewer: Principal
    ) -> dict[str, Page[OpenTask]]: ...

    async def count_open_tasks_of_instances(
        self, instance_ids: Collection[str], viewer: Principal
    ) -> dict[str, int]: ...

    async def open_tasks_by_id(self, ids: Collection[str], viewer: Principal) -> dict[str, OpenTask]: ...

    async def due_thrown_events(self, now: datetime, limit: int) -> Sequence[ThrownEvent]:
        """Messages and signals to be delivered now, in the order they were thrown."""
        ...

    async def next_thrown_due(self) -> datetime | None:
        """When the next message or signal is to be delivered, if there is one."""
        ...

    async def ping(self) -> None:
        """Raises if the database cannot be reached or its migrations are not current."""
        ...


# --- after the commit -------------------------------------------------------------------------

CommitListener = Callable[[Changes], Awaitable[None] | None]
