"""Batches of commands, each in one transaction: read and lock all they address, then handle each command in turn."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bpmn_events.adapters.hosts.embedded.execution.batch import ExecutionBatch
from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.application.commands.command import Command, Submission
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.addressing import ResolvedTargets, TargetRequest, resolve_targets
from bpmn_events.application.writing.idempotency import Replays
from bpmn_events.domain.errors import DomainError, InvalidPayload
from bpmn_events.domain.events import JsonObject, WaitingEvent
from bpmn_events.domain.processes import ProcessInstance, ProcessModel
from bpmn_events.domain.tasks import OpenTask, TaskType

AnySubmission: TypeAlias = Submission[Command[Any]]


@dataclass(frozen=True, slots=True)
class CommandBatch:
    """The data that the commands of a batch address, and the executions it belongs to.

    Attributes:
        events: The addressed waiting events.
        tasks: The addressed open tasks.
        instances: The addressed process instances, by id.
        latest_models: The latest versions of the addressed process models, by key.
        bpmn_xml: BPMN XML by model version id; empty unless the handler's ``prepare`` reads them.
    """

    dependencies: HostDependencies
    transaction: Transaction
    write_set: WriteSet
    executions: ExecutionBatch
    events: ResolvedTargets[WaitingEvent]
    tasks: ResolvedTargets[OpenTask]
    instances: Mapping[str, ProcessInstance]
    latest_models: dict[str, ProcessModel]
    bpmn_xml: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def load(
        cls,
        dependencies: HostDependencies,
        transaction: Transaction,
        write_set: WriteSet,
        submissions: Sequence[AnySubmission],
    ) -> "CommandBatch":
        """Return a batch with everything that the commands address, read and locked."""
        callers = [(submission.command.targets, submission.principal) for submission in submissions]
        targets = [target for target, _ in callers]
        event_requests = [
            TargetRequest[WaitingEvent](target.event, caller) for target, caller in callers if target.event is not None
        ]
        task_requests = [
            TargetRequest[OpenTask](target.task, caller, _has_type(target.task_types))
            for target, caller in callers
            if target.task is not None
        ]
        events = await resolve_targets(
            [request.address for request in event_requests], transaction.waiting_events, transaction.waiting_events_at
        )
        tasks = await resolve_targets(
            [request.address for request in task_requests], transaction.open_tasks, transaction.open_tasks_at
        )
        instance_ids = {target.process_instance_id for target in targets if target.process_instance_id is not None}
        instances = await transaction.instances(instance_ids) if instance_ids else {}
        keys = {key for target in targets for key in target.process_model_keys}
        models = await transaction.latest_models(keys) if keys else {}
        executions = dependencies.new_execution_batch(transaction, write_set)
        roots = events.root_ids(event_requests) | tasks.root_ids(task_requests)
        roots |= {instance.root_id for instance in instances.values()}
        if roots:
            await executions.load(roots)
        return cls(dependencies, transaction, write_set, executions, events, tasks, instances, models)

    def check_payload(self, schema: JsonObject | bool | None, payload: JsonObject | None) -> None:
        """Raise ``InvalidPayload`` if the schema refuses the payload. None counts as an empty payload."""
        if schema is not None:
            violations = self.dependencies.schemas.violations(schema, {} if payload is None else payload)
            if violations:
                raise InvalidPayload(violations)


def _has_type(task_types: frozenset[TaskType]) -> Callable[[OpenTask], bool]:
    return lambda task: task.task_type in task_types


async def _no_preparation(_batch: CommandBatch) -> None:
    """Read nothing: most commands need nothing besides their targets."""


@dataclass(frozen=True, slots=True)
class Handler:
    """The functions that handle one kind of command.

    Attributes:
        handle: Handles one command at the given time. It changes the batch and returns the outcome, or raises the
            reason to refuse the command.
        prepare: Reads the data that the commands of a batch need besides their targets, once per batch.
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
    """Handle commands of one kind, and return an outcome or an error for each.

    A repeated command gets its stored outcome. A refused command gets its error and does not affect the others.
    """
    batch = await CommandBatch.load(dependencies, transaction, write_set, submissions)
    await handler.prepare(batch)
    # Read under the locks of the batch: another server that held them has written its records by now.
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
