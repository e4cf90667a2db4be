"""A batch of commands in one transaction: everything they address is read and locked, then each is handled in turn."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bpmn_events.adapters.hosts.embedded.execution.batch import ExecutionBatch
from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.application.commands.command import Command, Submission
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.addressing import ResolvedTargets, resolve_targets
from bpmn_events.application.writing.idempotency import Replays
from bpmn_events.domain.errors import DomainError, InvalidPayload
from bpmn_events.domain.events import JsonObject, WaitingEvent
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask

AnySubmission: TypeAlias = Submission[Command[Any]]


@dataclass(frozen=True, slots=True)
class CommandBatch:
    """What the commands of a batch address, and the executions behind it.

    ``bpmn_texts`` are those of model versions, by id, where a handler has asked for them.
    """

    dependencies: HostDependencies
    transaction: Transaction
    write_set: WriteSet
    executions: ExecutionBatch
    events: ResolvedTargets[WaitingEvent]
    tasks: ResolvedTargets[OpenTask]
    instances: Mapping[str, ProcessInstance]
    latest_models: dict[str, ProcessModel]
    bpmn_texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def load(
        cls,
        dependencies: HostDependencies,
        transaction: Transaction,
        write_set: WriteSet,
        submissions: Sequence[AnySubmission],
    ) -> "CommandBatch":
        """Read and lock all that the commands address."""
        targets = [each.command.targets for each in submissions]
        events = await resolve_targets(
            [each.event for each in targets if each.event is not None],
            transaction.waiting_events,
            transaction.waiting_events_at,
        )
        tasks = await resolve_targets(
            [each.task for each in targets if each.task is not None], transaction.open_tasks, transaction.open_tasks_at
        )
        instance_ids = {each.process_instance_id for each in targets if each.process_instance_id is not None}
        instances = await transaction.instances(instance_ids) if instance_ids else {}
        keys = {key for each in targets for key in each.process_model_keys}
        models = await transaction.latest_models(keys) if keys else {}
        executions = dependencies.new_execution_batch(transaction, write_set)
        roots = events.root_ids | tasks.root_ids | {instance.root_id for instance in instances.values()}
        if roots:
            await executions.load(roots)
        return cls(dependencies, transaction, write_set, executions, events, tasks, instances, models)

    def check_payload(self, schema: JsonObject | bool | None, payload: JsonObject | None) -> None:
        """Raise ``InvalidPayload`` where the schema refuses the payload; no payload stands for an empty one."""
        if schema is not None:
            violations = self.dependencies.schemas.violations(schema, {} if payload is None else payload)
            if violations:
                raise InvalidPayload(violations)


async def _no_preparation(_batch: CommandBatch) -> None:
    """Most kinds of command need nothing more than what they address."""


@dataclass(frozen=True, slots=True)
class Handler:
    """How commands of one kind are handled.

    ``prepare`` reads once for the batch what its commands need besides their targets. ``handle`` does one command, at
    that time: it changes the batch and returns the outcome, or raises the reason to refuse it.
    """

    handle: Callable[[Any, CommandBatch, datetime], Awaitable[Any]]
    prepare: Callable[[CommandBatch], Awaitable[None]] = _no_preparation


async def handle_batch(
    handler: Handler,
    dependencies: HostDependencies,
    transaction: Transaction,
    write_set: WriteSet,
    submissions: Sequence[AnySubmission],
) -> list[Any]:
    """Handle commands of one kind: a repeated one gets its first outcome, a refused one leaves the others alone."""
    batch = await CommandBatch.load(dependencies, transaction, write_set, submissions)
    await handler.prepare(batch)
    # Under the locks of the batch: another server that had them has written its records by now.
    replays = await Replays.load(submissions, transaction, write_set)
    outcomes: list[Any] = []
    for submission in submissions:
        try:
            outcome = replays.outcome(submission)
            if outcome is None:
                now = dependencies.clock()
                outcome = await handler.handle(submission, batch, now)
                if submission.command.is_replayable(outcome):
                    replays.remember(submission, outcome, now)
            outcomes.append(outcome)
        except DomainError as refusal:
            outcomes.append(refusal)
    return outcomes
