"""The port for write transactions. Its methods take and return sets of objects."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bpmn_events.application.ports.pruning import Pruning
from bpmn_events.application.ports.write_set import EventStart, WriteSet
from bpmn_events.domain.access import MAX_NEXT_ITEMS
from bpmn_events.domain.events import ElementAddress, EventType, WaitingEvent
from bpmn_events.domain.idempotency import IdempotencyKey, IdempotencyRecord
from bpmn_events.domain.outbox import Audience, ThrownEvent
from bpmn_events.domain.pages import Position
from bpmn_events.domain.principal import Ticket
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.start_timers import StartTimer
from bpmn_events.domain.tasks import OpenTask

# A lookup reads one candidate more than a response lists, so that a full list is known to be incomplete.
MAX_CANDIDATES = MAX_NEXT_ITEMS + 1


@dataclass(frozen=True, slots=True)
class Execution:
    """A stored execution: a running root instance with all the instances it called.

    Attributes:
        root_id: The id of the root instance.
        format: The number of the format of ``state``.
        state: The engine's own encoding of the execution.
        instances: The instances that still run, with their variables, by id.
    """

    root_id: str
    correlation_id: str
    format: int
    state: bytes
    instances: Mapping[str, ProcessInstance]


@dataclass(frozen=True, slots=True)
class ReceiverQuery:
    """A query for the waiting events that can receive a message or signal.

    Attributes:
        event_type: MESSAGE or SIGNAL.
        name: The name of the message or signal.
        audience: The restrictions on the receivers.
        limit: The maximum number of events to return.
        keyed: True or False for events with or without correlation keys only; None for both.
        without_root: Leave out the execution of this root instance.
        before: Return only events that began to wait before a throw: the position of the throw's transaction, and an
            id that events of the same transaction must sort below. None for no limit.
        after: Return only events after this position.
    """

    event_type: EventType
    name: str
    audience: Audience
    limit: int
    keyed: bool | None = None
    without_root: str | None = None
    before: tuple[int, str] | None = None
    after: Position | None = None


@dataclass(frozen=True, slots=True)
class CorrelationKeyValue:
    """The value of a correlation key in the instances of one model version.

    Keys of different model versions never match, even if they have the same name.
    """

    process_model_id: str
    key: str
    value: str


class ClaimLost(Exception):
    """Another transaction changed a row that a command's decision depends on. Run the command again."""


class TransactionLost(Exception):
    """The connection failed, and nothing of the transaction was or will be committed. Run it again.

    ``is_final`` is False if the transaction is undone for certain only once another one has been committed. If none
    is, its outcome is unknown.
    """

    def __init__(self, *, is_final: bool = True) -> None:
        super().__init__()
        self.is_final = is_final


