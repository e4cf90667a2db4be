"""Rows related to the rows of a list, read in one statement for all of them. Built anew for every operation."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Generic, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask

A = TypeVar("A", bound=Hashable)
T = TypeVar("T")
V = TypeVar("V")

# What a resolver may return: graphql-core awaits only what has to be awaited.
Loaded: TypeAlias = V | Awaitable[V]

MODEL = "process_model_key"
INSTANCE = "process_instance_id"
CORRELATION = "correlation_id"
_PARENTS = (MODEL, INSTANCE, CORRELATION)


class RowLoader(Generic[V]):
    """Looks up rows by id. What is already here is answered at once; what is asked for within one turn of the event
    loop is read together.
    """

    def __init__(self, read: Callable[[Collection[str]], Awaitable[Mapping[str, V]]]) -> None:
        self._read = read
        self._known: dict[str, V] = {}
        self._wanted: dict[str, None] = {}
        self._reading: asyncio.Task[None] | None = None

    def get(self, key: str) -> Loaded[V]:
        """The row, which must exist; an awaitable of it where it was not read yet."""
        return self._known[key] if key in self._known else self._load(key)

    def map(self, key: str, take: Callable[[V], T]) -> Loaded[T]:
        """As ``get``, but what ``take`` makes of the row."""
        return take(self._known[key]) if key in self._known else self._mapped(key, take)

    async def _mapped(self, key: str, take: Callable[[V], T]) -> T:
        return take(await self._load(key))

    async def fetch(self, keys: Iterable[str]) -> None:
        """Read these rows now, so that ``get`` has them."""
        missing = {key: None for key in keys if key not in self._known}
        if missing:
            self._wanted |= missing
            if self._reading is None:
                self._reading = asyncio.create_task(self._read_wanted())
            await asyncio.shield(self._reading)  # others wait for it, too

    def missing(self, keys: Iterable[str]) -> list[Awaitable[None]]:
        """What has to be awaited so that ``get`` has these rows: ``fetch``, or nothing."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self._known]
        return [self.fetch(wanted)] if wanted else []

    def put(self, key: str, value: V) -> None:
        """Take this row for the stored one."""
        self._known[key] = value

    async def _load(self, key: str) -> V:
        await self.fetch([key])
        if key not in self._known:
            raise LookupError(f"{key} is not stored")
        return self._known[key]

    async def _read_wanted(self) -> None:
        keys, self._wanted, self._reading = list(self._wanted), {}, None
        found = await self._read(keys)
        self._known.update((key, row) for key, row in found.items() if key not in self._known)


class NestedListLoader(Generic[A, V]):
    """The same nested list for many parents. A key is a parent's id and the list's arguments."""

    def __init__(self, read: Callable[[Sequence[str], A], Awaitable[Mapping[str, V]]], empty: V) -> None:
        self._read = read
        self._empty = empty
        self._loader = DataLoader(self._load)

    def of(self, parent_id: str, arguments: A) -> Awaitable[V]:
        return self._loader.load((parent_id, arguments))

    async def _load(self, keys: list[tuple[str, A]]) -> list[V]:
        parents: dict[A, list[str]] = defaultdict(list)
        for parent_id, arguments in keys:
            parents[arguments].append(parent_id)
        found = {arguments: await self._read(ids, arguments) for arguments, ids in parents.items()}
        return [found[arguments].get(parent_id, self._empty) for parent_id, arguments in keys]


