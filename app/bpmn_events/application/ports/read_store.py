"""The port for reading committed data."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bpmn_events.application.ports.pruning import PruningQueries
from bpmn_events.domain.events import CancelledEvent, ElementAddress, EventTrigger, WaitingEvent
from bpmn_events.domain.filters import TaskFilter, TriggerFilter, WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.outbox import ThrownEvent
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessModel
from bpmn_events.domain.retries import FailedTimer, PendingRetry, Retry, RetryCounts, RetryKind
from bpmn_events.domain.start_timers import StartTimer
from bpmn_events.domain.statistics import Grouping, WaitingEventGroup
from bpmn_events.domain.tasks import OpenTask


class ReadStore(PruningQueries, Protocol):
    """Reads committed data. Each call is a short read of its own, and none blocks a writer.

    Methods with a ``viewer`` return and count only rows in lanes that the viewer may see; the lanes are part of the SQL
    statement. The other methods ignore lanes.

    Dictionaries are by id, key or address, and leave out the unknown ones. Pages and counts for several parents are the
    exception: a parent without rows has an empty page, or the count 0.
    """

    async def waiting_events(self, query: WaitingEventQuery, viewer: Principal) -> Page[WaitingEvent]:
        """Return one page of the waiting events that match the query, in its order."""
        ...

    async def count_waiting_events(self, filter: WaitingEventFilter, viewer: Principal) -> int:
        """Return the number of waiting events that match the filter."""
        ...

    async def waiting_event_groups(
        self, filter: WaitingEventFilter, by: Sequence[Grouping], viewer: Principal, now: datetime, limit: int
    ) -> Sequence[WaitingEventGroup]:
        """Return the matching waiting events in groups, the largest first, at most ``limit`` groups.

        Without ``by``, all matching events are one group. If no event matches, there is no group. Ages are those at
        ``now``.
        """
        ...

    async def waiting_events_of(
        self,
        parent: str,
        parent_ids: Collection[str],
        query: WaitingEventQuery,
        viewer: Principal,
    ) -> dict[str, Page[WaitingEvent]]:
        """Return the same page of waiting events for each parent, in one statement.

        ``parent`` is ``"process_model_key"``, ``"process_instance_id"`` or ``"correlation_id"``.
        """
        ...

    async def count_waiting_events_of(
        self, parent: str, parent_ids: Collection[str], filter: WaitingEventFilter, viewer: Principal
    ) -> dict[str, int]:
        """Return the number of matching waiting events of each parent; ``parent`` is as in ``waiting_events_of``."""
        ...

    async def waiting_events_by_id(self, ids: Collection[str], viewer: Principal) -> dict[str, WaitingEvent]:
        """Return the waiting events with these ids."""
        ...

    async def triggers_by_event(self, event_ids: Collection[str]) -> dict[str, EventTrigger]:
        """Return the triggers of the events with these ids, by event id."""
        ...

    async def triggers_by_id(self, ids: Collection[str]) -> dict[str, EventTrigger]:
        """Return the triggers with these ids."""
        ...

    async def last_triggers_at(
        self, addresses: Collection[ElementAddress], viewer: Principal
    ) -> dict[ElementAddress, EventTrigger]:
        """Return the newest trigger at each address."""
        ...

    async def cancelled_events(self, ids: Collection[str]) -> dict[str, CancelledEvent]:
        """Return the cancelled events with these ids."""
        ...

    async def cancelled_events_at(
        self, addresses: Collection[ElementAddress], viewer: Principal
    ) -> dict[ElementAddress, CancelledEvent]:
        """Return the event that was cancelled last at each address."""
        ...

    async def triggers(self, filter: TriggerFilter, page: PageRequest, viewer: Principal) -> Page[EventTrigger]:
        """Return one page of the triggers that match the filter, newest first."""
        ...

    async def count_triggers(self, filter: TriggerFilter, viewer: Principal) -> int:
        """Return the number of triggers that match the filter."""
        ...

    async def triggers_of_instances(
        self, instance_ids: Collection[str], page: PageRequest, viewer: Principal
    ) -> dict[str, Page[EventTrigger]]:
        """Return the same page of triggers for each process instance, newest first."""
        ...

    async def count_triggers_of_instances(self, instance_ids: Collection[str], viewer: Principal) -> dict[str, int]:
        """Return the number of triggers of each process instance."""
        ...

    async def has_idempotency_key(self, subject: str, key: str) -> bool:
        """Return True if there is the record of a request of this caller under this key."""
        ...

    async def models_by_id(self, ids: Collection[str]) -> dict[str, ProcessModel]:
        """Return the model versions with these ids."""
        ...

    async def latest_models(self, keys: Collection[str]) -> dict[str, ProcessModel]:
        """Return the latest version of each process model, by key."""
        ...

    async def bpmn_xml(self, model_ids: Collection[str]) -> dict[str, str]:
        """Return the BPMN XML of each model version, by its id."""
        ...

    async def models(self, page: PageRequest) -> Page[ProcessModel]:
        """Return one page of the process models in their latest versions, ordered by key.

        The ``id`` of a position in this list is the model's key, and its ``value`` is None.
        """
        ...

    async def count_models(self) -> int:
        """Return the number of process models, counting all versions of a key as one."""
        ...

    async def instances_by_id(self, ids: Collection[str]) -> dict[str, ProcessInstance]:
        """Return the process instances with these ids."""
        ...

    async def instances_of_correlations(
        self, correlation_ids: Collection[str], page: PageRequest
    ) -> dict[str, Page[ProcessInstance]]:
        """Return the same page of process instances for each correlation, oldest first."""
        ...

    async def count_instances_of_correlations(self, correlation_ids: Collection[str]) -> dict[str, int]:
        """Return the number of process instances of each correlation."""
        ...

    async def correlations_by_id(self, ids: Collection[str]) -> dict[str, Correlation]:
        """Return the correlations with these ids."""
        ...

    async def next_due(self, after: datetime) -> datetime | None:
        """Return the earliest due time or retry of a waiting timer after that instant, or None if there is none."""
        ...

    async def due_events(self, now: datetime, limit: int) -> Sequence[WaitingEvent]:
        """Return the timers that are due and have not failed, the longest overdue first, at most ``limit``."""
        ...

    async def due_retries(self, now: datetime, limit: int) -> Sequence[FailedTimer]:
        """Return the timers that have failed and whose retry is due, the longest overdue first, at most ``limit``."""
        ...

    async def retries(self, kinds: Collection[RetryKind], page: PageRequest, viewer: Principal) -> Page[PendingRetry]:
        """Return one page of what has failed and is tried again, the next one first. Pages are read forwards only.

        A message or signal is in the lane of the receiver whose process could not go on.
        """
        ...

    async def count_retries(self, kinds: Collection[RetryKind], viewer: Principal) -> int:
        """Return the number of items in that list."""
        ...

    async def retries_of_events(self, ids: Collection[str]) -> dict[str, Retry]:
        """Return the retries of those waiting events that are timers and have failed, in any lane."""
        ...

    async def retry_counts(self) -> RetryCounts:
        """Return how many timers and deliveries are tried again, in all lanes. Each number has an upper limit."""
        ...

    async def due_start_timers(self, now: datetime, limit: int, *, failed: bool) -> Sequence[StartTimer]:
        """Return the start timers that are due, the longest due first: those that have failed, or all others.

        Those that have failed are due at their retry.
        """
        ...

    async def next_start_due(self, *, failed: bool) -> datetime | None:
        """Return the next due time, or the next retry, of the same start timers; None if there is none."""
        ...

    async def start_timers_of_models(self, model_ids: Collection[str]) -> dict[str, list[StartTimer]]:
        """Return the start timers of each of these model versions, in any lane. Only latest versions have some."""
        ...

    async def open_tasks(self, filter: TaskFilter, page: PageRequest, viewer: Principal) -> Page[OpenTask]:
        """Return one page of the open tasks that match the filter, the longest open first."""
        ...

    async def count_open_tasks(self, filter: TaskFilter, viewer: Principal) -> int:
        """Return the number of open tasks that match the filter."""
        ...

    async def open_tasks_of_instances(
        self, instance_ids: Collection[str], page: PageRequest, viewer: Principal
    ) -> dict[str, Page[OpenTask]]:
        """Return the same page of open tasks for each process instance, the longest open first."""
        ...

    async def count_open_tasks_of_instances(self, instance_ids: Collection[str], viewer: Principal) -> dict[str, int]:
        """Return the number of open tasks of each process instance."""
        ...

    async def open_tasks_by_id(self, ids: Collection[str], viewer: Principal) -> dict[str, OpenTask]:
        """Return the open tasks with these ids."""
        ...

    async def due_thrown_events(
        self, now: datetime, limit: int, *, postponed: bool | None = None
    ) -> Sequence[ThrownEvent]:
        """Return the thrown events that are due for delivery, in the order they were thrown, at most ``limit``.

        ``postponed`` selects those that have been postponed, or all others; None selects both. Of the postponed ones,
        the longest overdue are returned.
        """
        ...

    async def next_thrown_due(self, *, postponed: bool | None = None) -> datetime | None:
        """Return the earliest due time of a thrown event, or None if there is none; ``postponed`` as above."""
        ...

    async def ping(self) -> None:
        """Raise an exception if the database cannot be reached or its migrations are not current."""
        ...
