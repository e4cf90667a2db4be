"""The record of a triggering. Describes ``bpmn_events.domain.events.EventTrigger``."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.loaders import Loaded
from bpmn_events.web.gql.schema.enums import EventType, TriggerSource
from bpmn_events.web.gql.schema.fields import resolved
from bpmn_events.web.gql.schema.scalars import Json
from bpmn_events.web.gql.schema.types.lazy import LazyCorrelation, LazyProcessInstance, LazyProcessModel
from bpmn_events.web.gql.schema.types.node import Node


def _process_model(parent: Parent[events.EventTrigger], info: Info) -> Loaded[processes.ProcessModel]:
    return info.context.loaders.models.get(parent.process_model_id)


def _process_instance(parent: Parent[events.EventTrigger], info: Info) -> Loaded[processes.ProcessInstance]:
    return info.context.loaders.instances.get(parent.process_instance_id)


def _correlation(parent: Parent[events.EventTrigger], info: Info) -> Loaded[processes.Correlation]:
    return info.context.loaders.correlations.get(parent.correlation_id)


@strawberry.type(description="The record that a waiting event was triggered: who, when, with what, from where.")
class EventTrigger(Node):
    event_id: strawberry.ID = strawberry.field(description="The `id` of the waiting event that was triggered.")
    element_id: str = strawberry.field(description="The BPMN element id it waited at.")
    event_type: EventType = strawberry.field(description="What kind of event it was.")
    event_name: str | None = strawberry.field(
        description="The name of the message or signal; null for other kinds of event, and where the model names none."
    )
    source: TriggerSource = strawberry.field(description="What triggered it.")
    payload: Json | None = strawberry.field(description="The payload it was triggered with; null if there was none.")
    triggered_at: datetime = strawberry.field(description="When it was triggered.")
    triggered_by: str = strawberry.field(
        description="The subject of the caller's token; `system` for what the server did by itself."
    )
    idempotency_key: str | None = strawberry.field(
        description="The idempotency key of the request; null if it had none."
    )
    process_model: LazyProcessModel = resolved(_process_model, "The version of the process model its instance runs on.")
    process_instance: LazyProcessInstance = resolved(
        _process_instance, "The process instance that waited, as it is now."
    )
    correlation: LazyCorrelation = resolved(_correlation, "The business case its process instance belongs to.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, events.EventTrigger)
