"""The query root."""

from functools import partial
from typing import Annotated

import strawberry

from bpmn_events.application.queries.count_waiting_events import Groups
from bpmn_events.application.queries.find_node import NodeObject
from bpmn_events.domain import events, processes
from bpmn_events.domain.errors import Unauthorized
from bpmn_events.domain.filters import TriggerFilter, WaitingEventQuery
from bpmn_events.domain.pages import DEFAULT_PAGE
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.retries import PendingRetry
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.arguments import forward_page_request, none_if_unset, page_request, with_changes_cursor
from bpmn_events.web.gql.data.connections import (
    EVENT_TRIGGERS,
    PROCESS_MODELS,
    RETRIES,
    WAITING_EVENTS,
    ConnectionPage,
)
from bpmn_events.web.gql.schema.arguments import After, Before, First, Last, is_provided
from bpmn_events.web.gql.schema.enums import Grouping, RetryKind, WaitingEventOrder
from bpmn_events.web.gql.schema.fields import root_field, union_field
from bpmn_events.web.gql.schema.inputs import WaitingEventFilterInput, waiting_event_filter
from bpmn_events.web.gql.schema.tasks import TaskQueries
from bpmn_events.web.gql.schema.types.node import Node
from bpmn_events.web.gql.schema.types.statistics import Statistics
from bpmn_events.web.gql.schema.unions import (
    CorrelationResult,
    EventTriggersResult,
    ProcessModelResult,
    ProcessModelsResult,
    RetriesResult,
    ViewerResult,
    WaitingEventResult,
    WaitingEventsResult,
    WaitingEventStatsResult,
)

# The totals are counted only if the document selects one of these fields.
_TOTALS = frozenset({"totalCount", "oldestWaitingSince"})


