"""The type ProcessInstance, which describes ``bpmn_events.domain.processes.ProcessInstance``."""

from datetime import datetime
from typing import Any, Optional

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes, tasks
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.connections import EVENT_TRIGGERS, NESTED_WAITING_EVENTS, OPEN_TASKS, ConnectionPage
from bpmn_events.web.gql.data.large_values import charged_json
from bpmn_events.web.gql.data.loaders import INSTANCE, AwaitableOrValue
from bpmn_events.web.gql.data.nested import open_tasks_of, triggers_of, waiting_events_of
from bpmn_events.web.gql.schema.arguments import After, First
from bpmn_events.web.gql.schema.enums import ProcessInstanceState
from bpmn_events.web.gql.schema.fields import resolver_field
from bpmn_events.web.gql.schema.scalars import Json
from bpmn_events.web.gql.schema.types.connections import EventTriggerConnection, WaitingEventConnection
from bpmn_events.web.gql.schema.types.lazy import LazyCorrelation, LazyProcessModel
from bpmn_events.web.gql.schema.types.node import Node
from bpmn_events.web.gql.schema.types.open_task import OpenTaskConnection


def _variables(parent: Parent[processes.ProcessInstance], info: Info) -> object:
    return charged_json(info.context.budget, parent.variables)


def _parent(
    parent: Parent[processes.ProcessInstance], info: Info
) -> AwaitableOrValue[processes.ProcessInstance] | None:
    return None if parent.parent_id is None else info.context.loaders.instances.get(parent.parent_id)


def _process_model(parent: Parent[processes.ProcessInstance], info: Info) -> AwaitableOrValue[processes.ProcessModel]:
    return info.context.loaders.models.get(parent.process_model_id)


def _correlation(parent: Parent[processes.ProcessInstance], info: Info) -> AwaitableOrValue[processes.Correlation]:
    return info.context.loaders.correlations.get(parent.correlation_id)


async def _waiting_events(
    parent: Parent[processes.ProcessInstance],
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
) -> ConnectionPage[events.WaitingEvent]:
    return await waiting_events_of(info, INSTANCE, parent.id, first, after)


async def _triggers(
    parent: Parent[processes.ProcessInstance],
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
) -> ConnectionPage[events.EventTrigger]:
    return await triggers_of(info, parent.id, first, after)


async def _open_tasks(
    parent: Parent[processes.ProcessInstance],
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
) -> ConnectionPage[tasks.OpenTask]:
    return await open_tasks_of(info, parent.id, first, after)


@strawberry.type(
    description="One run of a process model. A process called by a call activity (BPMN 2.0.2) is a separate instance."
)
class ProcessInstance(Node):
    state: ProcessInstanceState = strawberry.field(description="State of the instance.")
    started_at: datetime = strawberry.field(description="Instant at which the instance was started.")
    ended_at: datetime | None = strawberry.field(
        description="Instant at which the instance ended; null while it is running."
    )
    end_reason: str | None = strawberry.field(
        description="Reason of a failure or termination; null in other states, or if no reason was given."
    )
    variables: Json = resolver_field(
        _variables,
        "The process variables, a JSON object. Without the permission `processes:read`, a GraphQL error with the code "
        "FORBIDDEN.",
        permission=Permission.PROCESSES_READ,
    )
    parent: Optional["ProcessInstance"] = resolver_field(
        _parent, "The instance that called this one; null for a root instance, which no instance called."
    )
    process_model: LazyProcessModel = resolver_field(
        _process_model, "The version of the process model that the instance runs on."
    )
    correlation: LazyCorrelation = resolver_field(_correlation, "The correlation of the instance.")
    waiting_events: WaitingEventConnection = resolver_field(
        _waiting_events,
        "Waiting events in the instance, without those of instances it called, longest waiting first. Requires the "
        "permission `events:read`.",
        permission=Permission.EVENTS_READ,
        list_name=NESTED_WAITING_EVENTS.name,
    )
    triggers: EventTriggerConnection = resolver_field(
        _triggers,
        "Event triggers in the instance, newest first. Requires the permission `events:read`.",
        permission=Permission.EVENTS_READ,
        list_name=EVENT_TRIGGERS.name,
    )
    open_tasks: OpenTaskConnection = resolver_field(
        _open_tasks,
        "Open tasks in the instance, without those of instances it called, longest open first. Requires the permission "
        "`events:read`.",
        permission=Permission.EVENTS_READ,
        list_name=OPEN_TASKS.name,
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, processes.ProcessInstance)
