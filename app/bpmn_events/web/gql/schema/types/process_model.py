"""The type ProcessModel, which describes ``bpmn_events.domain.processes.ProcessModel``."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes, start_timers
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.connections import NESTED_WAITING_EVENTS, ConnectionPage
from bpmn_events.web.gql.data.large_values import charged_list, charged_text
from bpmn_events.web.gql.data.loaders import MODEL, AwaitableOrValue
from bpmn_events.web.gql.data.nested import waiting_events_of
from bpmn_events.web.gql.schema.arguments import After, First
from bpmn_events.web.gql.schema.fields import resolver_field
from bpmn_events.web.gql.schema.inputs import WaitingEventFilterInput, waiting_event_filter
from bpmn_events.web.gql.schema.types.connections import WaitingEventConnection
from bpmn_events.web.gql.schema.types.node import Node
from bpmn_events.web.gql.schema.types.start_event import StartEvent


def _bpmn_xml(parent: Parent[processes.ProcessModel], info: Info) -> AwaitableOrValue[str]:
    return info.context.loaders.bpmn_xml.map(parent.id, partial(charged_text, info.context.budget))


def _start_events(
    parent: Parent[processes.ProcessModel], info: Info
) -> AwaitableOrValue[Sequence[start_timers.StartEvent]]:
    return info.context.loaders.start_events.map(parent.id, partial(charged_list, info.context.budget))


async def _waiting_events(
    parent: Parent[processes.ProcessModel],
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    filter: Annotated[
        WaitingEventFilterInput | None, strawberry.argument(description="Conditions on the events.")
    ] = strawberry.UNSET,
) -> ConnectionPage[events.WaitingEvent]:
    return await waiting_events_of(info, MODEL, parent.key, first, after, waiting_event_filter(filter))


@strawberry.type(
    description="One version of a deployed BPMN process. A process instance stays on the version it was started with."
)
class ProcessModel(Node):
    key: strawberry.ID = strawberry.field(description="BPMN process id, which all versions share.")
    version: int = strawberry.field(
        description="Version number, counted from 1. Each deployment of a changed BPMN file adds a version."
    )
    name: str | None = strawberry.field(description="Name of the BPMN process; null if it has none.")
    deployed_at: datetime = strawberry.field(description="Instant at which this version was deployed.")
    bpmn_xml: str = resolver_field(
        _bpmn_xml,
        "The deployed BPMN 2.0 XML document. Without the permission `processes:read`, a GraphQL error with the code "
        "FORBIDDEN.",
        permission=Permission.PROCESSES_READ,
    )
    start_events: list[StartEvent] = resolver_field(
        _start_events,
        "The start events of this version in the caller's lanes, in the order of the BPMN document. Requires the "
        "permission `processes:read`.",
        permission=Permission.PROCESSES_READ,
    )
    waiting_events: WaitingEventConnection = resolver_field(
        _waiting_events,
        "Waiting events in the instances of this process model, all versions included, longest waiting first. "
        "Requires the permission `events:read`.",
        permission=Permission.EVENTS_READ,
        list_name=NESTED_WAITING_EVENTS.name,
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, processes.ProcessModel)
