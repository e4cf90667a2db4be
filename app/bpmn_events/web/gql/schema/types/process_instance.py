"""The process instance. Describes ``bpmn_events.domain.processes.ProcessInstance``."""

from datetime import datetime
from typing import Any, Optional

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes, tasks
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.connections import EVENT_TRIGGERS, NESTED_WAITING_EVENTS, OPEN_TASKS, ConnectionPage
from bpmn_events.web.gql.data.loaders import INSTANCE, Loaded
from bpmn_events.web.gql.data.nested import open_tasks_of, triggers_of, waiting_events_of
from bpmn_events.web.gql.schema.arguments import After, First
from bpmn_events.web.gql.schema.enums import ProcessInstanceState
from bpmn_events.web.gql.schema.fields import resolved
from bpmn_events.web.gql.schema.scalars import Json
from bpmn_events.web.gql.schema.types.connections import EventTriggerConnection, WaitingEventConnection
from bpmn_events.web.gql.schema.types.lazy import LazyCorrelation, LazyProcessModel
from bpmn_events.web.gql.schema.types.node import Node
from bpmn_events.web.gql.schema.types.open_task import OpenTaskConnection


def _variables(parent: Parent[processes.ProcessInstance], info: Info) -> object:
    return parent.variables


def _parent(parent: Parent[processes.ProcessInstance], info: Info) -> Loaded[processes.ProcessInstance] | None:
    return None if parent.parent_id is None else info.context.loaders.instances.get(parent.parent_id)


def _process_model(parent: Parent[processes.ProcessInstance], info: Info) -> Loaded[processes.ProcessModel]:
    return info.context.loaders.models.get(parent.process_model_id)


def _correlation(parent: Parent[processes.ProcessInstance], info: Info) -> Loaded[processes.Correlation]:
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
    description="One run of a process model. A process that another one calls (BPMN 2.0.2, call activity) is an "
    "instance of its own."
)
class ProcessInstance(Node):
    state: ProcessInstanceState = strawberry.field(description="Whether it runs, and if not, how it ended.")
    started_at: datetime = strawberry.field(description="When it was started.")
    ended_at: datetime | None = strawberry.field(description="When it ended; null while it runs.")
    end_reason: str | None = strawberry.field(
        description="Why it failed or was terminated; null for other states, and where nobody gave a reason."
    )
    variables: Json = resolved(
        _variables,
        "The process variables, a JSON object. Without the permission `processes:read` a GraphQL error "
        "with the code FORBIDDEN.",
        permission=Permission.PROCESSES_READ,
    )
    parent: Optional["ProcessInstance"] = resolved(
        _parent, "The instance that called this one; null for one that was started by itself."
    )
    process_model: LazyProcessModel = resolved(_process_model, "The version of the process model it runs on.")
    correlation: LazyCorrelation = resolved(_correlation, "The business case it belongs to.")
    waiting_events: WaitingEventConnection = resolved(
        _waiting_events,
        "What waits in it, without what waits in the processes it called, longest waiting first. Needs the "
        "permission `events:read`.",
        permission=Permission.EVENTS_READ,
        list_name=NESTED_WAITING_EVENTS.name,
    )
    triggers: EventTriggerConnection = resolved(
        _triggers,
        "What was triggered in it, newest first. Needs the permission `events:read`.",
        permission=Permission.EVENTS_READ,
        list_name=EVENT_TRIGGERS.name,
    )
    open_tasks: OpenTaskConnection = resolved(
        _open_tasks,
        "The tasks in it that somebody outside has to finish, without those of the processes it called, longest open "
        "first. Needs the permission `events:read`.",
        permission=Permission.EVENTS_READ,
        list_name=OPEN_TASKS.name,
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, processes.ProcessInstance)
