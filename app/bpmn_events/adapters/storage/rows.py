"""Conversion of domain objects to rows and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeAlias

import orjson
from sqlalchemy.sql.elements import KeyedColumnElement

from bpmn_events.adapters.storage.schema.tables import (
    NEVER,
    cancelled_events,
    correlations,
    event_triggers,
    process_instances,
    process_models,
    waiting_events,
)
from bpmn_events.application.ports.write_set import NewModel
from bpmn_events.domain.events import (
    CancelledEvent,
    CatchElement,
    ElementType,
    EventTrigger,
    EventType,
    TriggerSource,
    WaitingEvent,
)
from bpmn_events.domain.filters import normalize_text
from bpmn_events.domain.idempotency import IdempotencyKey, IdempotencyRecord
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessInstanceState, ProcessModel

Values: TypeAlias = dict[str, Any]

_ELEMENT_TYPES: Mapping[str, ElementType] = {member.value: member for member in ElementType}
_STATES: Mapping[str, ProcessInstanceState] = {member.value: member for member in ProcessInstanceState}
_EVENT_TYPES: Mapping[str, EventType] = {member.value: member for member in EventType}

# The columns that a query selects for each domain object, in the order of its fields.
RETRY = (waiting_events.c.attempts, waiting_events.c.retry_at, waiting_events.c.failed_at, waiting_events.c.failure)
_HIDDEN = {"position", *(column.name for column in RETRY)}
WAITING_EVENT = tuple(column for column in waiting_events.c if column.name not in _HIDDEN)
EVENT_TRIGGER = tuple(event_triggers.c)
EVENT_TRIGGER_WITHOUT_PAYLOAD = tuple(column for column in event_triggers.c if column.name != "payload")
CANCELLED_EVENT = tuple(cancelled_events.c)
PROCESS_MODEL = tuple(column for column in process_models.c if column.name != "bpmn_xml")
CORRELATION = (correlations.c.id, correlations.c.started_at)
PROCESS_INSTANCE = tuple(
    column for column in process_instances.c if column.name not in {"engine_format", "engine_state"}
)
PROCESS_INSTANCE_WITHOUT_VARIABLES = tuple(column for column in PROCESS_INSTANCE if column.name != "variables")


_PAYLOAD_INDEX = [column.name for column in EVENT_TRIGGER].index("payload")
_VARIABLES_INDEX = [column.name for column in PROCESS_INSTANCE].index("variables")


class _Fields:
    """The attributes of a domain object that have the names of columns, read with one call."""

    def __init__(self, columns: Sequence[KeyedColumnElement[Any]]) -> None:
        self.names = tuple(column.key for column in columns)
        self._read = attrgetter(*self.names)

    def values(self, source: object) -> Values:
        return dict(zip(self.names, self._read(source), strict=True))

    def name_values(self, row: Sequence[Any]) -> Values:
        return dict(zip(self.names, row, strict=True))


_WAITING_EVENT = _Fields(WAITING_EVENT)
_EVENT_TRIGGER = _Fields(EVENT_TRIGGER)
_PROCESS_INSTANCE = _Fields(PROCESS_INSTANCE)
_CANCELLED_EVENT = _Fields(CANCELLED_EVENT)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _microseconds(value: datetime | None) -> int | None:
    return None if value is None else microseconds(value)


def correlation_keys_value(event: WaitingEvent) -> str | None:
    """Return the value of the column of correlation keys."""
    return _json(event.correlation_keys) if event.correlation_keys else None


def waiting_event_values(event: WaitingEvent, position: int) -> Values:
    """Return the column values of a waiting event that a transaction with this position adds."""
    return _WAITING_EVENT.values(event) | {
        "due_at": NEVER if event.due_at is None else microseconds(event.due_at),
        "waiting_since": microseconds(event.waiting_since),
        "correlation_keys": correlation_keys_value(event),
        "position": position,
    }


def waiting_event(row: Sequence[Any]) -> WaitingEvent:
    """Return the waiting event of a row."""
    (
        identifier, element_id, element_type, event_type, name, event_name, lane, interrupting, due_at, since,
        model_id, model_key, instance_id, root_id, correlation_id, keys,
    ) = row  # fmt: skip
    return WaitingEvent(
        id=identifier,
        element_id=element_id,
        element_type=_ELEMENT_TYPES[element_type],
        event_type=_EVENT_TYPES[event_type],
        name=name,
        event_name=event_name,
        lane=lane,
        interrupting=bool(interrupting),
        due_at=None if due_at == NEVER else instant(due_at),
        waiting_since=instant(since),
        process_model_id=model_id,
        process_model_key=model_key,
        process_instance_id=instance_id,
        root_instance_id=root_id,
        correlation_id=correlation_id,
        correlation_keys=None if keys is None else orjson.loads(keys),
    )


def event_trigger_values(trigger: EventTrigger) -> Values:
    """Return the column values of an event trigger."""
    return _EVENT_TRIGGER.values(trigger) | {
        "payload": None if trigger.payload is None else _json(trigger.payload),
        "triggered_at": microseconds(trigger.triggered_at),
    }


def event_trigger(row: Sequence[Any]) -> EventTrigger:
    """Return the event trigger of a row."""
    values = _EVENT_TRIGGER.name_values(row)
    payload = values["payload"]
    return EventTrigger(
        **values
        | {
            "event_type": _EVENT_TYPES[values["event_type"]],
            "source": TriggerSource(values["source"]),
            "payload": None if payload is None else orjson.loads(payload),
            "triggered_at": instant(values["triggered_at"]),
        }
    )


def event_trigger_without_payload(row: Sequence[Any]) -> EventTrigger:
    """Return the event trigger of a row of ``EVENT_TRIGGER_WITHOUT_PAYLOAD``."""
    return event_trigger((*row[:_PAYLOAD_INDEX], None, *row[_PAYLOAD_INDEX:]))


def with_payload(trigger: EventTrigger, payload: str | None) -> EventTrigger:
    """Return the event trigger with the payload of its row."""
    return trigger if payload is None else replace(trigger, payload=orjson.loads(payload))


def cancelled_event_values(event: CancelledEvent) -> Values:
    """Return the column values of a cancelled event."""
    return _CANCELLED_EVENT.values(event) | {"cancelled_at": microseconds(event.cancelled_at)}


def cancelled_event(row: Sequence[Any]) -> CancelledEvent:
    """Return the cancelled event of a row."""
    identifier, model_key, correlation_id, instance_id, element_id, lane, cancelled_at = row
    return CancelledEvent(identifier, model_key, correlation_id, instance_id, element_id, lane, instant(cancelled_at))


def process_model_values(new: NewModel) -> Values:
    """Return the column values of a model version."""
    model = new.model
    return {
        "id": model.id,
        "key": model.key,
        "version": model.version,
        "name": model.name,
        "deployed_at": microseconds(model.deployed_at),
        "deployed_by": model.deployed_by,
        "catch_elements": _json(list(model.catch_elements.values())),
        "bpmn_xml": new.bpmn_xml,
        "meaning": new.model.meaning,
    }


def catch_element_values(model: ProcessModel) -> list[Values]:
    """Return the column values of a row for each catch element of the model."""
    return [
        {
            "process_model_id": model.id,
            "element_id": element.element_id,
            "process_model_key": model.key,
            "event_type": element.event_type,
            "event_name": element.event_name,
            "lane": element.lane,
            "search_text": _search_text(element.name, element.element_id, element.event_name, model.key),
        }
        for element in model.catch_elements.values()
    ]


def _search_text(*texts: str | None) -> str:
    return "\n".join(dict.fromkeys(normalize_text(text) for text in texts if text))


def process_model(row: Sequence[Any]) -> ProcessModel:
    """Return the model version of a row."""
    identifier, key, version, name, deployed_at, deployed_by, elements, meaning = row
    catch_elements = [_catch_element(values) for values in orjson.loads(elements)]
    return ProcessModel(
        id=identifier,
        key=key,
        version=version,
        name=name,
        deployed_at=instant(deployed_at),
        deployed_by=deployed_by,
        catch_elements={element.element_id: element for element in catch_elements},
        meaning=meaning,
    )


def _catch_element(values: Values) -> CatchElement:
    return CatchElement(
        **values
        | {
            "element_type": _ELEMENT_TYPES[values["element_type"]],
            "event_type": _EVENT_TYPES[values["event_type"]],
        }
    )


def process_instance_values(instance: ProcessInstance) -> Values:
    """Return the column values of a process instance, without those of its execution."""
    return _PROCESS_INSTANCE.values(instance) | {
        "started_at": microseconds(instance.started_at),
        "ended_at": _microseconds(instance.ended_at),
        "variables": _json(instance.variables),
    }


def progress_values(instance: ProcessInstance) -> Values:
    """Return the values of the columns that change while the instance runs."""
    return {
        "state": instance.state,
        "ended_at": _microseconds(instance.ended_at),
        "end_reason": instance.end_reason,
        "variables": _json(instance.variables),
    }


def process_instance(row: Sequence[Any]) -> ProcessInstance:
    """Return the process instance of a row."""
    (
        identifier, root_id, parent_id, model_id, model_key, correlation_id, state, started_at, started_by, ended_at,
        variables, end_reason,
    ) = row  # fmt: skip
    return ProcessInstance(
        id=identifier,
        root_id=root_id,
        parent_id=parent_id,
        process_model_id=model_id,
        process_model_key=model_key,
        correlation_id=correlation_id,
        state=_STATES[state],
        started_at=instant(started_at),
        started_by=started_by,
        ended_at=None if ended_at is None else instant(ended_at),
        variables=orjson.loads(variables),
        end_reason=end_reason,
    )


def process_instance_without_variables(row: Sequence[Any]) -> ProcessInstance:
    """Return the process instance of a row of ``PROCESS_INSTANCE_WITHOUT_VARIABLES``, with an empty object."""
    return process_instance((*row[:_VARIABLES_INDEX], "{}", *row[_VARIABLES_INDEX:]))


def correlation_values(correlation: Correlation) -> Values:
    """Return the column values of a correlation."""
    return {
        "id": correlation.id,
        "started_at": microseconds(correlation.started_at),
        "search_text": _search_text(correlation.id),
    }


def correlation(row: Sequence[Any]) -> Correlation:
    """Return the correlation of a row."""
    return Correlation(row[0], instant(row[1]))


def idempotency_values(record: IdempotencyRecord) -> Values:
    """Return the column values of an idempotency record."""
    return {
        "subject": record.key.subject,
        "operation": record.key.operation,
        "key": record.key.key,
        "fingerprint": record.fingerprint,
        "answer": record.answer,
        "created_at": microseconds(record.created_at),
    }


def idempotency_record(row: Sequence[Any]) -> IdempotencyRecord:
    """Return the idempotency record of a row."""
    subject, operation, key, fingerprint, answer, created_at = row
    return IdempotencyRecord(IdempotencyKey(subject, operation, key), fingerprint, answer, instant(created_at))
