"""Data loaders: related rows and nested lists, read in one statement for all parents. Built per operation."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import Generic, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.queries.list_start_events import ListStartEvents
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import Conflict, EngineUnavailable
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessModel
from bpmn_events.domain.retries import Retry
from bpmn_events.domain.start_timers import StartEvent
from bpmn_events.domain.tasks import OpenTask

A = TypeVar("A", bound=Hashable)
T = TypeVar("T")
V = TypeVar("V")

# A loaded value is returned without an awaitable, because awaiting costs graphql-core time for every field.
AwaitableOrValue: TypeAlias = V | Awaitable[V]

MODEL = "process_model_key"
INSTANCE = "process_instance_id"
CORRELATION = "correlation_id"
_PARENTS = (MODEL, INSTANCE, CORRELATION)
_DELETED = "What this response refers to has been deleted meanwhile: send the request again."


class RowLoader(Generic[V]):
    """Rows by id, each read at most once.

    A row that is already loaded is returned at once. All ids requested within one turn of the event loop are read
    together, in one statement.
    """

    def __init__(self, read: Callable[[Collection[str]], Awaitable[Mapping[str, V]]]) -> None:
        self._read = read
        self._rows: dict[str, V] = {}
        self._pending: dict[str, None] = {}
        self._read_task: asyncio.Task[None] | None = None

    def get(self, key: str) -> AwaitableOrValue[V]:
        """Return the row, or an awaitable of it if it is not loaded yet, which raises Conflict if there is none."""
        return self._rows[key] if key in self._rows else self._load(key)

    def map(self, key: str, transform: Callable[[V], T]) -> AwaitableOrValue[T]:
        """Return the transformed row, or an awaitable of it if the row is not loaded yet."""
        return transform(self._rows[key]) if key in self._rows else self._load_and_transform(key, transform)

    async def _load_and_transform(self, key: str, transform: Callable[[V], T]) -> T:
        return transform(await self._load(key))

    async def fetch(self, keys: Iterable[str]) -> None:
        """Load these rows, so that ``get`` returns them without an awaitable."""
        missing = {key: None for key in keys if key not in self._rows}
        if missing:
            self._pending |= missing
            if self._read_task is None:
                self._read_task = asyncio.create_task(self._read_pending())
                self._read_task.add_done_callback(_retrieve_error)
            await asyncio.shield(self._read_task)  # several callers await the same task

    def fetches(self, keys: Iterable[str]) -> list[Awaitable[None]]:
        """Return one ``fetch`` of the rows that are not loaded, or an empty list if all are."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._rows]
        return [self.fetch(missing)] if missing else []

    def loaded(self, keys: Iterable[str]) -> list[V]:
        """Return those of the rows that are loaded."""
        return [self._rows[key] for key in keys if key in self._rows]

    def put(self, key: str, value: V) -> None:
        """Use this row instead of the stored one."""
        self._rows[key] = value

    async def _load(self, key: str) -> V:
        await self.fetch([key])
        if key not in self._rows:
            # Retention deletes a row with all rows that refer to it, so those were read before.
            raise Conflict(_DELETED, retryable=True)
        return self._rows[key]

    async def _read_pending(self) -> None:
        keys, self._pending, self._read_task = list(self._pending), {}, None
        rows = await self._read(keys)
        self._rows.update((key, row) for key, row in rows.items() if key not in self._rows)


class NestedListLoader(Generic[A, V]):
    """The same nested list for many parents, in one statement for each set of arguments."""

    def __init__(self, read: Callable[[Sequence[str], A], Awaitable[Mapping[str, V]]], empty: V) -> None:
        self._read = read
        self._empty = empty
        self._loader = DataLoader(self._load)

    def load(self, parent_id: str, arguments: A) -> Awaitable[V]:
        """Return an awaitable of the parent's list, which is empty for a parent without rows."""
        return self._loader.load((parent_id, arguments))

    async def _load(self, keys: list[tuple[str, A]]) -> list[V]:
        parents: dict[A, list[str]] = defaultdict(list)
        for parent_id, arguments in keys:
            parents[arguments].append(parent_id)
        lists = {arguments: await self._read(ids, arguments) for arguments, ids in parents.items()}
        return [lists[arguments].get(parent_id, self._empty) for parent_id, arguments in keys]


