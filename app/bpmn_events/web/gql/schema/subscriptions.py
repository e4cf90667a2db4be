"""The subscription root."""
# ruff: noqa: UP007  a union of ten members reads better in the long form

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypeAlias, Union

import strawberry

from bpmn_events.application.changes.subscriptions import Watched
from bpmn_events.application.changes.topic import TopicKind
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.web.changes_cursors import decode_changes_cursor
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.arguments import none_if_unset
from bpmn_events.web.gql.schema.inputs import WaitingEventFilterInput, waiting_event_filter
from bpmn_events.web.gql.schema.source_stream import SourceStream
from bpmn_events.web.gql.schema.typed_errors import errors_as_data
from bpmn_events.web.gql.schema.types.changes import (
    ChangesExpiredError,
    EventTriggerAdded,
    OpenTaskAdded,
    OpenTaskRemoved,
    WaitingEventAdded,
    WaitingEventRemoved,
)
from bpmn_events.web.gql.schema.types.errors import (
    CorrelationNotFoundError,
    EngineUnavailableError,
    ForbiddenError,
    ProcessModelNotFoundError,
    UnauthorizedError,
)

P = ParamSpec("P")

WaitingEventChange: TypeAlias = Annotated[
    Union[
        WaitingEventAdded,
        WaitingEventRemoved,
        ChangesExpiredError,
        UnauthorizedError,
        ForbiddenError,
        ProcessModelNotFoundError,
        CorrelationNotFoundError,
        EngineUnavailableError,
    ],
    strawberry.union(
        "WaitingEventChange", description="A change of what waits, or a typed error, which ends the subscription."
    ),
]
EventTriggerChange: TypeAlias = Annotated[
    EventTriggerAdded | ChangesExpiredError | UnauthorizedError | ForbiddenError | EngineUnavailableError,
    strawberry.union(
        "EventTriggerChange", description="A new event trigger, or a typed error, which ends the subscription."
    ),
]
OpenTaskChange: TypeAlias = Annotated[
    Union[
        OpenTaskAdded,
        OpenTaskRemoved,
        ChangesExpiredError,
        UnauthorizedError,
        ForbiddenError,
        EngineUnavailableError,
    ],
    strawberry.union(
        "OpenTaskChange", description="A change of the open tasks, or a typed error, which ends the subscription."
    ),
]

After: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="Begin after this cursor: that of a change, or the `changesCursor` of a list. Null begins with the "
        "next change."
    ),
]
_PERMISSION = "Requires the permission `events:read`."


def _watches(union: Any, description: str) -> Callable[[Callable[Concatenate[Any, Info, P], Awaitable[Watched]]], Any]:
    """Return a decorator that makes a function a field that begins a stream with what the function returns."""

    def decorate(watch: Callable[Concatenate[Any, Info, P], Awaitable[Watched]]) -> Any:
        checked = errors_as_data(union)(watch)

        @wraps(watch)
        async def subscribe(self: Any, info: Info, *args: P.args, **kwargs: P.kwargs) -> SourceStream:
            return SourceStream(await checked(self, info, *args, **kwargs), info.context.services.subscriptions)

        return strawberry.subscription(graphql_type=union, description=description)(subscribe)

    return decorate


@strawberry.type(description="The root of all subscriptions.")
class Subscription:
    @_watches(
        WaitingEventChange, f"The changes of the waiting events in the caller's lanes, in their order. {_PERMISSION}"
    )
    async def waiting_event_changes(
        self,
        info: Info,
        filter: Annotated[
            WaitingEventFilterInput | None,
            strawberry.argument(
                description="Conditions on the events. A process model or correlation that does not exist results in a "
                "typed error."
            ),
        ] = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> Watched:
        return await _watch(info, TopicKind.WAITING_EVENTS, waiting_event_filter(filter), after)

    @_watches(EventTriggerChange, f"The new event triggers in the caller's lanes, in their order. {_PERMISSION}")
    async def event_trigger_changes(
        self,
        info: Info,
        process_model_key: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Deliver triggers in this process model, any version."),
        ] = strawberry.UNSET,
        correlation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Deliver triggers in this correlation.")
        ] = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> Watched:
        filter = _filter(process_model_key, correlation_id)
        return await _watch(info, TopicKind.EVENT_TRIGGERS, filter, after, check_filter=False)

    @_watches(OpenTaskChange, f"The changes of the open tasks in the caller's lanes, in their order. {_PERMISSION}")
    async def open_task_changes(
        self,
        info: Info,
        process_model_key: Annotated[
            strawberry.ID | None, strawberry.argument(description="Deliver tasks in this process model, any version.")
        ] = strawberry.UNSET,
        correlation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Deliver tasks in this correlation.")
        ] = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> Watched:
        filter = _filter(process_model_key, correlation_id)
        return await _watch(info, TopicKind.OPEN_TASKS, filter, after, check_filter=False)


async def _watch(
    info: Info, kind: TopicKind, filter: WaitingEventFilter, after: str | None, *, check_filter: bool = True
) -> Watched:
    text = none_if_unset(after)
    cursor = None if text is None else decode_changes_cursor(text)
    context = info.context
    return await context.services.subscriptions.check(
        context.principal, kind, filter, cursor, check_filter=check_filter
    )


def _filter(process_model_key: str | None, correlation_id: str | None) -> WaitingEventFilter:
    key, correlation = none_if_unset(process_model_key), none_if_unset(correlation_id)
    return WaitingEventFilter(
        process_model_keys=None if key is None else (key,),
        correlation_ids=None if correlation is None else (correlation,),
    )
