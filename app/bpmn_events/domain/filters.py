"""Filters and orders of the lists: waiting events, event triggers and open tasks."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bpmn_events.domain.events import ElementAddress, EventType, WaitingEvent
from bpmn_events.domain.ids import is_storable
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.pages import PageRequest, Position
from bpmn_events.domain.tasks import TaskType

# Longer than any name or id, and short enough for SQLite's limit on a pattern, 50,000 bytes.
MAX_SEARCH = 5_000


class WaitingEventOrder(StrEnum):
    """The order of a list of waiting events.

    The id breaks ties, so every order is total. In DUE_AT_ASC, events without a due time come last.
    """

    WAITING_SINCE_ASC = "WAITING_SINCE_ASC"
    WAITING_SINCE_DESC = "WAITING_SINCE_DESC"
    DUE_AT_ASC = "DUE_AT_ASC"


@dataclass(frozen=True, slots=True)
class WaitingEventFilter:
    """The conditions of a list of waiting events; an event must satisfy all of them.

    The values of one tuple are alternatives: one of them must match. None sets no condition, and an empty tuple matches
    no event.
    """

    process_model_keys: tuple[str, ...] | None = None
    process_model_ids: tuple[str, ...] | None = None
    correlation_ids: tuple[str, ...] | None = None
    process_instance_ids: tuple[str, ...] | None = None
    event_types: tuple[EventType, ...] | None = None
    element_ids: tuple[str, ...] | None = None
    event_names: tuple[str, ...] | None = None
    lanes: tuple[str, ...] | None = None
    waiting_since_before: datetime | None = None
    due_before: datetime | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class WaitingEventQuery:
    """A filtered, ordered page of waiting events."""

    page: PageRequest = field(default_factory=PageRequest)
    filter: WaitingEventFilter = field(default_factory=WaitingEventFilter)
    order: WaitingEventOrder = WaitingEventOrder.WAITING_SINCE_ASC


@dataclass(frozen=True, slots=True)
class TriggerFilter:
    """The conditions of a list of event triggers. All must hold; None sets no condition."""

    process_model_key: str | None = None
    correlation_id: str | None = None
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """The conditions of a list of open tasks. All must hold; None sets no condition.

    A task has one of the ``task_types``.
    """

    process_model_key: str | None = None
    correlation_id: str | None = None
    process_instance_id: str | None = None
    topic: str | None = None
    element_id: str | None = None
    task_types: tuple[TaskType, ...] | None = None


def events_at(address: ElementAddress) -> WaitingEventFilter:
    """Return the filter for the events that wait at an element."""
    return WaitingEventFilter(
        process_model_keys=(address.process_model_key,),
        correlation_ids=(address.correlation_id,),
        element_ids=(address.element_id,),
    )


def tasks_at(address: ElementAddress, task_types: Collection[TaskType]) -> TaskFilter:
    """Return the filter for the tasks of these types that are open at an element."""
    return TaskFilter(
        process_model_key=address.process_model_key,
        correlation_id=address.correlation_id,
        element_id=address.element_id,
        task_types=tuple(task_types),
    )


def position_of(event: WaitingEvent, order: WaitingEventOrder) -> Position:
    """Return the position of a waiting event in a list of that order."""
    value = event.due_at if order is WaitingEventOrder.DUE_AT_ASC else event.waiting_since
    return Position(None if value is None else microseconds(value), event.id)


def is_searchable(text: str) -> bool:
    """Return True if a stored text can contain this one."""
    return len(text) <= MAX_SEARCH and is_storable(text)


def normalize_text(text: str) -> str:
    """Return the text as a search compares it: case-folded, with single spaces between words."""
    return " ".join(text.casefold().split())
