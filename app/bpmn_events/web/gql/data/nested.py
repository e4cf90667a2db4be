"""Lists nested in other objects, restricted to the caller's lanes, in one statement for all parents of an operation.

The field declarations state the permission that each list needs.
"""

from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.tasks import OpenTask
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.arguments import forward_page_request, with_changes_cursor
from bpmn_events.web.gql.data.connections import (
    EVENT_TRIGGERS,
    NESTED_ORDER,
    NESTED_WAITING_EVENTS,
    OPEN_TASKS,
    PROCESS_INSTANCES,
    ConnectionPage,
)

_NO_FILTER = WaitingEventFilter()


async def waiting_events_of(
    info: Info,
    parent: str,
    parent_id: str,
    first: int | None,
    after: str | None,
    filter: WaitingEventFilter = _NO_FILTER,
) -> ConnectionPage[WaitingEvent]:
    """Return a page of the waiting events in one parent, longest waiting first.

    ``parent`` is the kind of parent: MODEL, INSTANCE or CORRELATION.

    Raises:
        InvalidArgument: ``first`` is out of range, or ``after`` is not a cursor of this list.
    """
    connection_type = NESTED_WAITING_EVENTS
    request = with_changes_cursor(forward_page_request(connection_type.name, first, after), info.context.fields)
    query = WaitingEventQuery(request, filter, NESTED_ORDER)
    loaders = info.context.loaders
    page = await loaders.waiting_events[parent].load(parent_id, query)
    await loaders.prefetch(page.items, info.context.fields)
    return ConnectionPage(connection_type, page, lambda: loaders.waiting_event_counts[parent].load(parent_id, filter))


async def triggers_of(
    info: Info, instance_id: str, first: int | None, after: str | None
) -> ConnectionPage[EventTrigger]:
    """Return a page of the event triggers in one process instance, newest first.

    Raises:
        InvalidArgument: ``first`` is out of range, or ``after`` is not a cursor of this list.
    """
    request = with_changes_cursor(forward_page_request(EVENT_TRIGGERS.name, first, after), info.context.fields)
    loaders = info.context.loaders
    page = await loaders.triggers.load(instance_id, request)
    await loaders.prefetch(page.items, info.context.fields)
    return ConnectionPage(EVENT_TRIGGERS, page, lambda: loaders.trigger_counts.load(instance_id, None))


async def open_tasks_of(info: Info, instance_id: str, first: int | None, after: str | None) -> ConnectionPage[OpenTask]:
    """Return a page of the open tasks in one process instance, longest open first.

    Raises:
        InvalidArgument: ``first`` is out of range, or ``after`` is not a cursor of this list.
    """
    request = with_changes_cursor(forward_page_request(OPEN_TASKS.name, first, after), info.context.fields)
    loaders = info.context.loaders
    page = await loaders.open_tasks.load(instance_id, request)
    await loaders.prefetch(page.items, info.context.fields)
    return ConnectionPage(OPEN_TASKS, page, lambda: loaders.open_task_counts.load(instance_id, None))


async def instances_of(
    info: Info, correlation_id: str, first: int | None, after: str | None
) -> ConnectionPage[ProcessInstance]:
    """Return a page of the process instances of one correlation, oldest first.

    Raises:
        InvalidArgument: ``first`` is out of range, or ``after`` is not a cursor of this list.
    """
    request = forward_page_request(PROCESS_INSTANCES.name, first, after)
    loaders = info.context.loaders
    page = await loaders.correlation_instances.load(correlation_id, request)
    return ConnectionPage(
        PROCESS_INSTANCES, page, lambda: loaders.correlation_instance_counts.load(correlation_id, None)
    )
