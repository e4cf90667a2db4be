"""Callers with permissions and lanes, and the access rule of docs/architecture.md, "lane access"."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from bpmn_events.application.services import Services
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.filters import TaskFilter, TriggerFilter, WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import SYSTEM, Permission
from bpmn_events.domain.tasks import OpenTask

LaneItem: TypeAlias = WaitingEvent | EventTrigger | OpenTask

ALL = frozenset(permission.value for permission in Permission)
_ALL_ITEMS = PageRequest(limit=None)


@dataclass(frozen=True)
class Caller:
    """A caller with permissions and lanes. Its methods are the access rule that the API is compared with."""

    permissions: frozenset[str]
    lanes: frozenset[str]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def sees_lane(self, lane: str | None) -> bool:
        return lane is None or "*" in self.lanes or lane in self.lanes

    def can_read(self, item: LaneItem) -> bool:
        return self.may(Permission.EVENTS_READ) and self.sees_lane(item.lane)

    def can_trigger(self, item: LaneItem) -> bool:
        return self.may(Permission.EVENTS_TRIGGER) and self.sees_lane(item.lane)


# This caller sees and may do everything.
ADMIN = Caller(ALL, frozenset({"*"}))


@dataclass(frozen=True)
class Snapshot:
    """All waiting events, event triggers and open tasks of a database, in all lanes."""

    events: tuple[WaitingEvent, ...]
    triggers: tuple[EventTrigger, ...]
    tasks: tuple[OpenTask, ...]

    @classmethod
    async def of(cls, services: Services, case: str | None = None) -> "Snapshot":
        """Return the snapshot of all correlations, or of one."""
        events = WaitingEventQuery(_ALL_ITEMS, WaitingEventFilter(correlation_ids=None if case is None else (case,)))
        return cls(
            (await services.list_waiting_events(SYSTEM, events)).items,
            (await services.list_event_triggers(SYSTEM, TriggerFilter(correlation_id=case), _ALL_ITEMS)).items,
            (await services.list_open_tasks(SYSTEM, TaskFilter(correlation_id=case), _ALL_ITEMS)).items,
        )

    @property
    def items(self) -> tuple[LaneItem, ...]:
        return *self.events, *self.triggers, *self.tasks


def ids(items: Iterable[LaneItem]) -> list[str]:
    return sorted(item.id for item in items)
