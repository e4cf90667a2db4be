"""Transactions that read and write sets: what commands need to change what is stored."""

from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bpmn_events.application.ports.write_set import EventStart, WriteSet
from bpmn_events.domain.events import ElementAddress, EventType, WaitingEvent
from bpmn_events.domain.idempotency import IdempotencyKey, IdempotencyRecord
from bpmn_events.domain.outbox import Audience, ThrownEvent
from bpmn_events.domain.pages import Position
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask


@dataclass(frozen=True, slots=True)
class Execution:
    """A stored execution: the engine's own state, and the variables of each instance that is still running."""

    root_id: str
    correlation_id: str
    format: int
    state: bytes
    instances: Mapping[str, ProcessInstance]


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

    async def waiting_events_at(
        self, addresses: Collection[ElementAddress]
    ) -> dict[ElementAddress, list[WaitingEvent]]:
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

    async def open_tasks_at(self, addresses: Collection[ElementAddress]) -> dict[ElementAddress, list[OpenTask]]:
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

    async def delete_idempotency_records(self, before: datetime, limit: int) -> int:
        """Delete records made before that instant, at most so many; how many there were."""
        ...

    async def delete_cancelled_events(self, before: datetime, limit: int) -> int:
        """Delete what is remembered of events cancelled before that instant, at most so many; how many there were."""
        ...

    async def idempotency_records(
        self, keys: Collection[IdempotencyKey]
    ) -> dict[IdempotencyKey, IdempotencyRecord]: ...

    async def write(self, write_set: WriteSet) -> None:
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
