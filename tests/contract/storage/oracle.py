"""The expected lists of waiting events, computed in plain Python."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventOrder, WaitingEventQuery, position_of
from bpmn_events.domain.pages import Page, PageRequest, Position
from bpmn_events.domain.principal import Principal

_FIELDS = {
    "process_model_keys": "process_model_key",
    "process_model_ids": "process_model_id",
    "correlation_ids": "correlation_id",
    "process_instance_ids": "process_instance_id",
    "event_types": "event_type",
    "element_ids": "element_id",
    "event_names": "event_name",
    "lanes": "lane",
}


def matches(event: WaitingEvent, filter: WaitingEventFilter, viewer: Principal) -> bool:
    return viewer.sees(event.lane) and all(
        _matches(event, member.name, getattr(filter, member.name)) for member in fields(filter)
    )


def _matches(event: WaitingEvent, member: str, value: object) -> bool:
    if value is None:
        return True
    if isinstance(value, datetime):
        at = event.due_at if member == "due_before" else event.waiting_since
        return at is not None and at < value
    if isinstance(value, str):
        texts = (event.name, event.element_id, event.event_name, event.correlation_id, event.process_model_key)
        return any(_words(value) in _words(text) for text in texts if text)
    assert isinstance(value, tuple)
    return getattr(event, _FIELDS[member]) in value


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def select_events(events: Iterable[WaitingEvent], query: WaitingEventQuery, viewer: Principal) -> list[WaitingEvent]:
    """Return the matching events in list order."""
    matching = sorted(
        (event for event in events if matches(event, query.filter, viewer)), key=lambda event: _key(event, query.order)
    )
    return matching[::-1] if query.order is WaitingEventOrder.WAITING_SINCE_DESC else matching


def _key(event: WaitingEvent, order: WaitingEventOrder) -> tuple[float, str]:
    return _position_key(position_of(event, order))


def _position_key(position: Position) -> tuple[float, str]:
    return float("inf") if position.value is None else position.value, position.id


def page(events: Iterable[WaitingEvent], query: WaitingEventQuery, viewer: Principal) -> Page[WaitingEvent]:
    """Return the requested page of the matching events."""
    matching, request = select_events(events, query, viewer), query.page
    low = _count_before(matching, request.after, query.order, inclusive=True) if request.after else 0
    high = _count_before(matching, request.before, query.order) if request.before else len(matching)
    bounds = range(low, max(low, high))
    indexes = _backward(bounds, request) if request.backward else _forward(bounds, request)
    start, end = (indexes[0], indexes[-1] + 1) if indexes else _empty_page(bounds, request)
    return Page(tuple(matching[index] for index in indexes), has_next=end < len(matching), has_previous=start > 0)


def _count_before(
    events: list[WaitingEvent], position: Position, order: WaitingEventOrder, *, inclusive: bool = False
) -> int:
    """Return how many events come before the position, or before and at it if ``inclusive``."""
    descending = order is WaitingEventOrder.WAITING_SINCE_DESC
    bound = _position_key(position)

    def is_before(event: WaitingEvent) -> bool:
        key = _key(event, order)
        return (inclusive and key == bound) or (key > bound if descending else key < bound)

    return sum(map(is_before, events))


def _forward(bounds: range, request: PageRequest) -> range:
    rest = bounds[request.offset :]
    return rest if request.limit is None else rest[: request.limit]


def _backward(bounds: range, request: PageRequest) -> range:
    rest = bounds[: max(0, len(bounds) - request.offset)]
    return rest if request.limit is None else rest[max(0, len(rest) - request.limit) :]


def _empty_page(bounds: range, request: PageRequest) -> tuple[int, int]:
    """Return the start and end of an empty page: it is where its scan ended."""
    return (bounds.start, bounds.start) if request.backward else (bounds.stop, bounds.stop)
