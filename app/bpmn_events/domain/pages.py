"""Keyset pages: what a list is asked for and what it answers (Relay Cursor Connections specification)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from bpmn_events.domain.events import EventType, WaitingEvent

T = TypeVar("T")

MAX_PAGE = 500
DEFAULT_PAGE = 50


class WaitingEventOrder(StrEnum):
    """The orders of a list of waiting events; each ends in the id, so that it is total.

    In DUE_AT_ASC events without a due time come last.
    """

    WAITING_SINCE_ASC = "WAITING_SINCE_ASC"
    WAITING_SINCE_DESC = "WAITING_SINCE_DESC"
    DUE_AT_ASC = "DUE_AT_ASC"


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two rows of an ordered list: the sort value (microseconds since 1970, or None) and the id."""

    value: int | None
    id: str


@dataclass(frozen=True, slots=True)
class PageRequest:
    """``limit`` rows after or before a position; ``backward`` takes them from the end. Rows always come in list order.

    ``limit`` None means all rows (only the plain HTTP API may ask for that); ``offset`` skips rows first.
    """

    limit: int | None = DEFAULT_PAGE
    after: Position | None = None
    before: Position | None = None
    backward: bool = False
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows in list order, and whether more lie on either side."""

    items: tuple[T, ...]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class WaitingEventFilter:
    """Members of one list are alternatives; different members all apply; None is no condition, () matches nothing."""

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
    """Which records of the history; None means no condition."""

    process_model_key: str | None = None
    correlation_id: str | None = None
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which open tasks; None means no condition."""

    process_model_key: str | None = None
    correlation_id: str | None = None
    process_instance_id: str | None = None
    topic: str | None = None


_SECONDS_OF_A_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970-01-01T00:00Z; the unit in which instants are stored and compared."""
    since = instant - _EPOCH
    return (since.days * _SECONDS_OF_A_DAY + since.seconds) * 1_000_000 + since.microseconds


def instant(microseconds: int) -> datetime:
    """The inverse of ``microseconds``: an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def position_of(event: WaitingEvent, order: WaitingEventOrder) -> Position:
    """Where a waiting event lies in a list of that order."""
    value = event.due_at if order is WaitingEventOrder.DUE_AT_ASC else event.waiting_since
    return Position(None if value is None else microseconds(value), event.id)
