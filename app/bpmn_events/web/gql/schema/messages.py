"""Messages and signals from outside, by their names."""
# ruff: noqa: UP007  a union of eight members reads better in the long form

from typing import Annotated, TypeAlias, TypeVar, Union

import strawberry

from bpmn_events.application.commands.trigger_by_name import TriggerByName, TriggerByNameOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Context, Info
from bpmn_events.web.gql.data.arguments import given
from bpmn_events.web.gql.schema.fields import result
from bpmn_events.web.gql.schema.scalars import Json
from bpmn_events.web.gql.schema.types.errors import (
    ConflictError,
    CorrelationNotFoundError,
    ForbiddenError,
    InvalidPayloadError,
    ProcessFailedError,
    ProcessModelNotFoundError,
    UnauthorizedError,
)
from bpmn_events.web.gql.schema.types.lazy import LazyEventTrigger, LazyProcessInstance
from bpmn_events.web.gql.schema.types.results import REPLAYED

N = TypeVar("N", bound=TriggerByName)


@strawberry.input(description="A message or signal to send, and whom it may reach.")
class TriggerByNameInput:
    name: str = strawberry.field(description="The name of the message or signal, as in `eventName`.")
    process_model_key: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Only in instances of this process model, or to start one of it."
    )
    correlation_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="Only in this correlation; a process that is started belongs to it, also where it is new.",
    )
    payload: Json | None = strawberry.field(
        default=strawberry.UNSET,
        description="As in TriggerEventInput. Its correlation properties, where a model has them, say for whom a "
        "message is (BPMN 2.0.2, section 8.4.2).",
    )
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description="As in TriggerEventInput.")

    def to_command(self, kind: type[N], context: Context) -> N:
        return kind(
            self.name,
            given(self.process_model_key),
            given(self.correlation_id),
            given(self.payload),
            given(self.idempotency_key),
            context.source,
        )


@strawberry.type(description="The message or signal was sent. Where nobody waits for it, both lists are empty.")
class TriggerByNameSuccess:
    triggers: list[LazyEventTrigger] = strawberry.field(
        description="The records of what it triggered: at most one for a message; for a signal the first ones, at most "
        "200."
    )
    started_process_instances: list[LazyProcessInstance] = strawberry.field(
        description="The process instances that it started."
    )
    pending: bool = strawberry.field(
        description="Whether a signal has yet to reach more receivers, which happens in the background: there are "
        "many, or the process of some cannot go on and it is tried again later."
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
    ],
    strawberry.union("TriggerByNameResult", description="Whom it reached, or why nothing was changed."),
]
_Input: TypeAlias = Annotated[TriggerByNameInput, strawberry.argument(description="What to send, and to whom.")]


async def _send(context: Context, send: UseCase[N, TriggerByNameOutcome], command: N) -> TriggerByNameOutcome:
    outcome = await send(context.principal, command)
    context.renew_loaders()
    await context.loaders.prefetch(outcome.triggers, context.fields)
    return outcome


@strawberry.type
class ByNameMutations:
    @result(
        TriggerByNameResult,
        "Send a message to the one who waits for it: in the given correlation, by its correlation keys, or else "
        "wherever exactly one waits; where nobody waits, it starts a process that has a start event for it. Several "
        "receivers are a ConflictError. Needs the permission `events:trigger`, and `processes:start` to start a "
        "process; only what is in the caller's lanes is reached.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def trigger_message(self, info: Info, input: _Input) -> TriggerByNameOutcome:
        context = info.context
        return await _send(context, context.services.trigger_message, input.to_command(TriggerMessage, context))

    @result(
        TriggerByNameResult,
        "Send a signal to everybody who waits for it, and start every process that has a start event for it. Needs the "
        "permission `events:trigger`, and `processes:start` to start processes; only what is in the caller's lanes is "
        "reached.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def trigger_signal(self, info: Info, input: _Input) -> TriggerByNameOutcome:
        context = info.context
        return await _send(context, context.services.trigger_signal, input.to_command(TriggerSignal, context))
