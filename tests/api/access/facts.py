"""Callers, and the access rule: what each of them may see of all there is (docs/architecture.md, lane access)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from bpmn_events.application.services import Services
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.filters import TaskFilter, TriggerFilter, WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import SYSTEM, Permission
from bpmn_events.domain.tasks import OpenTask

Found: TypeAlias = WaitingEvent | EventTrigger | OpenTask

ALL = frozenset(permission.value for permission in Permission)
_EVERYTHING = PageRequest(limit=None)


@dataclass(frozen=True)
class ListQuery:
    """A caller."""

    permissions: frozenset[str]
    lanes: frozenset[str]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def is_in(self, lane: str | None) -> bool:
        return lane is None or "*" in self.lanes or lane in self.lanes

    def read_store(self, found: Found) -> bool:
        return self.may(Permission.EVENTS_READ) and self.is_in(found.lane)

    def triggers(self, found: Found) -> bool:
        return self.may(Permission.EVENTS_TRIGGER) and self.is_in(found.lane)


# Whoever has it in its lanes sees everything; all that anybody is told is compared with what this one is told.
EVERYBODY = ListQuery(ALL, frozenset({"*"}))


@dataclass(frozen=True)
class Facts:
    """All that waits, was triggered, and is open, in whatever lane."""

    events: tuple[WaitingEvent, ...]
    triggers: tuple[EventTrigger, ...]
    tasks: tuple[OpenTask, ...]

    @classmethod
    async def of(cls, services: Services, case: str | None = None) -> "Facts":
        """Of all cases, or of one."""
        events = WaitingEventQuery(_EVERYTHING, WaitingEventFilter(correlation_ids=None if case is None else (case,)))
        return cls(
            (await services.list_waiting_events(SYSTEM, events)).items,
            (await services.list_event_triggers(SYSTEM, TriggerFilter(correlation_id=case), _EVERYTHING)).items,
            (await services.list_open_tasks(SYSTEM, TaskFilter(correlation_id=case), _EVERYTHING)).items,
        )

    @property
    def everything(self) -> tuple[Found, ...]:
        return *self.events, *self.triggers, *self.tasks


def ids(found: Iterable[Found]) -> list[str]:
    return sorted(each.id for each in found)
