"""Topics: which changes a subscription is about."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from bpmn_events.domain.changes import (
    Change,
    EventChange,
    EventTriggerAdded,
    OpenTaskAdded,
    OpenTaskRemoved,
    WaitingEventAdded,
    WaitingEventRemoved,
)
from bpmn_events.domain.filters import WaitingEventFilter, normalize_text
from bpmn_events.domain.principal import ALL_LANES

# A kind of property with its value, under which topics are found; None for the topics that are found under none.
Key: TypeAlias = tuple[str, str] | None


class TopicKind(Enum):
    """What a topic is about, with the classes of its changes."""

    WAITING_EVENTS = (WaitingEventAdded, WaitingEventRemoved)
    EVENT_TRIGGERS = (EventTriggerAdded,)
    OPEN_TASKS = (OpenTaskAdded, OpenTaskRemoved)


@dataclass(frozen=True, slots=True)
class Topic:
    """The changes of one kind that match a filter, in the lanes of the subscriber.

    A filter of event triggers or open tasks has process models and correlations only. The text that a filter searches
    for is normalized.
    """

    kind: TopicKind
    filter: WaitingEventFilter
    lanes: frozenset[str]

    def matches(self, change: Change) -> bool:
        """Return True if the topic includes the change."""
        if not isinstance(change, self.kind.value):
            return False
        if isinstance(change, WaitingEventAdded | WaitingEventRemoved):
            return self._sees(change.event.lane) and self._matches_event(change)
        item = change.task if isinstance(change, OpenTaskAdded) else change
        return (
            self._sees(item.lane)
            and _has(self.filter.process_model_keys, item.process_model_key)
            and _has(self.filter.correlation_ids, item.correlation_id)
        )

    def keys(self) -> Iterator[Key]:
        """Return the keys under which the topic is found: values of its filter that few changes have."""
        filter = self.filter
        for name, values in (
            ("correlation", filter.correlation_ids),
            ("instance", filter.process_instance_ids),
            ("model", filter.process_model_keys),
            ("element", filter.element_ids),
        ):
            if values is not None:
                return ((name, value) for value in dict.fromkeys(values))
        return iter((None,))

    def _sees(self, lane: str | None) -> bool:
        return lane is None or lane in self.lanes or ALL_LANES in self.lanes

    def _matches_event(self, change: EventChange) -> bool:
        event, filter = change.event, self.filter
        return (
            _has(filter.process_model_keys, event.process_model_key)
            and _has(filter.process_model_ids, event.process_model_id)
            and _has(filter.correlation_ids, event.correlation_id)
            and _has(filter.process_instance_ids, event.process_instance_id)
            and _has(filter.event_types, event.event_type)
            and _has(filter.element_ids, event.element_id)
            and _has(filter.event_names, event.event_name)
            and _has(filter.lanes, event.lane)
            and (filter.waiting_since_before is None or event.waiting_since < filter.waiting_since_before)
            and (filter.due_before is None or (event.due_at is not None and event.due_at < filter.due_before))
            and (filter.search is None or _has_text(change, filter.search))
        )


def keys_of(change: Change) -> Iterator[Key]:
    """Return the keys of all topics that may include the change."""
    yield None
    if isinstance(change, WaitingEventAdded | WaitingEventRemoved):
        event = change.event
        yield "correlation", event.correlation_id
        yield "model", event.process_model_key
        yield "instance", event.process_instance_id
        yield "element", event.element_id
        return
    item = change.task if isinstance(change, OpenTaskAdded) else change
    yield "correlation", item.correlation_id
    yield "model", item.process_model_key


def _has(values: Collection[object] | None, value: object) -> bool:
    return values is None or value in values


def _has_text(change: EventChange, text: str) -> bool:
    event = change.event
    fields = event.name, event.element_id, change.searched_name, event.process_model_key, event.correlation_id
    return any(text in normalize_text(field) for field in fields if field)
