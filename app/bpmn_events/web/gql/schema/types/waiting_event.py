"""The type WaitingEvent, which describes ``bpmn_events.domain.events.WaitingEvent``."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes, retries
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.large_values import charged_json
from bpmn_events.web.gql.data.loaders import AwaitableOrValue
from bpmn_events.web.gql.schema.enums import ElementType, EventType
from bpmn_events.web.gql.schema.fields import resolver_field
from bpmn_events.web.gql.schema.scalars import Json
from bpmn_events.web.gql.schema.types.lazy import LazyCorrelation, LazyProcessInstance, LazyProcessModel
from bpmn_events.web.gql.schema.types.node import Node
from bpmn_events.web.gql.schema.types.retry import Retry


def _viewer_can_trigger(parent: Parent[events.WaitingEvent], info: Info) -> bool:
    principal = info.context.principal
    return principal is not None and principal.may(Permission.EVENTS_TRIGGER) and principal.sees(parent.lane)


def _payload_schema(parent: Parent[events.WaitingEvent], info: Info) -> AwaitableOrValue[object]:
    element_id, budget = parent.element_id, info.context.budget
    return info.context.loaders.models.map(
        parent.process_model_id, lambda model: charged_json(budget, model.catch_elements[element_id].payload_schema)
    )


def _process_model(parent: Parent[events.WaitingEvent], info: Info) -> AwaitableOrValue[processes.ProcessModel]:
    return info.context.loaders.models.get(parent.process_model_id)


def _process_instance(parent: Parent[events.WaitingEvent], info: Info) -> AwaitableOrValue[processes.ProcessInstance]:
    return info.context.loaders.instances.get(parent.process_instance_id)


def _correlation(parent: Parent[events.WaitingEvent], info: Info) -> AwaitableOrValue[processes.Correlation]:
    return info.context.loaders.correlations.get(parent.correlation_id)


def _retry(parent: Parent[events.WaitingEvent], info: Info) -> AwaitableOrValue[retries.Retry | None]:
    return None if parent.due_at is None else info.context.loaders.retries.get(parent.id)


@strawberry.type(
    description="One occurrence of a BPMN event that waits to be triggered, in one process instance. "
    "It disappears once it is triggered or cancelled."
)
class WaitingEvent(Node):
    element_id: str = strawberry.field(description="BPMN element id in the model.")
    element_type: ElementType = strawberry.field(
        description="Type of the BPMN element. Each event behind an event-based gateway is a separate waiting event of "
        "type EVENT_BASED_GATEWAY."
    )
    name: str | None = strawberry.field(description="Name of the BPMN element; null if it has none.")
    event_type: EventType = strawberry.field(description="Type of the event.")
    event_name: str | None = strawberry.field(
        description="Name of the message or signal; null for other types of event, or if the model has no name for it."
    )
    lane: str | None = strawberry.field(
        description="Name of the BPMN lane that a caller needs to see and trigger the event; null for an event outside "
        "any lane, for which no lane is needed."
    )
    interrupting: bool = strawberry.field(
        description="True if triggering the event cancels the activity it is attached to (BPMN 2.0.2, cancelActivity "
        "and isInterrupting)."
    )
    payload_schema: Json | None = resolver_field(
        _payload_schema,
        "JSON Schema that the payload must satisfy; null if the model declares none.",
    )
    due_at: datetime | None = strawberry.field(
        description="Instant at which a timer is due and triggers; null for other events."
    )
    retry: Retry | None = resolver_field(
        _retry,
        "The retry of a timer that is due, but whose process could not continue; null for all other events.",
    )
    waiting_since: datetime = strawberry.field(description="Instant at which the event began to wait.")
    viewer_can_trigger: bool = resolver_field(
        _viewer_can_trigger,
        "True if the caller may trigger the event, which requires the permission `events:trigger` and the lane.",
    )
    process_model: LazyProcessModel = resolver_field(
        _process_model, "The version of the process model that the instance runs on."
    )
    process_instance: LazyProcessInstance = resolver_field(_process_instance, "The process instance of the event.")
    correlation: LazyCorrelation = resolver_field(_correlation, "The correlation of the process instance.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, events.WaitingEvent)
