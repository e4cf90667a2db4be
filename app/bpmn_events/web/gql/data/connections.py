"""The values behind the connection types: a page of rows with its cursors and its total count."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.filters import WaitingEventOrder, position_of
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.pages import Page, Position
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.retries import PendingRetry
from bpmn_events.domain.tasks import OpenTask
from bpmn_events.web.changes_cursors import encode_changes_cursor
from bpmn_events.web.gql.data.cursors import encode_cursor

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ConnectionType(Generic[T]):
    """A kind of list in one order.

    Attributes:
        node: The class of its items.
        name: Binds cursors to this kind and order of list.
        position: Returns the position of an item in the list.
    """

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
RETRIES = ConnectionType(PendingRetry, "retries", lambda item: Position(microseconds(item.retry.retry_at), item.id))
OPEN_TASKS = ConnectionType(OpenTask, "open_tasks", lambda task: Position(microseconds(task.open_since), task.id))


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """One item of a page, with its cursor."""

    node: T
    connection_type: ConnectionType[T]

    @property
    def cursor(self) -> str:
        return encode_cursor(self.connection_type.name, self.connection_type.position(self.node))


@dataclass(frozen=True, slots=True)
class ConnectionPage(Generic[T]):
    """One page of a list.

    Cursors and ``count`` are computed only when the document selects them: encoding takes time, and the count is a
    separate SQL statement.
    """

    connection_type: ConnectionType[T]
    page: Page[T]
    count: Callable[[], Awaitable[int]]

    @property
    def changes_cursor(self) -> str | None:
        return None if self.page.changes_cursor is None else encode_changes_cursor(self.page.changes_cursor)

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
    """The page info of a page: its end cursors, and whether pages precede or follow it."""

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
    """Return True if the value is a page of nodes of this class."""
    return isinstance(value, ConnectionPage) and value.connection_type.node is node
