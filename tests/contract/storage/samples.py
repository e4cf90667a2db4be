"""Sample domain objects, and helpers that store them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import insert

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.database import Database
from bpmn_events.adapters.storage.schema.tables import catch_elements
from bpmn_events.adapters.storage.waiting_events import filters as event_filters
from bpmn_events.adapters.storage.waiting_events import listings as event_listings
from bpmn_events.adapters.storage.waiting_events import queries as event_queries
from bpmn_events.adapters.storage.waiting_events import search as event_search
from bpmn_events.application.ports.write_set import ExecutionUpdate, NewModel, WriteSet
from bpmn_events.domain.events import CatchElement, ElementType, EventTrigger, EventType, TriggerSource, WaitingEvent
from bpmn_events.domain.ids import (
    EVENT_TRIGGER,
    PROCESS_INSTANCE,
    PROCESS_MODEL,
    TASK,
    THROWN_EVENT,
    WAITING_EVENT,
    new_id,
)
from bpmn_events.domain.outbox import ThrownEvent
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessInstanceState, ProcessModel
from bpmn_events.domain.tasks import OpenTask, TaskType

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def viewer(*lanes: str) -> Principal:
    return Principal("ada", frozenset(), frozenset(lanes))


ALL_LANES = viewer("*")


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def catch_element(**facts: Any) -> CatchElement:
    defaults: dict[str, Any] = {
        "element_id": "paid",
        "element_type": ElementType.INTERMEDIATE_CATCH_EVENT,
        "event_type": EventType.MESSAGE,
        "name": "Payment received",
        "event_name": "payment",
        "lane": None,
        "interrupting": False,
    }
    return CatchElement(**defaults | facts)


def process_model(key: str = "order", version: int = 1, **facts: Any) -> ProcessModel:
    defaults: dict[str, Any] = {
        "id": new_id(PROCESS_MODEL),
        "key": key,
        "version": version,
        "name": key.title(),
        "deployed_at": NOW,
        "deployed_by": "ada",
        "catch_elements": {"paid": catch_element()},
    }
    return ProcessModel(**defaults | facts)


def process_instance(model: ProcessModel, correlation_id: str = "c-1", **facts: Any) -> ProcessInstance:
    identifier = facts.get("id", new_id(PROCESS_INSTANCE))
    defaults: dict[str, Any] = {
        "id": identifier,
        "root_id": identifier,
        "parent_id": None,
        "process_model_id": model.id,
        "process_model_key": model.key,
        "correlation_id": correlation_id,
        "state": ProcessInstanceState.RUNNING,
        "started_at": NOW,
        "started_by": "ada",
        "ended_at": None,
        "variables": {},
    }
    return ProcessInstance(**defaults | facts)


def waiting_event(instance: ProcessInstance, **facts: Any) -> WaitingEvent:
    defaults: dict[str, Any] = {
        "id": new_id(WAITING_EVENT),
        "element_id": "paid",
        "element_type": ElementType.INTERMEDIATE_CATCH_EVENT,
        "event_type": EventType.MESSAGE,
        "name": "Payment received",
        "event_name": "payment",
        "lane": None,
        "interrupting": False,
        "due_at": None,
        "waiting_since": NOW,
        "process_model_id": instance.process_model_id,
        "process_model_key": instance.process_model_key,
        "process_instance_id": instance.id,
        "root_instance_id": instance.root_id,
        "correlation_id": instance.correlation_id,
    }
    return WaitingEvent(**defaults | facts)


def event_trigger(event: WaitingEvent, **facts: Any) -> EventTrigger:
    defaults: dict[str, Any] = {
        "id": new_id(EVENT_TRIGGER),
        "event_id": event.id,
        "element_id": event.element_id,
        "event_type": event.event_type,
        "event_name": event.event_name,
        "lane": event.lane,
        "source": TriggerSource.GRAPHQL,
        "payload": {"amount": 12},
        "triggered_at": NOW,
        "triggered_by": "ada",
        "idempotency_key": None,
        "process_model_id": event.process_model_id,
        "process_model_key": event.process_model_key,
        "process_instance_id": event.process_instance_id,
        "correlation_id": event.correlation_id,
    }
    return EventTrigger(**defaults | facts)


def open_task(instance: ProcessInstance, **facts: Any) -> OpenTask:
    defaults: dict[str, Any] = {
        "id": new_id(TASK),
        "element_id": "approve",
        "task_type": TaskType.USER,
        "name": "Approve the order",
        "lane": None,
        "topic": None,
        "open_since": NOW,
        "process_model_id": instance.process_model_id,
        "process_model_key": instance.process_model_key,
        "process_instance_id": instance.id,
        "root_instance_id": instance.root_id,
        "correlation_id": instance.correlation_id,
    }
    return OpenTask(**defaults | facts)


def thrown_event(**facts: Any) -> ThrownEvent:
    defaults: dict[str, Any] = {
        "id": new_id(THROWN_EVENT),
        "event_type": EventType.SIGNAL,
        "name": "payment",
        "payload": {"amount": 12},
        "source": TriggerSource.PROCESS,
        "thrown_at": NOW,
        "thrown_by": "system",
        "due_at": NOW,
    }
    return ThrownEvent(**defaults | facts)


_ELEMENT_FIELDS = ("element_id", "element_type", "event_type", "name", "event_name", "lane", "interrupting")


@dataclass
class World:
    """The models and instances that a test has stored, with methods that store more."""

    database: Database
    models: dict[str, ProcessModel] = field(default_factory=dict)
    instances: dict[tuple[str, str], ProcessInstance] = field(default_factory=dict)

    async def write(self, write_set: WriteSet) -> None:
        async with self.database.write_store.transaction() as transaction:
            await transaction.write(write_set)

    async def model(self, key: str = "order") -> ProcessModel:
        if key not in self.models:
            self.models[key] = process_model(key, catch_elements={})
            await self.write(WriteSet(new_models=[NewModel(self.models[key], f"<{key}/>")]))
        return self.models[key]

    async def instance(self, key: str = "order", correlation_id: str = "c-1") -> ProcessInstance:
        """Return the instance of that model and correlation; store it if there is none."""
        address = key, correlation_id
        if address not in self.instances:
            instance = process_instance(await self.model(key), correlation_id)
            self.instances[address] = instance
            await self.write(
                WriteSet(
                    new_correlations={correlation_id: Correlation(correlation_id, NOW)},
                    new_instances={instance.id: instance},
                    executions={instance.id: ExecutionUpdate(instance.id, 1, b"state")},
                )
            )
        return self.instances[address]

    async def element(self, key: str = "order", **facts: Any) -> CatchElement:
        """Return the element of the model with these facts; store it, with a free id, if there is none."""
        model, element = await self.model(key), catch_element(**facts)
        elements, base_id = model.catch_elements, element.element_id
        for number in count(2):
            if elements.get(element.element_id, element) == element:
                break
            element = replace(element, element_id=f"{base_id}-{number}")
        if element.element_id not in elements:
            elements[element.element_id] = element
            (*_, row) = rows.catch_element_values(model)
            async with self.database.write_store.transaction() as transaction:
                await transaction._connection.run(insert(catch_elements), [row])
        return element

    async def add_events(
        self, key: str = "order", correlation_id: str = "c-1", count: int = 1, **facts: Any
    ) -> list[WaitingEvent]:
        """Store and return equal waiting events. If their element differs from the model's, it gets a new id.

        With a ``computed_name``, the name of the events is not that of their element.
        """
        instance = await self.instance(key, correlation_id)
        computed_name = facts.pop("computed_name", None)
        if computed_name is not None:
            facts["event_name"] = None
        element = await self.element(key, **{name: facts[name] for name in _ELEMENT_FIELDS if name in facts})
        facts |= {"element_id": element.element_id, "event_name": computed_name or element.event_name}
        events = [waiting_event(instance, **facts) for _ in range(count)]
        await self.write(WriteSet(new_events={event.id: event for event in events}))
        return events

    async def add_task(self, key: str = "order", correlation_id: str = "c-1", **facts: Any) -> OpenTask:
        """Store and return an open task."""
        task = open_task(await self.instance(key, correlation_id), **facts)
        await self.write(WriteSet(new_tasks={task.id: task}))
        return task

    async def record_trigger(self, event: WaitingEvent, **facts: Any) -> EventTrigger:
        """Delete the waiting event; store and return the record of its trigger."""
        trigger = event_trigger(event, **facts)
        await self.write(WriteSet(triggered_events=[event.id], new_triggers=[trigger]))
        return trigger

    async def remove(self, events: list[WaitingEvent]) -> None:
        await self.write(WriteSet(triggered_events=[event.id for event in events]))


def ended(instance: ProcessInstance, state: ProcessInstanceState = ProcessInstanceState.COMPLETED) -> ProcessInstance:
    return replace(instance, state=state, ended_at=after(60), end_reason="because")


def lower_limits(patch: pytest.MonkeyPatch) -> None:
    """Lower the limits, so that few elements, correlations and events are read in the way of many."""
    for module, name, value in (
        (event_filters, "MAX_RANGES", 1),
        (event_listings, "MAX_RANGES", 1),
        (event_listings, "_MAX_COUNTED_ELEMENTS", 2),
        (event_listings, "_MAX_SCANNED_PAGES", 1),
        (event_search, "_MAX_COLLECTED_CORRELATIONS", 1),
        (event_search, "_MAX_SCANNED_EVENTS", 3),
        (event_queries, "_CHEAP_EVENTS", 2),
        (event_queries, "_MAX_SORTED_AFTER_SCAN", 4),
    ):
        patch.setattr(module, name, value)
