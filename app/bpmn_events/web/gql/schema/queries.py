"""The query root."""

from functools import partial
from typing import Annotated

import strawberry

from bpmn_events.application.queries.count_waiting_events import Groups
from bpmn_events.application.queries.find_node import Node as AnyNode
from bpmn_events.domain import events, processes
from bpmn_events.domain.errors import Unauthorized
from bpmn_events.domain.filters import TriggerFilter, WaitingEventQuery
from bpmn_events.domain.pages import DEFAULT_PAGE
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.arguments import forward_page, given, page
from bpmn_events.web.gql.data.connections import EVENT_TRIGGERS, PROCESS_MODELS, WAITING_EVENTS, ConnectionPage
from bpmn_events.web.gql.schema.arguments import After, Before, First, Last, is_given
from bpmn_events.web.gql.schema.enums import Grouping, WaitingEventOrder
from bpmn_events.web.gql.schema.fields import result, root
from bpmn_events.web.gql.schema.inputs import WaitingEventFilterInput, filter_of
from bpmn_events.web.gql.schema.tasks import TaskQueries
from bpmn_events.web.gql.schema.types.node import Node
from bpmn_events.web.gql.schema.types.statistics import Statistics
from bpmn_events.web.gql.schema.unions import (
    CorrelationResult,
    EventTriggersResult,
    ProcessModelResult,
    ProcessModelsResult,
    ViewerResult,
    WaitingEventResult,
    WaitingEventsResult,
    WaitingEventStatsResult,
)

# What of the statistics is asked for is told by the names of the document's fields.
_TOTALS = frozenset({"totalCount", "oldestWaitingSince"})


@strawberry.type(description="Everything that can be asked.")
class Query(TaskQueries):
    @result(ViewerResult, "Who the caller is, and what it may do.")
    async def viewer(self, info: Info) -> Principal:
        if info.context.principal is None:
            raise Unauthorized
        return info.context.principal

    @result(
        WaitingEventsResult,
        "Everything that waits, as the caller may see it: only its lanes, in the list and in its count. "
        "Needs the permission `events:read`.",
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
                description="Which ones. A process model or correlation in it that does not exist is an error."
            ),
        ] = strawberry.UNSET,
        order_by: Annotated[
            WaitingEventOrder | None,
            strawberry.argument(description="In which order; null stands for WAITING_SINCE_ASC."),
        ] = WaitingEventOrder.WAITING_SINCE_ASC,
    ) -> ConnectionPage[events.WaitingEvent]:
        context = info.context
        list_events = context.services.list_waiting_events
        order = order_by or WaitingEventOrder.WAITING_SINCE_ASC
        connection_type = WAITING_EVENTS[order]
        wanted = filter_of(filter)
        request = page(connection_type.name, first if is_given(info, "first") else None, after, last, before)
        found = await list_events(context.principal, WaitingEventQuery(request, wanted, order))
        await context.loaders.prefetch(found.items, context.fields)
        return ConnectionPage(connection_type, found, partial(list_events.count, context.principal, wanted))

    @result(
        WaitingEventStatsResult,
        "How much waits, and since when, as a whole and in groups: for tiles and charts. It counts what matches, so it "
        "takes longer the more that is; lists do not. Needs the permission `events:read`.",
    )
    async def waiting_event_stats(
        self,
        info: Info,
        filter: Annotated[
            WaitingEventFilterInput | None,
            strawberry.argument(
                description="What to count. A process model or correlation in it that does not exist is an error."
            ),
        ] = strawberry.UNSET,
        group_by: Annotated[
            list[Grouping],
            strawberry.argument(description="What the events of one group have in common: all of these."),
        ] = [],  # noqa: B006
    ) -> Statistics:
        context = info.context
        count = context.services.count_waiting_events
        wanted = filter_of(filter)
        await count.check(context.principal, wanted)
        total = await count.total(context.principal, wanted) if _TOTALS & context.fields else None
        groups = await count.grouped(context.principal, wanted, group_by) if group_by else Groups((), truncated=False)
        return Statistics(total, groups)

    @result(
        WaitingEventResult, "One waiting event; if it no longer waits, the reason. Needs the permission `events:read`."
    )
    async def waiting_event(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The `id` of the event.")]
    ) -> events.WaitingEvent:
        return await info.context.services.find_waiting_event(info.context.principal, id)

    @result(
        ProcessModelsResult,
        "The deployed process models by key, each in its latest version. Needs the permission `processes:read`.",
    )
    async def process_models(
        self, info: Info, first: First = DEFAULT_PAGE, after: After = strawberry.UNSET
    ) -> ConnectionPage[processes.ProcessModel]:
        context = info.context
        list_models = context.services.list_process_models
        found = await list_models(context.principal, forward_page(PROCESS_MODELS.name, first, after))
        return ConnectionPage(PROCESS_MODELS, found, partial(list_models.count, context.principal))

    @result(ProcessModelResult, "The latest version of a process model. Needs the permission `processes:read`.")
    async def process_model(
        self, info: Info, key: Annotated[strawberry.ID, strawberry.argument(description="The BPMN process id.")]
    ) -> processes.ProcessModel:
        return await info.context.services.find_process_model(info.context.principal, key)

    @result(CorrelationResult, "A correlation with its process instances. Needs the permission `processes:read`.")
    async def correlation(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The correlation id.")]
    ) -> processes.Correlation:
        return await info.context.services.find_correlation(info.context.principal, id)

    @result(
        EventTriggersResult,
        "The history: what was triggered by whom, newest first, in the caller's lanes. Needs the "
        "permission `events:read`.",
    )
    async def event_triggers(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = strawberry.UNSET,
        process_model_key: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only in this process model, any version.")
        ] = strawberry.UNSET,
        correlation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only in this correlation.")
        ] = strawberry.UNSET,
        event_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only of the waiting event with this `id`.")
        ] = strawberry.UNSET,
    ) -> ConnectionPage[events.EventTrigger]:
        context = info.context
        list_triggers = context.services.list_event_triggers
        wanted = TriggerFilter(given(process_model_key), given(correlation_id), given(event_id))
        found = await list_triggers(context.principal, wanted, forward_page(EVENT_TRIGGERS.name, first, after))
        await context.loaders.prefetch(found.items, context.fields)
        return ConnectionPage(EVENT_TRIGGERS, found, partial(list_triggers.count, context.principal, wanted))

    @root(Node | None, "Whatever has this id; null for what does not exist and for what the caller may not see.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The `id` of any object.")]
    ) -> AnyNode | None:
        return await info.context.services.find_node(info.context.principal, id)
