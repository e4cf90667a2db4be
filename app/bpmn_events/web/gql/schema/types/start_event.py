"""The type StartEvent, which describes ``bpmn_events.domain.start_timers.StartEvent``."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import start_timers
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.large_values import charged_json
from bpmn_events.web.gql.schema.enums import EventType
from bpmn_events.web.gql.schema.fields import resolver_field
from bpmn_events.web.gql.schema.scalars import Json


def _element_id(parent: Parent[start_timers.StartEvent]) -> str:
    return parent.element.element_id


def _name(parent: Parent[start_timers.StartEvent]) -> str | None:
    return parent.element.name


def _event_type(parent: Parent[start_timers.StartEvent]) -> EventType | None:
    return parent.element.event_type


def _event_name(parent: Parent[start_timers.StartEvent]) -> str | None:
    return parent.element.event_name


def _payload_schema(parent: Parent[start_timers.StartEvent], info: Info) -> object:
    return charged_json(info.context.budget, parent.element.payload_schema)


@strawberry.type(
    description="An element at which an instance of the process can begin: a start event, a receive task, or an event "
    "behind a gateway that starts the process."
)
class StartEvent:
    element_id: str = resolver_field(
        _element_id, "BPMN element id in the model, which `startElementId` of a start names."
    )
    name: str | None = resolver_field(_name, "Name of the BPMN element; null if it has none.")
    event_type: EventType | None = resolver_field(
        _event_type, "Type of the event that starts an instance; null for a plain start event."
    )
    event_name: str | None = resolver_field(
        _event_name,
        "Name of the message or signal that starts an instance; null for other start events, or if the model has no "
        "name for it.",
    )
    payload_schema: Json | None = resolver_field(
        _payload_schema,
        "JSON Schema that the payload of a start must satisfy; null if the model declares none.",
    )
    next_due_at: datetime | None = strawberry.field(
        description="Instant at which a timer starts the next instance; null for other start events, after the last "
        "time, and in all versions but the latest."
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, start_timers.StartEvent)