@strawberry.type(description="The root of all queries.")
class Query(TaskQueries):
    @union_field(ViewerResult, "The caller, with its permissions and lanes.")
    async def viewer(self, info: Info) -> Principal:
        if info.context.principal is None:
            raise Unauthorized
        return info.context.principal

    @union_field(
        WaitingEventsResult,
        "The waiting events in the caller's lanes. Requires the permission `events:read`.",
    )
    async def waiting_events(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        filter: Annotated[
            WaitingEventFilterInput | None,
            strawberry.argument(
                description="Conditions on the events. A process model or correlation that does not exist results in a "
                "typed error."
            ),
        ] = strawberry.UNSET,
        order_by: Annotated[
            WaitingEventOrder | None,
            strawberry.argument(description="Sort order. Null means WAITING_SINCE_ASC."),
        ] = WaitingEventOrder.WAITING_SINCE_ASC,
    ) -> ConnectionPage[events.WaitingEvent]:
        context = info.context
        list_events = context.services.list_waiting_events
        order = order_by or WaitingEventOrder.WAITING_SINCE_ASC
        connection_type = WAITING_EVENTS[order]
        event_filter = waiting_event_filter(filter)
        first = first if is_provided(info, "first") else None
        request = with_changes_cursor(page_request(connection_type.name, first, after, last, before), context.fields)
        page = await list_events(context.principal, WaitingEventQuery(request, event_filter, order))
        await context.loaders.prefetch(page.items, context.fields)
        return ConnectionPage(connection_type, page, partial(list_events.count, context.principal, event_filter))

    @union_field(
        WaitingEventStatsResult,
        "Counts of the waiting events in the caller's lanes, in total and in groups, for tiles and charts. Unlike a "
        "list, it takes longer the more events match. Requires the permission `events:read`.",
    )
    async def waiting_event_stats(
        self,
        info: Info,
        filter: Annotated[
            WaitingEventFilterInput | None,
            strawberry.argument(
                description="Conditions on the events to count. A process model or correlation that does not exist "
                "results in a typed error."
            ),
        ] = strawberry.UNSET,
        group_by: Annotated[
            list[Grouping],
            strawberry.argument(description="Properties to group by. Events of one group have the same value in each."),
        ] = [],  # noqa: B006
    ) -> Statistics:
        context = info.context
        count = context.services.count_waiting_events
        event_filter = waiting_event_filter(filter)
        await count.check_filter(context.principal, event_filter)
        total = await count.count_total(context.principal, event_filter) if _TOTALS & context.fields else None
        if group_by:
            groups = await count.count_groups(context.principal, event_filter, group_by)
        else:
            groups = Groups((), truncated=False)
        return Statistics(total, groups)

    @union_field(
        WaitingEventResult,
        "One waiting event, or an EventNotFoundError with the reason why it is not waiting. Requires the permission "
        "`events:read`.",
    )
    async def waiting_event(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The event's `id`.")]
    ) -> events.WaitingEvent:
        return await info.context.services.find_waiting_event(info.context.principal, id)

    @union_field(
        ProcessModelsResult,
        "The deployed process models, ordered by key, each in its latest version. Requires the permission "
        "`processes:read`.",
    )
    async def process_models(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = strawberry.UNSET
    ) -> ConnectionPage[processes.ProcessModel]:
        context = info.context
        list_models = context.services.list_process_models
        page = await list_models(context.principal, forward_page_request(PROCESS_MODELS.name, first, after))
        return ConnectionPage(PROCESS_MODELS, page, partial(list_models.count, context.principal))

    @union_field(ProcessModelResult, "The latest version of a process model. Requires the permission `processes:read`.")
    async def process_model(
        self, info: Info, key: Annotated[strawberry.ID, strawberry.argument(description="The BPMN process id.")]
    ) -> processes.ProcessModel:
        return await info.context.services.find_process_model(info.context.principal, key)

    @union_field(CorrelationResult, "One correlation. Requires the permission `processes:read`.")
    async def correlation(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The correlation id.")]
    ) -> processes.Correlation:
        return await info.context.services.find_correlation(info.context.principal, id)

    @union_field(
        EventTriggersResult,
        "The event triggers in the caller's lanes, newest first. Requires the permission `events:read`.",
    )
    async def event_triggers(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = strawberry.UNSET,
        process_model_key: Annotated[
            strawberry.ID | None, strawberry.argument(description="Return triggers in this process model, any version.")
        ] = strawberry.UNSET,
        correlation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Return triggers in this correlation.")
        ] = strawberry.UNSET,
        event_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Return the trigger of the event with this `id`.")
        ] = strawberry.UNSET,
    ) -> ConnectionPage[events.EventTrigger]:
        context = info.context
        list_triggers = context.services.list_event_triggers
        filter = TriggerFilter(none_if_unset(process_model_key), none_if_unset(correlation_id), none_if_unset(event_id))
        request = with_changes_cursor(forward_page_request(EVENT_TRIGGERS.name, first, after), context.fields)
        page = await list_triggers(context.principal, filter, request)
        await context.loaders.prefetch(page.items, context.fields)
        return ConnectionPage(EVENT_TRIGGERS, page, partial(list_triggers.count, context.principal, filter))

    @union_field(
        RetriesResult,
        "The timers, messages and signals that failed because a process could not continue, and that the server tries "
        "again, in the caller's lanes. Requires the permission `events:read`, and `processes:read` for messages and "
        "signals.",
    )
    async def retries(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = strawberry.UNSET,
        kinds: Annotated[
            list[RetryKind] | None,
            strawberry.argument(
                description="Return these kinds. Null means all kinds for which the caller has the permission."
            ),
        ] = strawberry.UNSET,
    ) -> ConnectionPage[PendingRetry]:
        context = info.context
        list_retries = context.services.list_retries
        chosen = none_if_unset(kinds)
        page = await list_retries(context.principal, chosen, forward_page_request(RETRIES.name, first, after))
        waiting = [item.event for item in page.items if item.event is not None]
        await context.loaders.prefetch(waiting, context.fields)
        return ConnectionPage(RETRIES, page, partial(list_retries.count, context.principal, chosen))

    @root_field(Node | None, "The object with this id; null if it does not exist or the caller may not see it.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The object's `id`.")]
    ) -> NodeObject | None:
        return await info.context.services.find_node(info.context.principal, id)