class Loaders:
    """Each is made when it is first used: most operations need few of them.

    ``waiting_events`` and their counts are kept by kind of parent.
    """

    def __init__(self, read_store: ReadStore, principal: Principal | None) -> None:
        self._read_store = read_store
        self._principal = principal

    @cached_property
    def models(self) -> RowLoader[ProcessModel]:
        return RowLoader(self._read_store.models_by_id)

    @cached_property
    def bpmn_xml(self) -> RowLoader[str]:
        return RowLoader(self._read_store.bpmn_xml)

    @cached_property
    def instances(self) -> RowLoader[ProcessInstance]:
        return RowLoader(self._read_store.instances_by_id)

    @cached_property
    def correlations(self) -> RowLoader[Correlation]:
        return RowLoader(self._read_store.correlations_by_id)

    @cached_property
    def waiting_events(self) -> dict[str, NestedListLoader[WaitingEventQuery, Page[WaitingEvent]]]:
        return {parent: self._waiting_events(parent) for parent in _PARENTS}

    @cached_property
    def waiting_event_counts(self) -> dict[str, NestedListLoader[WaitingEventFilter, int]]:
        return {parent: self._waiting_event_counts(parent) for parent in _PARENTS}

    @cached_property
    def triggers(self) -> NestedListLoader[PageRequest, Page[EventTrigger]]:
        return NestedListLoader(self._triggers, _no_page())

    @cached_property
    def trigger_counts(self) -> NestedListLoader[None, int]:
        return NestedListLoader(self._trigger_counts, 0)

    @cached_property
    def open_tasks(self) -> NestedListLoader[PageRequest, Page[OpenTask]]:
        return NestedListLoader(self._open_tasks, _no_page())

    @cached_property
    def open_task_counts(self) -> NestedListLoader[None, int]:
        return NestedListLoader(self._open_task_counts, 0)

    @cached_property
    def correlation_instances(self) -> NestedListLoader[PageRequest, Page[ProcessInstance]]:
        return NestedListLoader(self._read_store.instances_of_correlations, _no_page())

    @cached_property
    def correlation_instance_counts(self) -> NestedListLoader[None, int]:
        return NestedListLoader(lambda ids, _: self._read_store.count_instances_of_correlations(ids), 0)

    def _waiting_events(self, parent: str) -> NestedListLoader[WaitingEventQuery, Page[WaitingEvent]]:
        return NestedListLoader(
            lambda ids, query: self._read_store.waiting_events_of(parent, ids, query, self._reader), _no_page()
        )

    def _waiting_event_counts(self, parent: str) -> NestedListLoader[WaitingEventFilter, int]:
        return NestedListLoader(
            lambda ids, filter: self._read_store.count_waiting_events_of(parent, ids, filter, self._reader), 0
        )

    def _triggers(self, ids: Sequence[str], page: PageRequest) -> Awaitable[dict[str, Page[EventTrigger]]]:
        return self._read_store.triggers_of_instances(ids, page, self._reader)

    def _trigger_counts(self, ids: Sequence[str], _: None) -> Awaitable[dict[str, int]]:
        return self._read_store.count_triggers_of_instances(ids, self._reader)

    def _open_tasks(self, ids: Sequence[str], page: PageRequest) -> Awaitable[dict[str, Page[OpenTask]]]:
        return self._read_store.open_tasks_of_instances(ids, page, self._reader)

    def _open_task_counts(self, ids: Sequence[str], _: None) -> Awaitable[dict[str, int]]:
        return self._read_store.count_open_tasks_of_instances(ids, self._reader)

    async def prefetch(self, rows: Sequence[WaitingEvent | EventTrigger | OpenTask], fields: Collection[str]) -> None:
        """Read what the fields of the document may want to know of these rows, all of it at once.

        A field of that name elsewhere in the document costs a statement too many, never one per row.
        """
        wanted: list[Awaitable[None]] = []
        if "processModel" in fields or "payloadSchema" in fields:
            wanted += self.models.missing(row.process_model_id for row in rows)
        if "processInstance" in fields:
            wanted += self.instances.missing(row.process_instance_id for row in rows)
        if "correlation" in fields:
            wanted += self.correlations.missing(row.correlation_id for row in rows)
        if wanted:
            await asyncio.gather(*wanted)

    @property
    def _reader(self) -> Principal:
        return require(self._principal, Permission.EVENTS_READ)


def _no_page() -> Page[V]:
    return Page((), has_next=False, has_previous=False)
