"""Pages of lists (Relay Cursor Connections specification). Each type describes a ``ConnectionPage``."""

from collections.abc import Awaitable
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import events, processes
from bpmn_events.web.gql.data.connections import ConnectionPage, is_connection_of
from bpmn_events.web.gql.schema.fields import resolved
from bpmn_events.web.gql.schema.types.lazy import (
    LazyEventTrigger,
    LazyProcessInstance,
    LazyProcessModel,
    LazyWaitingEvent,
)

CURSOR = "The place of this item in the list; opaque, and valid only for this kind and order of list."
NODE = "The item itself."
EDGES = "The items of this page, in list order, each with its cursor."
NODES = "The items of this page, in list order: the same as the edges, for when no cursor of its own is needed."


@strawberry.type(description="Where a page lies in its list (Relay Cursor Connections specification).")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more items follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether items precede this page.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the page's first item, to give as `before`; null for an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the page's last item, to give as `after`; null for an empty page."
    )


def _total_count(parent: Parent[ConnectionPage[Any]]) -> Awaitable[int]:
    return parent.count()


@strawberry.type
class Connection:
    page_info: PageInfo = strawberry.field(description="Where this page lies in the list.")
    total_count: int = resolved(
        _total_count, "How many items the whole list has at this moment, over all pages. Counted only when selected."
    )


@strawberry.type(description="A waiting event with its place in a list.")
class WaitingEventEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: LazyWaitingEvent = strawberry.field(description=NODE)


@strawberry.type(description="A page of waiting events, only those in the caller's lanes.")
class WaitingEventConnection(Connection):
    edges: list[WaitingEventEdge] = strawberry.field(description=EDGES)
    nodes: list[LazyWaitingEvent] = strawberry.field(description=NODES)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return is_connection_of(value, events.WaitingEvent)


@strawberry.type(description="An event trigger with its place in a list.")
class EventTriggerEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: LazyEventTrigger = strawberry.field(description=NODE)


@strawberry.type(description="A page of the history, newest first, only what happened in the caller's lanes.")
class EventTriggerConnection(Connection):
    edges: list[EventTriggerEdge] = strawberry.field(description=EDGES)
    nodes: list[LazyEventTrigger] = strawberry.field(description=NODES)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return is_connection_of(value, events.EventTrigger)


@strawberry.type(description="A process model with its place in a list.")
class ProcessModelEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: LazyProcessModel = strawberry.field(description=NODE)


@strawberry.type(description="A page of process models by key, each in its latest version.")
class ProcessModelConnection(Connection):
    edges: list[ProcessModelEdge] = strawberry.field(description=EDGES)
    nodes: list[LazyProcessModel] = strawberry.field(description=NODES)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return is_connection_of(value, processes.ProcessModel)


@strawberry.type(description="A process instance with its place in a list.")
class ProcessInstanceEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: LazyProcessInstance = strawberry.field(description=NODE)


@strawberry.type(description="A page of process instances, oldest first.")
class ProcessInstanceConnection(Connection):
    edges: list[ProcessInstanceEdge] = strawberry.field(description=EDGES)
    nodes: list[LazyProcessInstance] = strawberry.field(description=NODES)
