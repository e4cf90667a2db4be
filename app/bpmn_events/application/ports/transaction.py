"""What the use cases need to change what is stored: transactions that read and write sets."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bpmn_events.application.ports.engine import Execution
from bpmn_events.domain.events import EventTrigger, EventType, WaitingEvent
from bpmn_events.domain.pages import Position
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask
from bpmn_events.domain.thrown import Audience, ThrownEvent


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


CommitListener = Callable[[Changes], Awaitable[None] | None]
