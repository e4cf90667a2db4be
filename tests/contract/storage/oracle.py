"""What the lists of waiting events should answer, said in plain Python."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventOrder, WaitingEventQuery, position_of
from bpmn_events.domain.pages import Page, PageRequest, Position
from bpmn_events.domain.principal import Principal

_MEMBERS = {
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


def _matches(event: WaitingEvent, member: str, asked: object) -> bool:
    if asked is None:
        return True
    if isinstance(asked, datetime):
        at = event.due_at if member == "due_before" else event.waiting_since
        return at is not None and at < asked
    if isinstance(asked, str):
        texts = (event.name, event.element_id, event.event_name, event.correlation_id, event.process_model_key)
        return any(_words(asked) in _words(text) for text in texts if text)
    assert isinstance(asked, tuple)
    return getattr(event, _MEMBERS[member]) in asked


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def listed(events: Iterable[WaitingEvent], query: WaitingEventQuery, viewer: Principal) -> list[WaitingEvent]:
    """All that match, in order."""
    found = sorted(
        (event for event in events if matches(event, query.filter, viewer)), key=lambda event: _key(event, query.order)
    )
    return found[::-1] if query.order is WaitingEventOrder.WAITING_SINCE_DESC else found


def _key(event: WaitingEvent, order: WaitingEventOrder) -> tuple[float, str]:
    return _position_key(position_of(event, order))


def _position_key(position: Position) -> tuple[float, str]:
    return float("inf") if position.value is None else position.value, position.id


def page(events: Iterable[WaitingEvent], query: WaitingEventQuery, viewer: Principal) -> Page[WaitingEvent]:
    everything, request = listed(events, query, viewer), query.page
    low = _first(everything, request.after, query.order, past=True) if request.after else 0
    high = _first(everything, request.before, query.order, past=False) if request.before else len(everything)
    within = range(low, max(low, high))
    chosen = _backward(within, request) if request.backward else _forward(within, request)
    # Where nothing was chosen, the page lies where the walk began.
    start, end = (chosen[0], chosen[-1] + 1) if chosen else _nowhere(within, request)
    return Page(tuple(everything[index] for index in chosen), has_next=end < len(everything), has_previous=start > 0)


def _first(everything: list[WaitingEvent], position: Position, order: WaitingEventOrder, *, past: bool) -> int:
    """How many events lie before the position, or before and at it."""
    descending = order is WaitingEventOrder.WAITING_SINCE_DESC
    bound = _position_key(position)

    def before(event: WaitingEvent) -> bool:
        key = _key(event, order)
        return (past and key == bound) or (key > bound if descending else key < bound)

    return sum(map(before, everything))


def _forward(within: range, request: PageRequest) -> range:
    rest = within[request.offset :]
    return rest if request.limit is None else rest[: request.limit]


def _backward(within: range, request: PageRequest) -> range:
    rest = within[: max(0, len(within) - request.offset)]
    return rest if request.limit is None else rest[max(0, len(rest) - request.limit) :]


def _nowhere(within: range, request: PageRequest) -> tuple[int, int]:
    return (within.start, within.start) if request.backward else (within.stop, within.stop)
