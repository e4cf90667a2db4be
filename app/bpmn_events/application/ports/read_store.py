"""What the use cases need to read what is stored."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bpmn_events.domain.events import CancelledEvent, ElementAddress, EventTrigger, WaitingEvent
from bpmn_events.domain.filters import TaskFilter, TriggerFilter, WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.outbox import ThrownEvent
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessModel
from bpmn_events.domain.statistics import Grouping, WaitingEventGroup
from bpmn_events.domain.tasks import OpenTask


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

    async def last_triggers_at(self, addresses: Collection[ElementAddress]) -> dict[ElementAddress, EventTrigger]:
        """The newest trigger at each place that has one."""
        ...

    async def cancelled_events(self, ids: Collection[str]) -> dict[str, CancelledEvent]: ...

    async def cancelled_events_at(self, addresses: Collection[ElementAddress]) -> dict[ElementAddress, CancelledEvent]:
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
