"""The process model. Describes ``bpmn_events.domain.processes.ProcessModel``."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.connections import NESTED_WAITING_EVENTS, ConnectionPage
from bpmn_events.web.gql.data.loaders import MODEL, Loaded
from bpmn_events.web.gql.data.nested import waiting_events_of
from bpmn_events.web.gql.schema.arguments import After, First
from bpmn_events.web.gql.schema.fields import resolved
from bpmn_events.web.gql.schema.inputs import WaitingEventFilterInput, filter_of
from bpmn_events.web.gql.schema.types.connections import WaitingEventConnection
from bpmn_events.web.gql.schema.types.node import Node


def _bpmn_xml(parent: Parent[processes.ProcessModel], info: Info) -> Loaded[str]:
    return info.context.loaders.bpmn_xml.get(parent.id)


async def _waiting_events(
    parent: Parent[processes.ProcessModel],
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    filter: Annotated[
        WaitingEventFilterInput | None, strawberry.argument(description="Only what matches this as well.")
    ] = strawberry.UNSET,
) -> ConnectionPage[events.WaitingEvent]:
    return await waiting_events_of(info, MODEL, parent.key, first, after, filter_of(filter))


@strawberry.type(
    description="One version of a deployed BPMN process. Running process instances stay on the version they began with."
)
class ProcessModel(Node):
    key: strawberry.ID = strawberry.field(description="The BPMN process id, which all versions share.")
    version: int = strawberry.field(description="Counts from 1; each deployment of a changed BPMN file adds a version.")
    name: str | None = strawberry.field(description="The name of the BPMN process, as drawn; null if it has none.")
    deployed_at: datetime = strawberry.field(description="When this version was deployed.")
    bpmn_xml: str = resolved(
        _bpmn_xml,
        "The BPMN 2.0 XML it was deployed with. Without the permission `processes:read` a GraphQL error "
        "with the code FORBIDDEN.",
        permission=Permission.PROCESSES_READ,
    )
    waiting_events: WaitingEventConnection = resolved(
        _waiting_events,
        "What waits in the instances of this model, whatever their version, longest waiting first. Needs "
        "the permission `events:read`.",
        permission=Permission.EVENTS_READ,
        list_name=NESTED_WAITING_EVENTS.name,
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, processes.ProcessModel)