class Loaders:
    """The data loaders of one operation, each built at its first use because most operations need few.

    Nested waiting events and their counts have one loader for each kind of parent.
    """

    def __init__(self, read_store: ReadStore, principal: Principal | None, list_start_events: ListStartEvents) -> None:
        self._read_store = read_store
        self._principal = principal
        self._list_start_events = list_start_events

    @cached_property
    def models(self) -> RowLoader[ProcessModel]:
        return RowLoader(self._read_store.models_by_id)

    @cached_property
    def bpmn_xml(self) -> RowLoader[str]:
        return RowLoader(self._read_store.bpmn_xml)

    @cached_property
    def start_events(self) -> RowLoader[tuple[StartEvent, ...]]:
        return RowLoader(partial(self._list_start_events, self._principal))

    @cached_property
    def instances(self) -> RowLoader[ProcessInstance]:
        return RowLoader(self._read_store.instances_by_id)

    @cached_property
    def correlations(self) -> RowLoader[Correlation]:
        return RowLoader(self._read_store.correlations_by_id)

    @cached_property
    def event_triggers(self) -> RowLoader[EventTrigger]:
        return RowLoader(self._read_store.triggers_by_id)

    @cached_property
    def retries(self) -> RowLoader[Retry | None]:
        return RowLoader(self._retries)

    @cached_property
    def waiting_events(self) -> dict[str, NestedListLoader[WaitingEventQuery, Page[WaitingEvent]]]:
        return {parent: self._waiting_events_loader(parent) for parent in _PARENTS}

    @cached_property
    def waiting_event_counts(self) -> dict[str, NestedListLoader[WaitingEventFilter, int]]:
        return {parent: self._waiting_event_counts_loader(parent) for parent in _PARENTS}

    @cached_property
    def triggers(self) -> NestedListLoader[PageRequest, Page[EventTrigger]]:
        return NestedListLoader(self._triggers, _empty_page())

    @cached_property
    def trigger_counts(self) -> NestedListLoader[None, int]:
        return NestedListLoader(self._trigger_counts, 0)

    @cached_property
    def open_tasks(self) -> NestedListLoader[PageRequest, Page[OpenTask]]:
        return NestedListLoader(self._open_tasks, _empty_page())

    @cached_property
    def open_task_counts(self) -> NestedListLoader[None, int]:
        return NestedListLoader(self._open_task_counts, 0)

    @cached_property
    def correlation_instances(self) -> NestedListLoader[PageRequest, Page[ProcessInstance]]:
        return NestedListLoader(self._read_store.instances_of_correlations, _empty_page())

    @cached_property
    def correlation_instance_counts(self) -> NestedListLoader[None, int]:
        return NestedListLoader(lambda ids, _: self._read_store.count_instances_of_correlations(ids), 0)

    async def _retries(self, ids: Collection[str]) -> Mapping[str, Retry | None]:
        return {**dict.fromkeys(ids), **await self._read_store.retries_of_events(ids)}

    def _waiting_events_loader(self, parent: str) -> NestedListLoader[WaitingEventQuery, Page[WaitingEvent]]:
        return NestedListLoader(
            lambda ids, query: self._read_store.waiting_events_of(parent, ids, query, self._events_reader),
            _empty_page(),
        )

    def _waiting_event_counts_loader(self, parent: str) -> NestedListLoader[WaitingEventFilter, int]:
        return NestedListLoader(
            lambda ids, filter: self._read_store.count_waiting_events_of(parent, ids, filter, self._events_reader), 0
        )

    def _triggers(self, ids: Sequence[str], page: PageRequest) -> Awaitable[dict[str, Page[EventTrigger]]]:
        return self._read_store.triggers_of_instances(ids, page, self._events_reader)

    def _trigger_counts(self, ids: Sequence[str], _: None) -> Awaitable[dict[str, int]]:
        return self._read_store.count_triggers_of_instances(ids, self._events_reader)

    def _open_tasks(self, ids: Sequence[str], page: PageRequest) -> Awaitable[dict[str, Page[OpenTask]]]:
        return self._read_store.open_tasks_of_instances(ids, page, self._events_reader)

    def _open_task_counts(self, ids: Sequence[str], _: None) -> Awaitable[dict[str, int]]:
        return self._read_store.count_open_tasks_of_instances(ids, self._events_reader)

    async def prefetch(self, rows: Sequence[WaitingEvent | EventTrigger | OpenTask], fields: Collection[str]) -> None:
        """Load the objects related to these rows that the document's fields may select, all concurrently.

        ``fields`` are the names of all fields in the document. A field of the same name elsewhere in the document may
        cause one unneeded statement, never one per row.
        """
        fetches: list[Awaitable[None]] = []
        if "processModel" in fields or "payloadSchema" in fields:
            fetches += self.models.fetches(row.process_model_id for row in rows)
        if "processInstance" in fields:
            fetches += self.instances.fetches(row.process_instance_id for row in rows)
        if "correlation" in fields:
            fetches += self.correlations.fetches(row.correlation_id for row in rows)
        if "retry" in fields:
            fetches += self.retries.fetches(row.id for row in rows if isinstance(row, WaitingEvent) and row.due_at)
        if fetches:
            await asyncio.gather(*fetches)

    async def prefetch_if_possible(
        self, rows: Sequence[WaitingEvent | EventTrigger | OpenTask], fields: Collection[str]
    ) -> None:
        """Do the same after a command, which has taken effect even if the database cannot be used any more.

        The fields that need the objects then read them again, and report the error themselves.
        """
        with suppress(EngineUnavailable):
            await self.prefetch(rows, fields)

    @property
    def _events_reader(self) -> Principal:
        return require(self._principal, Permission.EVENTS_READ)


def _retrieve_error(task: asyncio.Task[None]) -> None:
    """Keep asyncio from logging the error of a read whose callers were all cancelled, because another field failed."""
    if not task.cancelled():
        task.exception()


def _empty_page() -> Page[V]:
    return Page((), has_next=False, has_previous=False)
