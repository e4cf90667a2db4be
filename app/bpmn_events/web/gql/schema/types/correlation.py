"""The correlation. Describes ``bpmn_events.domain.processes.Correlation``."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.connections import NESTED_WAITING_EVENTS, PROCESS_INSTANCES, ConnectionPage
from bpmn_events.web.gql.data.loaders import CORRELATION
from bpmn_events.web.gql.data.nested import instances_of, waiting_events_of
from bpmn_events.web.gql.schema.arguments import After, First
from bpmn_events.web.gql.schema.fields import resolved
from bpmn_events.web.gql.schema.types.connections import ProcessInstanceConnection, WaitingEventConnection


async def _process_instances(
    parent: Parent[processes.Correlation],
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
) -> ConnectionPage[processes.ProcessInstance]:
    return await instances_of(info, parent.id, first, after)


async def _waiting_events(
    parent: Parent[processes.Correlation],
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
) -> ConnectionPage[events.WaitingEvent]:
    return await waiting_events_of(info, CORRELATION, parent.id, first, after)


@strawberry.type(description="The business case that groups process instances; called processes share their caller's.")
class Correlation:
    id: strawberry.ID = strawberry.field(
        description="Chosen by whoever started its first process instance, or by the server; unique among correlations."
    )
    started_at: datetime = strawberry.field(description="When its first process instance was started.")
    process_instances: ProcessInstanceConnection = resolved(
        _process_instances,
        "Its process instances, oldest first, ended ones included. Needs the permission `processes:read`.",
        permission=Permission.PROCESSES_READ,
        list_name=PROCESS_INSTANCES.name,
    )
    waiting_events: WaitingEventConnection = resolved(
        _waiting_events,
        "What waits in its process instances, longest waiting first. Needs the permission `events:read`.",
        permission=Permission.EVENTS_READ,
        list_name=NESTED_WAITING_EVENTS.name,
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, processes.Correlation)
