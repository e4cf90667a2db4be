"""The types of changes. Each describes a value of ``bpmn_events.web.gql.data.changes``."""

from enum import StrEnum
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import errors, events
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data import changes as values
from bpmn_events.web.gql.data.loaders import AwaitableOrValue
from bpmn_events.web.gql.schema.fields import resolver_field
from bpmn_events.web.gql.schema.types.errors import TypedError
from bpmn_events.web.gql.schema.types.lazy import LazyEventTrigger, LazyOpenTask, LazyWaitingEvent
from bpmn_events.web.gql.strawberry_bridge import register_enum

CURSOR = "Cursor after this change, for the argument `after`: a subscription after it continues with the next change."


class WaitingEventRemovalReason(StrEnum):
    """Why an event no longer waits."""

    TRIGGERED = "TRIGGERED"
    CANCELLED = "CANCELLED"


register_enum(
    WaitingEventRemovalReason,
    "Why an event no longer waits.",
    {
        WaitingEventRemovalReason.TRIGGERED: "It was triggered.",
        WaitingEventRemovalReason.CANCELLED: "The process no longer waits for it.",
    },
)


def _reason(parent: Parent[values.RemovedEvent]) -> WaitingEventRemovalReason:
    is_cancelled = parent.trigger_id is None
    return WaitingEventRemovalReason.CANCELLED if is_cancelled else WaitingEventRemovalReason.TRIGGERED


def _trigger_of_removed(
    parent: Parent[values.RemovedEvent], info: Info
) -> AwaitableOrValue[events.EventTrigger] | None:
    return None if parent.trigger_id is None else info.context.loaders.event_triggers.get(parent.trigger_id)


def _trigger(parent: Parent[values.AddedTrigger], info: Info) -> AwaitableOrValue[events.EventTrigger]:
    return info.context.loaders.event_triggers.get(parent.trigger_id)


@strawberry.type(description="An event began to wait.")
class WaitingEventAdded:
    event: LazyWaitingEvent = strawberry.field(
        description="The event as it was then, even if it no longer waits. What is nested in it is current."
    )
    cursor: str = strawberry.field(description=CURSOR)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, values.AddedEvent)


@strawberry.type(description="An event no longer waits.")
class WaitingEventRemoved:
    event_id: strawberry.ID = strawberry.field(description="The event's `id`.")
    reason: WaitingEventRemovalReason = resolver_field(_reason, "Why it no longer waits.")
    trigger: LazyEventTrigger | None = resolver_field(
        _trigger_of_removed, "The trigger; null if the event was cancelled."
    )
    cursor: str = strawberry.field(description=CURSOR)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, values.RemovedEvent)


@strawberry.type(description="An event was triggered.")
class EventTriggerAdded:
    trigger: LazyEventTrigger = resolver_field(_trigger, "The trigger.")
    cursor: str = strawberry.field(description=CURSOR)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, values.AddedTrigger)


@strawberry.type(description="A task was opened.")
class OpenTaskAdded:
    task: LazyOpenTask = strawberry.field(
        description="The task as it was then, even if it is no longer open. What is nested in it is current."
    )
    cursor: str = strawberry.field(description=CURSOR)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, values.AddedTask)


@strawberry.type(description="A task is no longer open: it was finished or cancelled.")
class OpenTaskRemoved:
    task_id: strawberry.ID = strawberry.field(description="The task's `id`.")
    cursor: str = strawberry.field(description=CURSOR)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, values.RemovedTask)


@strawberry.type(
    description="The server no longer has the changes after the cursor. List again, and subscribe after the "
    "`changesCursor` of the new list."
)
class ChangesExpiredError(TypedError):
    describes = errors.ChangesExpired
