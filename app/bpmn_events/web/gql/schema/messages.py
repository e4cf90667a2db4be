"""Mutations that trigger receivers by the name of a message or signal."""
# ruff: noqa: UP007  a union of eight members reads better in the long form

from typing import Annotated, TypeAlias, TypeVar, Union

import strawberry

from bpmn_events.application.commands.trigger_by_name import TriggerByName, TriggerByNameOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Context, Info
from bpmn_events.web.gql.data.arguments import none_if_unset
from bpmn_events.web.gql.schema.fields import union_field
from bpmn_events.web.gql.schema.scalars import Json
from bpmn_events.web.gql.schema.types.errors import (
    ConflictError,
    CorrelationNotFoundError,
    EngineUnavailableError,
    ForbiddenError,
    InvalidPayloadError,
    ProcessFailedError,
    ProcessModelNotFoundError,
    UnauthorizedError,
)
from bpmn_events.web.gql.schema.types.lazy import LazyEventTrigger, LazyProcessInstance
from bpmn_events.web.gql.schema.types.results import REPLAYED

N = TypeVar("N", bound=TriggerByName)


@strawberry.input(description="A message or signal, and conditions on its receivers.")
class TriggerByNameInput:
    name: str = strawberry.field(description="Name of the message or signal, as in `WaitingEvent.eventName`.")
    process_model_key: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="If present, only receivers of this process model are reached."
    )
    correlation_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="If present, only waiting events in this correlation are reached. A process instance that is "
        "started belongs to it, even if the correlation is new.",
    )
    payload: Json | None = strawberry.field(
        default=strawberry.UNSET,
        description="See `TriggerEventInput.payload`. If a process model has correlation properties, their values in "
        "the payload select the receiver of a message (BPMN 2.0.2, section 8.4.2).",
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET, description="See `TriggerEventInput.idempotencyKey`."
    )

    def to_command(self, command_class: type[N], context: Context) -> N:
        """Return the command of the use case, for a message or for a signal."""
        return command_class(
            self.name,
            none_if_unset(self.process_model_key),
            none_if_unset(self.correlation_id),
            none_if_unset(self.payload),
            none_if_unset(self.idempotency_key),
            context.source,
        )


@strawberry.type(description="The message or signal was sent. Without a receiver, both lists are empty.")
class TriggerByNameSuccess:
    triggers: list[LazyEventTrigger] = strawberry.field(
        description="Records of the triggered events: at most one for a message, the first 200 for a signal."
    )
    started_process_instances: list[LazyProcessInstance] = strawberry.field(
        description="Process instances that the message or signal started."
    )
    pending: bool = strawberry.field(
        description="True if a signal reaches further receivers in the background, because there are many or because "
        "the process of some cannot continue and is retried later."
    )
    replayed: bool = strawberry.field(description=REPLAYED)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, TriggerByNameOutcome)


TriggerByNameResult: TypeAlias = Annotated[
    Union[
        TriggerByNameSuccess,
        InvalidPayloadError,
        UnauthorizedError,
        ForbiddenError,
        ProcessModelNotFoundError,
        CorrelationNotFoundError,
        ConflictError,
        ProcessFailedError,
        EngineUnavailableError,
    ],
    strawberry.union("TriggerByNameResult", description="The receivers that were reached, or a typed error."),
]
_Input: TypeAlias = Annotated[TriggerByNameInput, strawberry.argument(description="The message or signal.")]


async def _send(context: Context, send: UseCase[N, TriggerByNameOutcome], command: N) -> TriggerByNameOutcome:
    outcome = await send(context.principal, command)
    context.renew_loaders()
    await context.loaders.prefetch_if_possible(outcome.triggers, context.fields)
    return outcome


@strawberry.type
class ByNameMutations:
    @union_field(
        TriggerByNameResult,
        "Send a message to its one receiver. The correlation id or the correlation keys select the waiting event; "
        "otherwise exactly one event must wait for the message. If none waits, a process with a start event for the "
        "message is started. Several receivers are a ConflictError. Requires the permission `events:trigger`, and "
        "`processes:start` to start a process. Only receivers in the caller's lanes are reached.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def trigger_message(self, info: Info, input: _Input) -> TriggerByNameOutcome:
        context = info.context
        return await _send(context, context.services.trigger_message, input.to_command(TriggerMessage, context))

    @union_field(
        TriggerByNameResult,
        "Send a signal to all events that wait for it, and start every process with a start event for it. Requires "
        "the permission `events:trigger`, and `processes:start` to start processes. Only receivers in the caller's "
        "lanes are reached.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def trigger_signal(self, info: Info, input: _Input) -> TriggerByNameOutcome:
        context = info.context
        return await _send(context, context.services.trigger_signal, input.to_command(TriggerSignal, context))