class LocksTaken(Exception):
    """Locks could not be taken in time. ``names`` are those that other transactions still hold."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__()
        self.names = frozenset(names)


def correlation_lock(correlation_id: str) -> str:
    """Return the name of the lock on everything in a correlation: its executions, waiting events and open tasks."""
    return f"correlation {correlation_id}"


def model_lock(process_model_key: str) -> str:
    """Return the name of the lock on the versions of a process model."""
    return f"model {process_model_key}"


def idempotency_lock(key: IdempotencyKey) -> str:
    """Return the name of the lock on an idempotency key of a caller."""
    return f"key {key.subject}\0{key.key}"


def ticket_lock(identifier: str) -> str:
    """Return the name of the lock on the ticket with that hash."""
    return f"ticket {identifier}"


class Transaction(Pruning, Protocol):
    """One write transaction, shared by a batch of commands.

    If other server processes write to the database, a transaction takes all its locks at once, before it reads what
    its decisions depend on and before it writes. It then changes only what it has locked. Two transactions therefore
    never wait for each other, and the order of their positions is the order of their effects.

    The methods take and return sets, so that the number of SQL statements does not depend on the size of the batch.
    Dictionaries are by id, key or address, and leave out the unknown ones.
    """

    @property
    def needs_locks(self) -> bool:
        """False if no other transaction can be open on the database, so that every lock is held."""
        ...

    async def lock(self, names: Collection[str]) -> None:
        """Wait for the locks and hold them until the end of the transaction. Call it once, before everything else.

        Raises:
            LocksTaken: Other transactions still hold some of the locks. The transaction must be rolled back.
        """
        ...

    async def try_lock(self, names: Collection[str]) -> frozenset[str]:
        """Take as many of the locks as possible without waiting. Return the names of those that are not held."""
        ...

    def holds(self, name: str) -> bool:
        """Return True if this transaction holds the lock."""
        ...

    async def draw_position(self) -> int:
        """Return the position of the transaction, and draw it if it has none yet. To draw it is to write."""
        ...

    async def ensure_durability(self) -> None:
        """Make what this transaction has read as durable as what it writes, before it ends.

        What it has read may have been committed without a synchronous standby. A COMMIT that writes waits for one.
        """
        ...

    async def is_settled(self, position: int) -> bool:
        """Return True if every transaction with a smaller position has ended, so that a later read sees its effects."""
        ...

    async def waiting_events(self, ids: Collection[str]) -> dict[str, WaitingEvent]:
        """Return the waiting events with these ids."""
        ...

    async def waiting_events_at(
        self, addresses: Collection[ElementAddress]
    ) -> dict[ElementAddress, list[WaitingEvent]]:
        """Return the waiting events at each address, the longest waiting first.

        Of each version of the process model, these are at least the ``MAX_CANDIDATES`` that wait longest.
        """
        ...

    async def executions(self, root_ids: Collection[str]) -> dict[str, Execution]:
        """Return the running executions of these root instances."""
        ...

    async def instances(self, ids: Collection[str]) -> dict[str, ProcessInstance]:
        """Return the process instances with these ids, running or ended."""
        ...

    async def latest_models(self, keys: Collection[str]) -> dict[str, ProcessModel]:
        """Return the latest version of each process model, by key."""
        ...

    async def bpmn_xml(self, model_ids: Collection[str]) -> dict[str, str]:
        """Return the BPMN XML of each model version, by its id."""
        ...

    async def correlation_exists(self, correlation_id: str) -> bool:
        """Return True if a process instance is stored under the correlation, running or ended."""
        ...

    async def open_tasks(self, ids: Collection[str]) -> dict[str, OpenTask]:
        """Return the open tasks with these ids."""
        ...

    async def open_tasks_at(self, addresses: Collection[ElementAddress]) -> dict[ElementAddress, list[OpenTask]]:
        """Return the open tasks at each address, the oldest first.

        Of each version of the process model, these are at least the oldest ``MAX_CANDIDATES``.
        """
        ...

    async def receivers(self, query: "ReceiverQuery") -> list[WaitingEvent]:
        """Return the waiting events that match the query, the longest waiting first."""
        ...

    async def models_waiting_with_keys(self, message: str) -> list[str]:
        """Return the ids of the model versions whose instances wait for that message with correlation keys."""
        ...

    async def receivers_by_key(
        self, message: str, keys: Collection["CorrelationKeyValue"], audience: Audience, limit: int
    ) -> list[WaitingEvent]:
        """Return the waiting events for that message that have at least one of the keys, the longest waiting first."""
        ...

    async def event_starts(self, event_type: EventType, name: str) -> list[EventStart]:
        """Return the start events for that message or signal, ordered by model key and element id."""
        ...

    async def start_timers(self, ids: Collection[str]) -> dict[str, StartTimer]:
        """Return the start timers with these ids; those that were fired or have ended are left out."""
        ...

    async def thrown_event(self, identifier: str) -> ThrownEvent | None:
        """Return the thrown event with that id, or None if there is none or it has been delivered."""
        ...

    async def take_delivery_turn(self) -> bool:
        """Return True if this transaction may deliver thrown events.

        Of all transactions that are open on a database, at most one may.
        """
        ...

    async def delete_idempotency_records(self, before: datetime, limit: int) -> int:
        """Delete at most ``limit`` idempotency records made before that instant. Return the number deleted."""
        ...

    async def delete_cancelled_events(self, before: datetime, limit: int) -> int:
        """Delete at most ``limit`` records of events cancelled before that instant. Return the number deleted."""
        ...

    async def delete_changes(self, before: datetime, up_to: int | None, limit: int) -> int:
        """Delete the first change sets, at most ``limit``; never the last one of all. Return the number deleted.

        They were added before that instant, or their positions are not above ``up_to``. From the first one on that is
        neither, all are kept.
        """
        ...

    async def add_tickets(self, added: Sequence[Ticket]) -> None:
        """Store new tickets, at least one."""
        ...

    async def claim_tickets(self, hashes: Collection[str]) -> dict[str, Ticket]:
        """Delete the tickets with these hashes, whose locks the transaction holds. Return those that were stored.

        Raises:
            ClaimLost: Another transaction was first.
        """
        ...

    async def delete_tickets(self, before: datetime, limit: int) -> int:
        """Delete at most ``limit`` tickets that expired before that instant. Return the number deleted."""
        ...

    async def delete_write_fences(self, age: timedelta, limit: int) -> int:
        """Delete at most ``limit`` records of transactions that are older. Return the number deleted."""
        ...

    async def idempotency_records(self, keys: Collection[IdempotencyKey]) -> list[IdempotencyRecord]:
        """Return the records of the same callers under the same keys, for any operation."""
        ...

    async def report_changes(self, write_sets: Sequence[WriteSet], at: datetime) -> None:
        """Add the changes in the write sets, which are written, to the change feed. Call it last."""
        ...

    async def write(self, write_set: WriteSet) -> None:
        """Write everything in the write set. After an error, the transaction must be rolled back.

        Raises:
            ClaimLost: A claimed row is no longer there, or another writer was first with the same idempotency key or
                model version.
        """
        ...


class WriteStore(Protocol):
    """Opens write transactions. Each process has one writer, so one transaction is open at a time."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Return a context manager for a transaction.

        The end of the block commits it durably. An exception in the block rolls it back.

        Raises:
            TransactionLost: The connection failed, and nothing was committed.
            EngineUnavailable: The database cannot be used. ``outcome_unknown`` is True if the response to the COMMIT
                was lost, and the outcome cannot be found out in time.
        """
        ...
