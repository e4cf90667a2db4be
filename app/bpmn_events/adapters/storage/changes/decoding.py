"""Change sets from their stored form (see ``encoding``)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from bpmn_events.domain.changes import (
    Change,
    EventTriggerAdded,
    OpenTaskAdded,
    OpenTaskRemoved,
    WaitingEventAdded,
    WaitingEventRemoved,
)
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.instants import instant
from bpmn_events.domain.processes import ProcessModel
from bpmn_events.domain.tasks import OpenTask, TaskType

Stored = Mapping[str, Sequence[Any]]


class _Instance(NamedTuple):
    """The instance that an entry refers to, with its model version."""

    id: str
    root_id: str
    correlation_id: str
    model: ProcessModel


def parse(changes: bytes) -> Stored:
    """Return the lists of a stored change set."""
    stored: Stored = orjson.loads(changes)
    return stored


def model_ids(stored: Stored) -> set[str]:
    """Return the ids of the model versions that ``decode`` needs."""
    return {values[3] for values in stored.get("i", ())}


def decode(stored: Stored, models: Mapping[str, ProcessModel]) -> Iterator[Change]:
    """Yield the changes of a change set: removals, triggers, additions.

    Raises:
        KeyError: A model version is not among the ``models``.
    """
    instances = [
        _Instance(identifier, root_id or identifier, correlation_id, models[model_id])
        for identifier, root_id, correlation_id, model_id, *_ in stored.get("i", ())
    ]
    triggers = stored.get("t", ())
    trigger_ids = {event_id: trigger_id for trigger_id, event_id, *_ in triggers}
    for values in stored.get("r", ()):
        event, searched_name = _event(values, instances)
        yield WaitingEventRemoved(event, searched_name, trigger_ids.get(event.id))
    for trigger_id, event_id, number, element_id in triggers:
        yield _trigger(trigger_id, event_id, element_id, instances[number])
    for task_id, number, _, lane in stored.get("c", ()):
        instance = instances[number]
        yield OpenTaskRemoved(task_id, lane, instance.model.key, instance.correlation_id)
    for values in stored.get("a", ()):
        yield WaitingEventAdded(*_event(values, instances))
    for values in stored.get("o", ()):
        yield OpenTaskAdded(_task(values, instances))


def _trigger(trigger_id: str, event_id: str, element_id: str, instance: _Instance) -> EventTriggerAdded:
    lane = instance.model.catch_elements[element_id].lane
    return EventTriggerAdded(trigger_id, event_id, lane, instance.model.key, instance.correlation_id)


def _event(values: Sequence[Any], instances: Sequence[_Instance]) -> tuple[WaitingEvent, str | None]:
    """Return the event, and its name in the process model."""
    identifier, number, element_id, since, due_at, *names = values
    instance = instances[number]
    element = instance.model.catch_elements[element_id]
    event = WaitingEvent(
        id=identifier,
        element_id=element_id,
        element_type=element.element_type,
        event_type=element.event_type,
        name=element.name,
        event_name=names[0] if names else None,
        lane=element.lane,
        interrupting=element.interrupting,
        due_at=None if due_at is None else instant(due_at),
        waiting_since=instant(since),
        process_model_id=instance.model.id,
        process_model_key=instance.model.key,
        process_instance_id=instance.id,
        root_instance_id=instance.root_id,
        correlation_id=instance.correlation_id,
    )
    return event, element.event_name


def _task(values: Sequence[Any], instances: Sequence[_Instance]) -> OpenTask:
    identifier, number, element_id, task_type, name, lane, topic, since = values
    instance = instances[number]
    return OpenTask(
        id=identifier,
        element_id=element_id,
        task_type=TaskType(task_type),
        name=name,
        lane=lane,
        topic=topic,
        open_since=instant(since),
        process_model_id=instance.model.id,
        process_model_key=instance.model.key,
        process_instance_id=instance.id,
        root_instance_id=instance.root_id,
        correlation_id=instance.correlation_id,
    )
