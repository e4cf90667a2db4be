"""The mutation root. Mutations of one operation run serially, each with fresh data loaders."""

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
from bpmn_events.web.gql.data.arguments import none_if_unset
from bpmn_events.web.gql.schema.fields import root_field, union_field
from bpmn_events.web.gql.schema.inputs import (
    DeployProcessModelInput,
    StartProcessInstanceInput,
    TerminateProcessInstanceInput,
    TriggerEventInput,
)
from bpmn_events.web.gql.schema.messages import ByNameMutations
from bpmn_events.web.gql.schema.tasks import TaskMutations
from bpmn_events.web.gql.schema.typed_errors import ErrorData, errors_as_data
from bpmn_events.web.gql.schema.types.results import DeployOutcome, TerminateOutcome
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


@strawberry.type(description="The results of triggering several events.")
class TriggerEventsPayload:
    results: list[TriggerEventResult] = strawberry.field(
        description="One result for each input, in the same order. Each is independent: some may succeed while others "
        "fail."
    )


@errors_as_data(TriggerEventResult)
async def _trigger(context: Context, input: TriggerEventInput) -> TriggerOutcome:
    return await context.services.trigger_event(context.principal, input.to_command(context.source))


def _check_inputs(context: Context, inputs: list[TriggerEventInput]) -> None:
    """Raise InvalidArgument for any input before the first one is triggered."""
    if len(inputs) > MAX_INPUTS:
        raise InvalidArgument("inputs", f"takes at most {MAX_INPUTS}")
    if context.may(Permission.EVENTS_TRIGGER):
        for number, input in enumerate(inputs):
            check_text(f"inputs[{number}].idempotency_key", none_if_unset(input.idempotency_key))


async def _prefetch(context: Context, results: list[TriggerOutcome | ErrorData]) -> None:
    """Load the objects related to the next waiting events. Instances that the outcomes contain are not read again."""
    outcomes = [result for result in results if isinstance(result, TriggerOutcome)]
    context.renew_loaders()
    for outcome in outcomes:
        if not outcome.replayed:
            for instance in (outcome.process_instance, *outcome.called_instances):
                context.loaders.instances.put(instance.id, instance)
    events = [event for outcome in outcomes for event in outcome.next_waiting_events]
    await context.loaders.prefetch_if_possible(events, context.fields)


@strawberry.type(description="The root of all mutations.")
class Mutation(ByNameMutations, TaskMutations):
    @root_field(
        TriggerEventResult,
        "Trigger exactly one waiting event. Of several concurrent requests one succeeds; the others get an "
        "EventNotFoundError with the reason ALREADY_TRIGGERED. Requires the permission `events:trigger` and the "
        "event's lane.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def trigger_event(
        self,
        info: Info,
        input: Annotated[TriggerEventInput, strawberry.argument(description="The event to trigger.")],
    ) -> TriggerOutcome | ErrorData:
        result = await _trigger(info.context, input)
        await _prefetch(info.context, [result])
        return result

    @root_field(
        TriggerEventsPayload,
        "Trigger several waiting events, independently of each other and in no particular order. Cheaper than one "
        "request for each. Requires the same permissions as `triggerEvent`.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def trigger_events(
        self,
        info: Info,
        inputs: Annotated[
            list[TriggerEventInput],
            strawberry.argument(description=f"The events to trigger, at most {MAX_INPUTS}."),
        ],
    ) -> _Results:
        _check_inputs(info.context, inputs)
        results = await asyncio.gather(*(_trigger(info.context, input) for input in inputs))
        await _prefetch(info.context, results)
        return _Results(results)

    @union_field(
        DeployProcessModelResult,
        "Deploy a BPMN file. Every executable process in it becomes a new version of its process model, unless the "
        "file is unchanged since the last deployment. Requires the permission `processes:deploy`.",
        permission=Permission.PROCESSES_DEPLOY,
    )
    async def deploy_process_model(
        self,
        info: Info,
        input: Annotated[DeployProcessModelInput, strawberry.argument(description="The BPMN file.")],
    ) -> DeployOutcome:
        deployment = await info.context.services.deploy_model(info.context.principal, DeployModel(input.bpmn_xml))
        info.context.renew_loaders()
        return DeployOutcome(deployment.models, deployment.warnings)

    @union_field(
        StartProcessInstanceResult,
        "Start an instance of the latest version of a process model, and run it to its first waiting events. "
        "Requires the permission `processes:start`, and the start event's lane if it has one.",
        permission=Permission.PROCESSES_START,
    )
    async def start_process_instance(
        self,
        info: Info,
        input: Annotated[StartProcessInstanceInput, strawberry.argument(description="The process model to start.")],
    ) -> StartOutcome:
        outcome = await info.context.services.start_instance(info.context.principal, input.to_command())
        info.context.renew_loaders()
        return outcome

    @union_field(
        TerminateProcessInstanceResult,
        "Terminate a process instance and all instances it called. Their waiting events and open tasks are "
        "cancelled. Requires the permission `processes:terminate`.",
        permission=Permission.PROCESSES_TERMINATE,
    )
    async def terminate_process_instance(
        self,
        info: Info,
        input: Annotated[TerminateProcessInstanceInput, strawberry.argument(description="The process instance.")],
    ) -> TerminateOutcome:
        instance = await info.context.services.terminate_instance(
            info.context.principal, TerminateInstance(input.process_instance_id, none_if_unset(input.reason))
        )
        info.context.renew_loaders()
        return TerminateOutcome(instance)
