"""The stored form of a change set: compact JSON, because each write transaction pays for it.

It is an object with lists of lists, of which the empty ones are left out. Properties that all occurrences of an
element share are not in it: the model version has them.

- ``i``: the process instances that the other lists refer to by their number: id, id of the root instance, correlation,
  model version; and the new state, if the transaction started or ended the instance.
- ``t``: the event triggers: id, event, instance, element.
- ``r`` and ``a``: the waiting events that were removed and added: id, instance, element, instants since when it waits
  and at which it is due; and the name of the message or signal.
- ``c`` and ``o``: the tasks that were closed and opened: id, instance, element, type, name, lane, topic, instant of the
  opening. Of closed tasks, only the lane follows the element.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.events import EventTrigger, EventType, WaitingEvent
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState
from bpmn_events.domain.tasks import OpenTask

_NAMED = frozenset((EventType.MESSAGE, EventType.SIGNAL))
# So many events or tasks take a millisecond.
_MANY = 250


async def encode(write_sets: Iterable[WriteSet]) -> bytes | None:
    """Return the change set of a transaction with these write sets; None if it has no changes.

    If it has many, other tasks run in between.
    """
    encoder, pauses = _Encoder(), None
    for write_set in write_sets:
        for number, _ in enumerate(encoder.add(write_set), 1):
            if number % _MANY == 0:
                pauses = pauses or Pauses()
                await pauses.pause_if_long()
    return encoder.encode()


class _Encoder:
    """Collects the changes of a transaction. Events and tasks that it adds and removes again are left out."""

    def __init__(self) -> None:
        self._instances: list[list[Any]] = []
        self._numbers: dict[str, int] = {}
        self._triggers: list[EventTrigger] = []
        self._added: dict[str, list[Any]] = {}
        self._removed: list[list[Any]] = []
        self._opened: dict[str, list[Any]] = {}
        self._closed: list[list[Any]] = []

    def add(self, write_set: WriteSet) -> Iterator[None]:
        """Add a write set, in steps of one event or task."""
        for instance in write_set.new_instances.values():
            self._add_instance(write_set.changed_instances.get(instance.id, instance))
        for instance in write_set.changed_instances.values():
            if instance.state is not ProcessInstanceState.RUNNING:
                self._add_instance(instance)
        self._triggers += write_set.new_triggers
        for event in write_set.removed_events:
            if self._added.pop(event.id, None) is None:
                self._removed.append(self._event(event))
            yield
        for event in write_set.new_events.values():
            self._added[event.id] = self._event(event)
            yield
        for task in write_set.removed_tasks:
            if self._opened.pop(task.id, None) is None:
                self._closed.append([task.id, self._number_of(task), task.element_id, task.lane])
            yield
        for task in write_set.new_tasks.values():
            self._opened[task.id] = self._task(task)
            yield

    def encode(self) -> bytes | None:
        # They come last, because the root instance of a trigger is not known. No trigger needs it.
        triggers = [self._trigger(trigger) for trigger in self._triggers]
        parts: dict[str, Sequence[Any]] = {
            "i": self._instances,
            "t": triggers,
            "r": self._removed,
            "a": list(self._added.values()),
            "c": self._closed,
            "o": list(self._opened.values()),
        }
        found = {name: part for name, part in parts.items() if part}
        return orjson.dumps(found) if found else None

    def _add_instance(self, instance: ProcessInstance) -> None:
        number = self._number(instance.id, instance.root_id, instance.correlation_id, instance.process_model_id)
        self._instances[number][4:] = [instance.state]

    def _number(self, identifier: str, root_id: str, correlation_id: str, model_id: str) -> int:
        number = self._numbers.get(identifier)
        if number is None:
            number = self._numbers[identifier] = len(self._instances)
            other_root = None if root_id == identifier else root_id
            self._instances.append([identifier, other_root, correlation_id, model_id])
        return number

    def _number_of(self, item: WaitingEvent | OpenTask) -> int:
        return self._number(item.process_instance_id, item.root_instance_id, item.correlation_id, item.process_model_id)

    def _trigger(self, trigger: EventTrigger) -> list[Any]:
        number = self._number(
            trigger.process_instance_id, trigger.process_instance_id, trigger.correlation_id, trigger.process_model_id
        )
        return [trigger.id, trigger.event_id, number, trigger.element_id]

    def _event(self, event: WaitingEvent) -> list[Any]:
        due_at = None if event.due_at is None else microseconds(event.due_at)
        values = [event.id, self._number_of(event), event.element_id, microseconds(event.waiting_since), due_at]
        if event.event_type in _NAMED:
            values.append(event.event_name)
        return values

    def _task(self, task: OpenTask) -> list[Any]:
        number, since = self._number_of(task), microseconds(task.open_since)
        return [task.id, number, task.element_id, task.task_type, task.name, task.lane, task.topic, since]
