"""The mutation root. Mutations of one operation run one after the other, each with loaders of its own."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

import strawberry

from bpmn_events.application.commands.command import check_text
from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Context, Info
from bpmn_events.web.gql.data.arguments import given
from bpmn_events.web.gql.schema.fields import result, root
from bpmn_events.web.gql.schema.inputs import (
    DeployProcessModelInput,
    StartProcessInstanceInput,
    TerminateProcessInstanceInput,
    TriggerEventInput,
)
from bpmn_events.web.gql.schema.messages import ByNameMutations
from bpmn_events.web.gql.schema.tasks import TaskMutations
from bpmn_events.web.gql.schema.typed_errors import ErrorData, errors_as_data
from bpmn_events.web.gql.schema.types.results import Deployed, Terminated
from bpmn_events.web.gql.schema.unions import (
    DeployProcessModelResult,
    StartProcessInstanceResult,
    TerminateProcessInstanceResult,
    TriggerEventResult,
)

MAX_INPUTS = 100


@dataclass(frozen=True, slots=True)
class _Results:
    results: list[TriggerOutcome | ErrorData]


@strawberry.type(description="The answers to several triggers.")
class TriggerEventsPayload:
    results: list[TriggerEventResult] = strawberry.field(
        description="One answer for each input, in their order. Each stands for itself: some may succeed, others not."
    )


@errors_as_data(TriggerEventResult)
async def _trigger(context: Context, input: TriggerEventInput) -> TriggerOutcome:
    return await context.services.trigger_event(context.principal, input.to_command(context.source))


def _check(context: Context, inputs: list[TriggerEventInput]) -> None:
    """Raises ``InvalidArgument``, before any of them is triggered, where one of them would raise it."""
    if len(inputs) > MAX_INPUTS:
        raise InvalidArgument("inputs", f"takes at most {MAX_INPUTS}")
    if context.may(Permission.EVENTS_TRIGGER):
        for number, each in enumerate(inputs):
            check_text(f"inputs[{number}].idempotency_key", given(each.idempotency_key))


async def _prepare(context: Context, answers: list[TriggerOutcome | ErrorData]) -> None:
    """Read what the answers' waiting events are asked for, without what the answers themselves tell."""
    outcomes = [answer for answer in answers if isinstance(answer, TriggerOutcome)]
    context.renew_loaders()
    for outcome in outcomes:
        if not outcome.replayed:
            for instance in (outcome.process_instance, *outcome.called_instances):
                context.loaders.instances.put(instance.id, instance)
    upcoming = [event for outcome in outcomes for event in outcome.next_waiting_events]
    await context.loaders.prefetch(upcoming, context.fields)


@strawberry.type(description="Everything that can be done.")
class Mutation(ByNameMutations, TaskMutations):
    @root(
        TriggerEventResult,
        "Trigger exactly one waiting event. Of several callers at once exactly one succeeds; the others "
        "learn that it was already triggered. Needs the permission `events:trigger` and the event's lane.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def trigger_event(
        self, info: Info, input: Annotated[TriggerEventInput, strawberry.argument(description="What to trigger.")]
    ) -> TriggerOutcome | ErrorData:
        answer = await _trigger(info.context, input)
        await _prepare(info.context, [answer])
        return answer

    @root(
        TriggerEventsPayload,
        "Trigger several waiting events, each for itself and in no particular order. Cheaper than as many "
        "requests. Needs what triggerEvent needs.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def trigger_events(
        self,
        info: Info,
        inputs: Annotated[
            list[TriggerEventInput],
            strawberry.argument(description=f"What to trigger: at most {MAX_INPUTS}."),
        ],
    ) -> _Results:
        _check(info.context, inputs)
        answers = await asyncio.gather(*(_trigger(info.context, each) for each in inputs))
        await _prepare(info.context, answers)
        return _Results(answers)

    @result(
        DeployProcessModelResult,
        "Deploy a BPMN file: every executable process in it becomes a new version of its model, unless the "
        "file is the one that is already deployed. Needs the permission `processes:deploy`.",
        permission=Permission.PROCESSES_DEPLOY,
    )
    async def deploy_process_model(
        self,
        info: Info,
        input: Annotated[DeployProcessModelInput, strawberry.argument(description="What to deploy.")],
    ) -> Deployed:
        models = await info.context.services.deploy_model(info.context.principal, DeployModel(input.bpmn_xml))
        info.context.renew_loaders()
        return Deployed(models)

    @result(
        StartProcessInstanceResult,
        "Start an instance of a model's latest version and run it to its first waiting events. Needs the "
        "permission `processes:start`, and the start event's lane where it has one.",
        permission=Permission.PROCESSES_START,
    )
    async def start_process_instance(
        self,
        info: Info,
        input: Annotated[StartProcessInstanceInput, strawberry.argument(description="What to start.")],
    ) -> StartOutcome:
        outcome = await info.context.services.start_instance(info.context.principal, input.to_command())
        info.context.renew_loaders()
        return outcome

    @result(
        TerminateProcessInstanceResult,
        "Terminate a process instance with everything it called; nothing of it waits any more. Needs the "
        "permission `processes:terminate`.",
        permission=Permission.PROCESSES_TERMINATE,
    )
    async def terminate_process_instance(
        self,
        info: Info,
        input: Annotated[TerminateProcessInstanceInput, strawberry.argument(description="What to terminate.")],
    ) -> Terminated:
        instance = await info.context.services.terminate_instance(
            info.context.principal, TerminateInstance(input.process_instance_id, given(input.reason))
        )
        info.context.renew_loaders()
        return Terminated(instance)
