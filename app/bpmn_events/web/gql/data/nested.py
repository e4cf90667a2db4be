"""The lists inside other objects: one statement for all parents of an operation, and the same lanes.

The permission for each is declared with its field.
"""

from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.tasks import OpenTask
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.arguments import forward_page
from bpmn_events.web.gql.data.connections import (
    EVENT_TRIGGERS,
    NESTED_ORDER,
    NESTED_WAITING_EVENTS,
    OPEN_TASKS,
    PROCESS_INSTANCES,
    ConnectionPage,
)

_EVERYTHING = WaitingEventFilter()


async def waiting_events_of(
    info: Info,
    parent: str,
    parent_id: str,
    first: int | None,
    after: str | None,
    filter: WaitingEventFilter = _EVERYTHING,
) -> ConnectionPage[WaitingEvent]:
    """What waits in one parent, longest waiting first.

    Raises:
        InvalidArgument.
    """
    connection_type = NESTED_WAITING_EVENTS
    query = WaitingEventQuery(forward_page(connection_type.name, first, after), filter, NESTED_ORDER)
    loaders = info.context.loaders
    page = await loaders.waiting_events[parent].of(parent_id, query)
    await loaders.prefetch(page.items, info.context.fields)
    return ConnectionPage(connection_type, page, lambda: loaders.waiting_event_counts[parent].of(parent_id, filter))


async def triggers_of(
    info: Info, instance_id: str, first: int | None, after: str | None
) -> ConnectionPage[EventTrigger]:
    """What was triggered in one process instance, newest first.

    Raises:
        InvalidArgument.
    """
    request = forward_page(EVENT_TRIGGERS.name, first, after)
    loaders = info.context.loaders
    page = await loaders.triggers.of(instance_id, request)
    await loaders.prefetch(page.items, info.context.fields)
    return ConnectionPage(EVENT_TRIGGERS, page, lambda: loaders.trigger_counts.of(instance_id, None))


async def open_tasks_of(info: Info, instance_id: str, first: int | None, after: str | None) -> ConnectionPage[OpenTask]:
    """What is open in one process instance, longest open first.

    Raises:
        InvalidArgument.
    """
    request = forward_page(OPEN_TASKS.name, first, after)
    loaders = info.context.loaders
    page = await loaders.open_tasks.of(instance_id, request)
    await loaders.prefetch(page.items, info.context.fields)
    return ConnectionPage(OPEN_TASKS, page, lambda: loaders.open_task_counts.of(instance_id, None))


async def instances_of(
    info: Info, correlation_id: str, first: int | None, after: str | None
) -> ConnectionPage[ProcessInstance]:
    """The process instances of one correlation, oldest first.

    Raises:
        InvalidArgument.
    """
    request = forward_page(PROCESS_INSTANCES.name, first, after)
    loaders = info.context.loaders
    page = await loaders.correlation_instances.of(correlation_id, request)
    return ConnectionPage(PROCESS_INSTANCES, page, lambda: loaders.correlation_instance_counts.of(correlation_id, None))
