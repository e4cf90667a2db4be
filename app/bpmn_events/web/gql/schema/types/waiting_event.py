"""The waiting event. Describes ``bpmn_events.domain.events.WaitingEvent``."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.loaders import Loaded
from bpmn_events.web.gql.schema.enums import ElementType, EventType
from bpmn_events.web.gql.schema.fields import resolved
from bpmn_events.web.gql.schema.scalars import Json
from bpmn_events.web.gql.schema.types.lazy import LazyCorrelation, LazyProcessInstance, LazyProcessModel
from bpmn_events.web.gql.schema.types.node import Node


def _viewer_can_trigger(parent: Parent[events.WaitingEvent], info: Info) -> bool:
    principal = info.context.principal
    return principal is not None and principal.may(Permission.EVENTS_TRIGGER) and principal.sees(parent.lane)


def _payload_schema(parent: Parent[events.WaitingEvent], info: Info) -> Loaded[object]:
    element_id = parent.element_id
    return info.context.loaders.models.map(
        parent.process_model_id, lambda model: model.catch_elements[element_id].payload_schema
    )


def _process_model(parent: Parent[events.WaitingEvent], info: Info) -> Loaded[processes.ProcessModel]:
    return info.context.loaders.models.get(parent.process_model_id)


def _process_instance(parent: Parent[events.WaitingEvent], info: Info) -> Loaded[processes.ProcessInstance]:
    return info.context.loaders.instances.get(parent.process_instance_id)


def _correlation(parent: Parent[events.WaitingEvent], info: Info) -> Loaded[processes.Correlation]:
    return info.context.loaders.correlations.get(parent.correlation_id)


@strawberry.type(
    description="One occurrence of a BPMN event that waits to be triggered, in one process instance. "
    "It disappears once it is triggered or cancelled."
)
class WaitingEvent(Node):
    element_id: str = strawberry.field(description="The BPMN element id in the model.")
    element_type: ElementType = strawberry.field(
        description="Where in the diagram it waits. Each event behind an event-based gateway is an occurrence of its "
        "own, of type EVENT_BASED_GATEWAY."
    )
    name: str | None = strawberry.field(description="The name of the BPMN element, as drawn; null if it has none.")
    event_type: EventType = strawberry.field(description="What kind of event it waits for.")
    event_name: str | None = strawberry.field(
        description="The name of the message or signal; null for other kinds of event, and where the model names none."
    )
    lane: str | None = strawberry.field(
        description="The name of the BPMN lane, which is the permission to see and trigger it; null is open to every "
        "reader."
    )
    interrupting: bool = strawberry.field(
        description="Whether triggering it cancels the activity it is attached to (BPMN 2.0.2, cancelActivity and "
        "isInterrupting)."
    )
    payload_schema: Json | None = resolved(
        _payload_schema,
        "The JSON Schema (2020-12) its payload must satisfy; null where the model declares none.",
    )
    due_at: datetime | None = strawberry.field(description="When a timer triggers itself; null for other events.")
    waiting_since: datetime = strawberry.field(description="When it began to wait.")
    viewer_can_trigger: bool = resolved(
        _viewer_can_trigger,
        "Whether the caller may trigger it: permission `events:trigger`, and the lane.",
    )
    process_model: LazyProcessModel = resolved(_process_model, "The version of the process model its instance runs on.")
    process_instance: LazyProcessInstance = resolved(_process_instance, "The process instance that waits.")
    correlation: LazyCorrelation = resolved(_correlation, "The business case its process instance belongs to.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, events.WaitingEvent)
