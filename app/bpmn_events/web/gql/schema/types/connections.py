"""The connection types (Relay Cursor Connections specification). Each describes a ``ConnectionPage``."""

from collections.abc import Awaitable
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes
from bpmn_events.web.changes_cursors import encode_changes_cursor
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.connections import ConnectionPage, is_connection_of
from bpmn_events.web.gql.data.loaders import AwaitableOrValue
from bpmn_events.web.gql.schema.fields import resolver_field
from bpmn_events.web.gql.schema.types.lazy import (
    LazyEventTrigger,
    LazyProcessInstance,
    LazyProcessModel,
    LazyWaitingEvent,
)

CURSOR = "Opaque position of the item in the list. It is valid only for this kind and order of list."
NODE = "The item."
EDGES = "The items of this page in list order, each with its cursor."
NODES = "The items of this page in list order, without their cursors."


@strawberry.type(description="Position of a page in its list (Relay Cursor Connections specification).")
class PageInfo:
    has_next_page: bool = strawberry.field(description="True if more items follow this page.")
    has_previous_page: bool = strawberry.field(description="True if items precede this page.")
    start_cursor: str | None = strawberry.field(
        description="Cursor of the first item, for the argument `before`; null for an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last item, for the argument `after`; null for an empty page."
    )


def _total_count(parent: Parent[ConnectionPage[Any]]) -> Awaitable[int]:
    return parent.count()


@strawberry.type
class Connection:
    page_info: PageInfo = strawberry.field(description="Position of this page in the list.")
    total_count: int = resolver_field(
        _total_count, "Current number of items in the list, over all pages. Counted only when selected."
    )


def _changes_cursor(parent: Parent[ConnectionPage[Any]], info: Info) -> AwaitableOrValue[str]:
    return parent.changes_cursor or _current_cursor(info)


async def _current_cursor(info: Info) -> str:
    """Return the cursor of now, for a page that was not read, because nothing can be on it."""
    return encode_changes_cursor(await info.context.services.subscriptions.end())


@strawberry.type
class LiveConnection(Connection):
    changes_cursor: str = resolver_field(
        _changes_cursor,
        "Cursor of the changes that this page has seen. A subscription after it misses none of the later ones. Of "
        "several pages, use the cursor of the first.",
    )


@strawberry.type(description="A waiting event with its cursor.")
class WaitingEventEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: LazyWaitingEvent = strawberry.field(description=NODE)


@strawberry.type(description="A page of the waiting events in the caller's lanes.")
class WaitingEventConnection(LiveConnection):
    edges: list[WaitingEventEdge] = strawberry.field(description=EDGES)
    nodes: list[LazyWaitingEvent] = strawberry.field(description=NODES)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return is_connection_of(value, events.WaitingEvent)


@strawberry.type(description="An event trigger with its cursor.")
class EventTriggerEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: LazyEventTrigger = strawberry.field(description=NODE)


@strawberry.type(description="A page of the event triggers in the caller's lanes, newest first.")
class EventTriggerConnection(LiveConnection):
    edges: list[EventTriggerEdge] = strawberry.field(description=EDGES)
    nodes: list[LazyEventTrigger] = strawberry.field(description=NODES)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return is_connection_of(value, events.EventTrigger)


@strawberry.type(description="A process model with its cursor.")
class ProcessModelEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: LazyProcessModel = strawberry.field(description=NODE)


@strawberry.type(description="A page of process models, ordered by key, each in its latest version.")
class ProcessModelConnection(Connection):
    edges: list[ProcessModelEdge] = strawberry.field(description=EDGES)
    nodes: list[LazyProcessModel] = strawberry.field(description=NODES)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return is_connection_of(value, processes.ProcessModel)


@strawberry.type(description="A process instance with its cursor.")
class ProcessInstanceEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: LazyProcessInstance = strawberry.field(description=NODE)


@strawberry.type(description="A page of process instances, oldest first.")
class ProcessInstanceConnection(Connection):
    edges: list[ProcessInstanceEdge] = strawberry.field(description=EDGES)
    nodes: list[LazyProcessInstance] = strawberry.field(description=NODES)
