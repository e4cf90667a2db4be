"""The type EventTrigger, which describes ``bpmn_events.domain.events.EventTrigger``."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.large_values import charged_json
from bpmn_events.web.gql.data.loaders import AwaitableOrValue
from bpmn_events.web.gql.schema.enums import EventType, TriggerSource
from bpmn_events.web.gql.schema.fields import resolver_field
from bpmn_events.web.gql.schema.scalars import Json
from bpmn_events.web.gql.schema.types.lazy import LazyCorrelation, LazyProcessInstance, LazyProcessModel
from bpmn_events.web.gql.schema.types.node import Node


def _payload(parent: Parent[events.EventTrigger], info: Info) -> object:
    return charged_json(info.context.budget, parent.payload)


def _process_model(parent: Parent[events.EventTrigger], info: Info) -> AwaitableOrValue[processes.ProcessModel]:
    return info.context.loaders.models.get(parent.process_model_id)


def _process_instance(parent: Parent[events.EventTrigger], info: Info) -> AwaitableOrValue[processes.ProcessInstance]:
    return info.context.loaders.instances.get(parent.process_instance_id)


def _correlation(parent: Parent[events.EventTrigger], info: Info) -> AwaitableOrValue[processes.Correlation]:
    return info.context.loaders.correlations.get(parent.correlation_id)


@strawberry.type(description="The record of a triggered event: the caller, the time, the payload and the source.")
class EventTrigger(Node):
    event_id: strawberry.ID = strawberry.field(description="The `id` of the waiting event that was triggered.")
    element_id: str = strawberry.field(description="BPMN element id at which the event waited.")
    event_type: EventType = strawberry.field(description="Type of the event.")
    event_name: str | None = strawberry.field(
        description="Name of the message or signal; null for other types of event, or if the model has no name for it."
    )
    source: TriggerSource = strawberry.field(description="Origin of the trigger.")
    payload: Json | None = resolver_field(_payload, "Payload of the trigger; null if it had none.")
    triggered_at: datetime = strawberry.field(description="Instant of the trigger.")
    triggered_by: str = strawberry.field(
        description="Subject of the caller's token, or `system` if the server itself triggered the event."
    )
    idempotency_key: str | None = strawberry.field(description="Idempotency key of the request; null if it had none.")
    process_model: LazyProcessModel = resolver_field(
        _process_model, "The version of the process model that the instance runs on."
    )
    process_instance: LazyProcessInstance = resolver_field(
        _process_instance, "The process instance of the event, in its current state."
    )
    correlation: LazyCorrelation = resolver_field(_correlation, "The correlation of the process instance.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, events.EventTrigger)
