"""What the connection types read: a page of rows, with the cursors and the count that go with it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.filters import WaitingEventOrder, position_of
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.pages import Page, Position
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask
from bpmn_events.web.gql.data.cursors import encode_cursor

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ConnectionType(Generic[T]):
    """A kind of list: what is in it, the name its cursors are bound to, and where an item lies in it."""

    node: type[T]
    name: str
    position: Callable[[T], Position]


WAITING_EVENTS = {
    order: ConnectionType(WaitingEvent, f"waiting_events:{order}", partial(position_of, order=order))
    for order in WaitingEventOrder
}
NESTED_ORDER = WaitingEventOrder.WAITING_SINCE_ASC
NESTED_WAITING_EVENTS = WAITING_EVENTS[NESTED_ORDER]
EVENT_TRIGGERS = ConnectionType(
    EventTrigger, "event_triggers", lambda trigger: Position(microseconds(trigger.triggered_at), trigger.id)
)
PROCESS_MODELS = ConnectionType(ProcessModel, "process_models", lambda model: Position(None, model.key))
PROCESS_INSTANCES = ConnectionType(
    ProcessInstance, "process_instances", lambda instance: Position(microseconds(instance.started_at), instance.id)
)

OPEN_TASKS = ConnectionType(OpenTask, "open_tasks", lambda task: Position(microseconds(task.open_since), task.id))


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    node: T
    connection_type: ConnectionType[T]

    @property
    def cursor(self) -> str:
        return encode_cursor(self.connection_type.name, self.connection_type.position(self.node))


@dataclass(frozen=True, slots=True)
class ConnectionPage(Generic[T]):
    """Computes nothing before it is asked for: cursors take time, and ``count`` is a statement of its own."""

    connection_type: ConnectionType[T]
    page: Page[T]
    count: Callable[[], Awaitable[int]]

    @property
    def nodes(self) -> tuple[T, ...]:
        return self.page.items

    @property
    def edges(self) -> list[Edge[T]]:
        return [Edge(item, self.connection_type) for item in self.page.items]

    @property
    def page_info(self) -> "PageBounds":
        edges = [Edge(item, self.connection_type) for item in (*self.page.items[:1], *self.page.items[-1:])]
        return PageBounds(self.page, edges)


@dataclass(frozen=True, slots=True)
class PageBounds:
    page: Page[Any]
    edges: list[Edge[Any]]

    @property
    def has_next_page(self) -> bool:
        return self.page.has_next

    @property
    def has_previous_page(self) -> bool:
        return self.page.has_previous

    @property
    def start_cursor(self) -> str | None:
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        return self.edges[-1].cursor if self.edges else None


def is_connection_of(value: object, node: type) -> bool:
    """Whether the value is a listing of that kind of node."""
    return isinstance(value, ConnectionPage) and value.connection_type.node is node
