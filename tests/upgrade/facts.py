"""Facts: the content of a database as plain data, stored beside the database and compared with it later."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from bpmn_events.application.commands.end_task import FinishOutcome
from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.outbox import ThrownEvent
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask

Fact: TypeAlias = dict[str, Any]
Outcome: TypeAlias = TriggerOutcome | FinishOutcome | StartOutcome | TriggerByNameOutcome


@dataclass(frozen=True)
class Facts:
    """All facts of a database, each list in the order in which the services return it.

    ``requests`` are the requests with idempotency keys, and their outcomes.
    """

    now: str
    waiting_events: list[Fact]
    open_tasks: list[Fact]
    instances: list[Fact]
    history: list[Fact]
    models: list[Fact]
    thrown: list[Fact]
    cancelled: list[Fact]
    searches: dict[str, list[str]]
    requests: list[Fact]


def event_fact(event: WaitingEvent) -> Fact:
    return {
        "id": event.id,
        "element_id": event.element_id,
        "element_type": event.element_type.value,
        "event_type": event.event_type.value,
        "name": event.name,
        "event_name": event.event_name,
        "lane": event.lane,
        "interrupting": event.interrupting,
        "due_at": _instant(event.due_at),
        "waiting_since": _instant(event.waiting_since),
        "process_model_id": event.process_model_id,
        "process_model_key": event.process_model_key,
        "process_instance_id": event.process_instance_id,
        "root_instance_id": event.root_instance_id,
        "correlation_id": event.correlation_id,
        "correlation_keys": event.correlation_keys,
    }


def task_fact(task: OpenTask) -> Fact:
    return {
        "id": task.id,
        "element_id": task.element_id,
        "task_type": task.task_type.value,
        "name": task.name,
        "lane": task.lane,
        "topic": task.topic,
        "open_since": _instant(task.open_since),
        "process_model_id": task.process_model_id,
        "process_model_key": task.process_model_key,
        "process_instance_id": task.process_instance_id,
        "root_instance_id": task.root_instance_id,
        "correlation_id": task.correlation_id,
    }


def instance_fact(instance: ProcessInstance) -> Fact:
    return {
        "id": instance.id,
        "root_id": instance.root_id,
        "parent_id": instance.parent_id,
        "process_model_id": instance.process_model_id,
        "process_model_key": instance.process_model_key,
        "correlation_id": instance.correlation_id,
        "state": instance.state.value,
        "started_at": _instant(instance.started_at),
        "started_by": instance.started_by,
        "ended_at": _instant(instance.ended_at),
        "variables": instance.variables,
        "end_reason": instance.end_reason,
    }


def trigger_fact(trigger: EventTrigger) -> Fact:
    return {
        "id": trigger.id,
        "event_id": trigger.event_id,
        "element_id": trigger.element_id,
        "event_type": trigger.event_type.value,
        "event_name": trigger.event_name,
        "lane": trigger.lane,
        "source": trigger.source.value,
        "payload": trigger.payload,
        "triggered_at": _instant(trigger.triggered_at),
        "triggered_by": trigger.triggered_by,
        "idempotency_key": trigger.idempotency_key,
        "process_model_id": trigger.process_model_id,
        "process_model_key": trigger.process_model_key,
        "process_instance_id": trigger.process_instance_id,
        "correlation_id": trigger.correlation_id,
    }


def model_fact(model: ProcessModel) -> Fact:
    return {
        "id": model.id,
        "key": model.key,
        "version": model.version,
        "name": model.name,
        "deployed_at": _instant(model.deployed_at),
        "deployed_by": model.deployed_by,
        "catch_elements": sorted(model.catch_elements),
    }


def thrown_fact(event: ThrownEvent) -> Fact:
    audience = event.audience
    return {
        "id": event.id,
        "event_type": event.event_type.value,
        "name": event.name,
        "payload": event.payload,
        "source": event.source.value,
        "thrown_at": _instant(event.thrown_at),
        "thrown_by": event.thrown_by,
        "due_at": _instant(event.due_at),
        "root_instance_id": event.root_instance_id,
        "correlation_id": event.correlation_id,
        "audience": [audience.process_model_key, audience.correlation_id, _list(audience.lanes)],
        "since": _instant(event.since),
        "after_id": event.after_id,
        "target_event_id": event.target_event_id,
        "target_start_id": event.target_start_id,
        "attempts": event.attempts,
    }


def outcome_fact(outcome: Outcome) -> Fact:
    """Return the outcome without the flag that says whether it is a replay."""
    match outcome:
        case TriggerOutcome():
            return {
                "trigger": None if outcome.trigger is None else trigger_fact(outcome.trigger),
                "process_instance": instance_fact(outcome.process_instance),
                "next_waiting_events": [event_fact(event) for event in outcome.next_waiting_events],
                "called_instances": [instance_fact(each) for each in outcome.called_instances],
            }
        case FinishOutcome():
            return {
                "task": task_fact(outcome.task),
                "process_instance": instance_fact(outcome.process_instance),
                "next_waiting_events": [event_fact(event) for event in outcome.next_waiting_events],
                "next_open_tasks": [task_fact(task) for task in outcome.next_open_tasks],
            }
        case StartOutcome():
            return {"process_instance": instance_fact(outcome.process_instance)}
        case TriggerByNameOutcome():
            return {
                "triggers": [trigger_fact(trigger) for trigger in outcome.triggers],
                "started_process_instances": [instance_fact(each) for each in outcome.started_process_instances],
                "pending": outcome.pending,
            }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _list(texts: Iterable[str] | None) -> list[str] | None:
    return None if texts is None else list(texts)
